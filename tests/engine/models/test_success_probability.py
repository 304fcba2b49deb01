"""The probability of success is learned from crashes."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import norm

from paretune.engine.models.classifier import Classifier
from paretune.engine.models.success_probability import (
    LABEL_NOISE,
    LabelRegression,
    LogSuccess,
    crash_penalty,
    success_weight,
)
from paretune.engine.models.surrogate import NARROW_NOISE_PRIOR, fit

IS_NOMINAL = torch.tensor([False, False, True])


def places(n, seed):
    """Return places of two ordered parameters and a choice of three."""
    rng = np.random.default_rng(seed)
    return torch.tensor(np.column_stack([rng.random((n, 2)), rng.integers(3, size=n)]))


X = places(30, seed=0)
HAS_CRASHED = X[:, 0] > 0.6
OTHERS = places(200, seed=1)


@pytest.fixture(scope="module")
def log_success():
    return LogSuccess(X, HAS_CRASHED, IS_NOMINAL)


# The regression on labels


def test_label_regression_is_normal_probability_of_the_regression():
    model, _ = fit(
        X, torch.where(HAS_CRASHED, -1.0, 1.0).double(), IS_NOMINAL, noise_prior=NARROW_NOISE_PRIOR, log_stretch=0.0
    )
    with torch.no_grad():
        posterior = model.posterior(OTHERS)
        mean, variance = posterior.mean[:, 0].numpy(), posterior.variance[:, 0].numpy()
    expected = norm.cdf(mean / np.sqrt(variance + model.likelihood.noise.item() + LABEL_NOISE))
    np.testing.assert_allclose(
        LabelRegression(X, ~HAS_CRASHED, IS_NOMINAL)(OTHERS).numpy(), expected, rtol=1e-5, atol=1e-9
    )


# The mean of both


def test_probability_is_that_of_classifier_or_of_both_models_while_successes_are_rare(log_success):
    np.testing.assert_allclose(log_success(OTHERS).exp(), Classifier(X, ~HAS_CRASHED, IS_NOMINAL)(OTHERS))
    succeeded = torch.arange(30) == 4
    both = [model(X, succeeded, IS_NOMINAL)(OTHERS) for model in (Classifier, LabelRegression)]
    np.testing.assert_allclose(LogSuccess(X, ~succeeded, IS_NOMINAL)(OTHERS).exp(), sum(both) / 2)


def test_probability_is_small_where_trials_crash(log_success):
    p = log_success(OTHERS).exp()
    assert ((p > 0) & (p < 1)).all()
    clear = (OTHERS[:, 0] - 0.6).abs() > 0.1
    assert ((p < 0.5) == (OTHERS[:, 0] > 0.6))[clear].double().mean() > 0.95


def test_crashes_alone_make_different_places_likelier():
    corner = X[X[:, :2].amax(dim=1) < 0.6]
    log_success = LogSuccess(corner, torch.ones(len(corner)).bool(), IS_NOMINAL)
    near, far = torch.tensor([[0.3, 0.3, 1.0]]).double(), torch.tensor([[1.0, 1.0, 1.0]]).double()
    assert log_success(near) < log_success(far) - 0.5
    assert log_success.weight == 4.0


def test_probability_is_small_for_choice_that_crashes():
    has_crashed = X[:, 2] == 1
    p = LogSuccess(X, has_crashed, IS_NOMINAL)(OTHERS).exp()
    assert ((p < 0.5) == (OTHERS[:, 2] == 1)).all()


def test_probability_is_largest_around_the_only_success():
    succeeded = torch.arange(30) == 4
    log_success = LogSuccess(X, ~succeeded, IS_NOMINAL)
    near = X[4] + torch.tensor([[0.02, -0.02, 0.0]], dtype=torch.double)
    assert log_success(near).item() > log_success(X[~succeeded]).max().item()
    assert log_success.highest == pytest.approx(log_success(X[[4]]).item())


@pytest.mark.parametrize("n_crashed", [1, 299])
def test_one_different_label_among_many_gives_finite_probabilities(n_crashed):
    many = places(300, seed=2)
    found = LogSuccess(many, torch.arange(300) < n_crashed, IS_NOMINAL)(OTHERS)
    assert torch.isfinite(found).all()
    assert (found <= 0).all()


def test_place_that_crashed_and_succeeded_has_probability_one_half():
    twice = torch.cat([X[:10], X[:10]])
    p = LogSuccess(twice, torch.arange(20) < 10, IS_NOMINAL)(X[:10]).exp().numpy()
    np.testing.assert_allclose(p, 0.5, atol=0.02)


def test_highest_is_largest_log_probability_of_trials(log_success):
    assert log_success.highest == pytest.approx(log_success(X).max().item())


# The weight of log p


@pytest.mark.parametrize(
    ("crashes", "weight"),
    [([0, 1, 0, 1], 1.0), ([1] * 60 + [0] * 20, 1.0), ([0] * 60 + [1] * 20, 4.0), ([0] * 60 + [1, 1, 1, 0] * 5, 2.5)],
)
def test_success_weight_grows_where_over_half_of_last_twenty_trials_crash(crashes, weight):
    assert success_weight(torch.tensor(crashes).bool()) == pytest.approx(weight)


def test_weight_multiplies_log_p_and_not_the_slope():
    log_p = torch.tensor([0.1, 0.4, 0.6, 0.9], dtype=torch.double).log()
    added = crash_penalty(log_p, math.log(0.95), 3.0) - crash_penalty(log_p, math.log(0.95))
    assert added.tolist() == pytest.approx((2 * log_p).tolist())


# The penalty


def penalty_by_hand(p, border):
    """Return log p minus a line below the border, with a parabola of width 0.05 between the two."""
    below = max(0.0, math.log(border / p))
    return math.log(p) - 30 * (below - 0.025 if below > 0.05 else below**2 / 0.1)


def test_penalty_is_log_p_and_steeper_below_0_65_of_highest():
    p = torch.tensor([0.01, 0.3, 0.58, 0.61, 0.62, 0.7, 1.0], dtype=torch.double)
    found = crash_penalty(p.log(), highest=math.log(0.95))
    assert found.tolist() == pytest.approx([penalty_by_hand(x, 0.65 * 0.95) for x in p.tolist()])


def test_slope_of_penalty_is_continuous():
    log_p = torch.linspace(-1.0, 0.0, 2001, dtype=torch.double, requires_grad=True)
    (slopes,) = torch.autograd.grad(crash_penalty(log_p, highest=0.0).sum(), log_p)
    assert slopes.diff().abs().max() < 1
    assert (slopes[0].item(), slopes[-1].item()) == pytest.approx((31, 1))


def test_penalty_is_relative_to_highest_and_not_to_other_places():
    p = torch.tensor([0.1, 0.25, 0.26, 0.4], dtype=torch.double)
    found = crash_penalty(p.log(), highest=math.log(0.4))
    expected = [penalty_by_hand(x, 0.26) for x in p.tolist()]
    assert found.tolist() == pytest.approx(expected)
    assert crash_penalty(p[:1].log(), highest=math.log(0.4)).tolist() == pytest.approx(expected[:1])
