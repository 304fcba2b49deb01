"""Is the probability of success learned from crashes?"""

import math

import numpy as np
import pytest
import torch
from scipy.stats import norm

from paretune.engine.models.classifier import Classifier
from paretune.engine.models.success_probability import LABEL_NOISE, LabelRegression, LogSuccess, caution, penalty
from paretune.engine.models.surrogate import NARROW_NOISE_PRIOR, fit

KINDS = torch.tensor([False, False, True])


def places(n, seed):
    """Two ordered parameters and a choice of three."""
    rng = np.random.default_rng(seed)
    return torch.tensor(np.column_stack([rng.random((n, 2)), rng.integers(3, size=n)]))


X = places(30, seed=0)
HAS_CRASHED = X[:, 0] > 0.6
OTHERS = places(200, seed=1)


@pytest.fixture(scope="module")
def log_success():
    return LogSuccess(X, HAS_CRASHED, KINDS)


# The regression on labels


def test_it_is_the_normal_probability_of_a_regression_on_labels():
    model, _ = fit(X, torch.where(HAS_CRASHED, -1.0, 1.0).double(), KINDS, noise_prior=NARROW_NOISE_PRIOR, longer=0.0)
    with torch.no_grad():
        posterior = model.posterior(OTHERS)
        mean, variance = posterior.mean[:, 0].numpy(), posterior.variance[:, 0].numpy()
    expected = norm.cdf(mean / np.sqrt(variance + model.likelihood.noise.item() + LABEL_NOISE))
    np.testing.assert_allclose(LabelRegression(X, ~HAS_CRASHED, KINDS)(OTHERS).numpy(), expected, rtol=1e-5, atol=1e-9)


# Both


def test_it_is_the_classifier_and_while_successes_are_rare_the_mean_with_the_regression(log_success):
    np.testing.assert_allclose(log_success(OTHERS).exp(), Classifier(X, ~HAS_CRASHED, KINDS)(OTHERS))
    succeeded = torch.arange(30) == 4
    both = [model(X, succeeded, KINDS)(OTHERS) for model in (Classifier, LabelRegression)]
    np.testing.assert_allclose(LogSuccess(X, ~succeeded, KINDS)(OTHERS).exp(), sum(both) / 2)


def test_it_tells_where_trainings_crash(log_success):
    p = log_success(OTHERS).exp()
    assert ((p > 0) & (p < 1)).all()
    clear = (OTHERS[:, 0] - 0.6).abs() > 0.1
    assert ((p < 0.5) == (OTHERS[:, 0] > 0.6))[clear].double().mean() > 0.95


def test_of_crashes_alone_it_is_learned_what_is_unlike_them():
    corner = X[X[:, :2].amax(dim=1) < 0.6]
    log_success = LogSuccess(corner, torch.ones(len(corner)).bool(), KINDS)
    near, far = torch.tensor([[0.3, 0.3, 1.0]]).double(), torch.tensor([[1.0, 1.0, 1.0]]).double()
    assert log_success(near) < log_success(far) - 0.5
    assert log_success.weight == 4.0


def test_it_tells_which_choice_crashes():
    has_crashed = X[:, 2] == 1
    p = LogSuccess(X, has_crashed, KINDS)(OTHERS).exp()
    assert ((p < 0.5) == (OTHERS[:, 2] == 1)).all()


def test_among_failures_the_surroundings_of_the_one_success_are_the_likeliest_to_succeed():
    succeeded = torch.arange(30) == 4
    log_success = LogSuccess(X, ~succeeded, KINDS)
    near = X[4] + torch.tensor([[0.02, -0.02, 0.0]], dtype=torch.double)
    assert log_success(near).item() > log_success(X[~succeeded]).max().item()
    assert log_success.highest == pytest.approx(log_success(X[[4]]).item())


@pytest.mark.parametrize("n_crashed", [1, 299])
def test_of_many_trials_one_that_is_not_like_the_others_breaks_nothing(n_crashed):
    many = places(300, seed=2)
    found = LogSuccess(many, torch.arange(300) < n_crashed, KINDS)(OTHERS)
    assert torch.isfinite(found).all()
    assert (found <= 0).all()


def test_the_same_place_that_crashed_and_succeeded_is_uncertain():
    twice = torch.cat([X[:10], X[:10]])
    p = LogSuccess(twice, torch.arange(20) < 10, KINDS)(X[:10]).exp().numpy()
    np.testing.assert_allclose(p, 0.5, atol=0.02)


def test_the_highest_is_that_of_a_trial(log_success):
    assert log_success.highest == pytest.approx(log_success(X).max().item())


# How much log p weighs


@pytest.mark.parametrize(
    ("crashes", "weight"),
    [([0, 1, 0, 1], 1.0), ([1] * 60 + [0] * 20, 1.0), ([0] * 60 + [1] * 20, 4.0), ([0] * 60 + [1, 1, 1, 0] * 5, 2.5)],
)
def test_caution_begins_where_over_half_of_the_last_twenty_trials_crash(crashes, weight):
    assert caution(torch.tensor(crashes).bool()) == pytest.approx(weight)


def test_caution_weighs_the_logarithm_of_p_and_leaves_the_slope_alone():
    log_p = torch.tensor([0.1, 0.4, 0.6, 0.9], dtype=torch.double).log()
    added = penalty(log_p, math.log(0.95), 3.0) - penalty(log_p, math.log(0.95))
    assert added.tolist() == pytest.approx((2 * log_p).tolist())


# The penalty


def penalty_by_hand(p, border):
    """Below the border by more than 0.05 of its logarithm a straight line, between the two a parabola."""
    below = max(0.0, math.log(border / p))
    return math.log(p) - 30 * (below - 0.025 if below > 0.05 else below**2 / 0.1)


def test_the_penalty_is_log_p_and_steeper_below_0_65_of_the_highest():
    p = torch.tensor([0.01, 0.3, 0.58, 0.61, 0.62, 0.7, 1.0], dtype=torch.double)
    found = penalty(p.log(), highest=math.log(0.95))
    assert found.tolist() == pytest.approx([penalty_by_hand(x, 0.65 * 0.95) for x in p.tolist()])


def test_its_slope_jumps_nowhere():
    log_p = torch.linspace(-1.0, 0.0, 2001, dtype=torch.double, requires_grad=True)
    (slopes,) = torch.autograd.grad(penalty(log_p, highest=0.0).sum(), log_p)
    assert slopes.diff().abs().max() < 1
    assert (slopes[0].item(), slopes[-1].item()) == pytest.approx((31, 1))


def test_the_slope_starts_lower_where_nothing_is_likely_to_succeed_and_not_by_the_company_a_place_keeps():
    p = torch.tensor([0.1, 0.25, 0.26, 0.4], dtype=torch.double)
    found = penalty(p.log(), highest=math.log(0.4))
    expected = [penalty_by_hand(x, 0.26) for x in p.tolist()]
    assert found.tolist() == pytest.approx(expected)
    assert penalty(p[:1].log(), highest=math.log(0.4)).tolist() == pytest.approx(expected[:1])
