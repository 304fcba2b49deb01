"""The surrogate is the Gaussian process of its docstring."""

import math

import numpy as np
import pytest
import torch
from botorch.models import ModelListGP
from scipy.stats import truncnorm

import oracles
from paretune.engine.models.map_fit import MAX_TRIALS_FOR_FIT, evenly_spaced_rows
from paretune.engine.models.outcome_transform import LossTransform
from paretune.engine.models.surrogate import (
    condition_on_pending,
    features,
    fit,
    fit_censored,
    nominal_mask,
    posterior_means,
    residual_variance,
    to_gains,
    untransform_gains,
)
from paretune.space import Categorical, Float, Int, Space

SPACE = Space(
    {
        "c": Categorical(["a", "b", "c"]),
        "x": Float(0, 1),
        "one": Int(3, 3),
        "k": Int(1, 8),
        "d": Categorical(["u", "v"], when={"c": "a"}),
        "z": Float(0, 1, when={"c": "b"}),
    }
)
LINE = torch.tensor([False])


def mixed_data(n=14, seed=0):
    """Return features of a mixed space, and a standardised outcome."""
    X = SPACE.snap(np.random.default_rng(seed).random((n, len(SPACE))))
    y = X[:, 1] + (X[:, 0] > 0.5) + np.sin(9 * X[:, 3])
    return features(SPACE, X), torch.tensor((y - y.mean()) / y.std())


def on_a_line(n):
    return torch.linspace(0, 1, n, dtype=torch.double)[:, None]


def posterior(model, X):
    with torch.no_grad():
        found = model.posterior(X)
        return found.mean[:, 0].numpy(), found.variance[:, 0].numpy()


def by_the_formula(model, residual_variance, known, X, y, places):
    """Return the posterior for the fitted hyperparameters, with the mean by generalised least squares."""
    kernel = model.covar_module
    parts = kernel.is_nominal.tolist(), kernel.lengthscale[0].tolist(), kernel.weight.item()
    X, y, places = X.numpy(), y.numpy(), places.numpy()
    K = oracles.mixed_kernel(X, X, *parts)
    prior = np.diag(oracles.mixed_kernel(places, places, *parts))
    noise = known + residual_variance
    mean = oracles.generalised_mean(K + noise * np.eye(len(y)), y)
    return oracles.gaussian_process(K, oracles.mixed_kernel(X, places, *parts), prior, noise, y, mean)


# Features


def test_features_are_varying_parameters_with_fillers_for_absent_ones():
    X = SPACE.encode([{"c": "a", "x": 0.25, "one": 3, "k": 8, "d": "v"}, {"c": "b", "x": 1, "one": 3, "k": 1, "z": 0}])
    expected = [[1 / 6, 0.25, 15 / 16, 0.75, 0.5], [0.5, 1, 1 / 16, -1, 0]]
    np.testing.assert_allclose(features(SPACE, X).numpy(), expected)
    assert nominal_mask(SPACE).tolist() == [True, False, False, True, False]


def test_gains_are_negative_losses():
    losses, like = np.array([[1.0, -2.0]]), torch.zeros(1, dtype=torch.double)
    assert to_gains(losses, like).tolist() == [[-1, 2]]
    assert losses.tolist() == [[1, -2]]


def test_untransform_gains_inverts_transform_of_losses():
    scale, losses = LossTransform(best=1.0, linear_range=0.5, mean=0.3, unit=2.0), np.array([0.5, 1.0, 3.0, 40.0])
    like = torch.zeros(1, dtype=torch.double)
    np.testing.assert_allclose(untransform_gains(scale, to_gains(scale.transform(losses), like)), -losses)


# Posterior


def test_posterior_is_that_of_the_formula_with_fitted_hyperparameters():
    X, y = mixed_data()
    model, _ = fit(X, y, nominal_mask(SPACE))
    places, _ = mixed_data(9, seed=1)
    formula = by_the_formula(model, model.likelihood.noise.item(), 0.0, X, y, places)
    np.testing.assert_allclose(posterior(model, places), formula, rtol=1e-4, atol=1e-5)


def test_posterior_with_known_noise_is_that_of_the_formula():
    X, y = mixed_data()
    known = np.random.default_rng(2).random(len(y)) * 0.3
    model, _ = fit(X, y, nominal_mask(SPACE), torch.tensor(known))
    places, _ = mixed_data(9, seed=1)
    formula = by_the_formula(model, residual_variance(model), known, X, y, places)
    np.testing.assert_allclose(posterior(model, places), formula, rtol=1e-4, atol=1e-5)


def test_noisy_outlier_moves_the_mean_less_than_an_exact_one():
    y = torch.sin(3 * torch.linspace(0, 1, 15, dtype=torch.double))
    spiked, noise = y.clone(), torch.full_like(y, 1e-4)
    spiked[7] += 2
    doubted = noise.clone()
    doubted[7] = 4.0
    X = on_a_line(15)
    sure, unsure = (posterior(fit(X, spiked, LINE, variances)[0], X[[7]])[0] for variances in (noise, doubted))
    assert abs(unsure - y[7].item()) < 0.1 < abs(sure - y[7].item())


def test_smooth_function_is_learned_between_points():
    x = np.linspace(0, 1, 12)
    model, _ = fit(torch.tensor(x[:, None]), torch.tensor(np.sin(4 * x)), LINE)
    between = (x[:-1] + x[1:]) / 2
    np.testing.assert_allclose(posterior(model, torch.tensor(between[:, None]))[0], np.sin(4 * between), atol=0.05)


@pytest.mark.parametrize("deviation", [0.0, 0.5])
def test_inferred_noise_is_about_the_true_noise(deviation):
    """With BoTorch's noise prior the median is 0.02 where the true variance is 0.25."""
    found = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        X = rng.random((40, 3))
        y = math.sqrt(6) * (X[:, 0] - X[:, 1]) + deviation * rng.normal(size=40)
        model, _ = fit(torch.tensor(X), torch.tensor((y - y.mean()) / y.std()), torch.zeros(3, dtype=torch.bool))
        found.append(residual_variance(model) * y.var())
    assert np.median(found) == pytest.approx(deviation**2, rel=0.6, abs=1e-4)


@pytest.mark.parametrize("names", [["c"], ["x"], ["c", "x"], ["one", "k"]])
@pytest.mark.parametrize("noise", [None, torch.tensor([0.1], dtype=torch.double)], ids=["unknown noise", "known noise"])
def test_any_mixture_of_parameters_can_be_fitted_to_one_point(names, noise):
    space = Space({name: SPACE[name] for name in names})
    X = features(space, space.snap(np.full((1, len(space)), 0.4)))
    mean, variance = posterior(fit(X, torch.tensor([3.0]).double(), nominal_mask(space), noise)[0], X)
    assert mean == pytest.approx(3.0)
    assert 0 <= variance < 3


def test_posterior_uses_trials_that_hyperparameters_are_not_fitted_to():
    n = MAX_TRIALS_FOR_FIT + 30
    X = on_a_line(n)
    y = torch.sin(4 * X[:, 0])
    (left_out, *_) = sorted(set(range(n)) - set(evenly_spaced_rows(n).tolist()))
    y[left_out] = 3.0
    model, _ = fit(X, y, LINE)
    formula = by_the_formula(model, model.likelihood.noise.item(), 0.0, X, y, X[[left_out]])
    np.testing.assert_allclose(posterior(model, X[[left_out]]), formula, rtol=1e-3, atol=1e-5)


# Bounds


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("with_noise", [False, True])
def test_censored_fit_is_more_accurate_than_taking_bounds_for_values(seed, with_noise):
    """Trainings are stopped at a time that a third of them would exceed; for gains it is an upper bound."""
    rng = np.random.default_rng(seed)
    x = rng.random(30)
    true = -(np.exp(1.5 * x) + 0.02 * rng.normal(size=30))
    true = (true - true.mean()) / true.std()
    bound = np.quantile(true, 1 / 3)
    is_bound = true < bound
    X, y = torch.tensor(x[:, None]), torch.tensor(np.maximum(true, bound))
    noise = torch.full_like(y, 1e-4) if with_noise else None
    naive, _ = fit(X, y, LINE, noise)
    aware, _ = fit_censored(X, y, LINE, noise, torch.tensor(is_bound))
    errors = [np.sqrt(np.mean((posterior(model, X[is_bound])[0] - true[is_bound]) ** 2)) for model in (naive, aware)]
    assert errors[1] < 0.7 * errors[0]


@pytest.mark.parametrize("bound", [-1.0, 0.2, 9.0])
def test_bound_is_replaced_by_expectation_below_it(bound):
    """The expectation is the mean of a truncated normal distribution."""
    X, is_bound = on_a_line(12), torch.arange(12) % 4 == 3
    y = torch.where(is_bound, bound, torch.sin(6 * X[:, 0]))
    targets = fit_censored(X, y, LINE, None, is_bound)[0].train_targets
    mean, variance = posterior(fit(X[~is_bound], y[~is_bound], LINE)[0], X[is_bound])
    spread = np.sqrt(variance)
    below = truncnorm.mean(-np.inf, (bound - mean) / spread, mean, spread)
    np.testing.assert_allclose(targets[is_bound], below, rtol=1e-4, atol=1e-6)
    assert torch.equal(targets[~is_bound], y[~is_bound])


def test_censored_fit_without_bounds_is_the_plain_fit():
    X, y = mixed_data()
    plain, aware = (
        fit(X, y, nominal_mask(SPACE)),
        fit_censored(X, y, nominal_mask(SPACE), None, torch.zeros(len(y)).bool()),
    )
    assert aware[1] == plain[1]
    np.testing.assert_array_equal(posterior(aware[0], X), posterior(plain[0], X))


# Pending trials


@pytest.mark.parametrize("noise", [None, torch.full((15,), 0.02, dtype=torch.double)], ids=["unknown", "known"])
@pytest.mark.parametrize("n_pending", [1, 3])
def test_conditioning_reduces_variance_there_and_changes_no_mean(noise, n_pending):
    y = torch.sin(9 * torch.linspace(0, 1, 15, dtype=torch.double)) + 0.1 * torch.arange(15).double() % 0.3
    X = on_a_line(15)
    model = ModelListGP(fit(X, y, LINE, noise)[0], fit(X, -y, LINE)[0])
    pending = torch.tensor([[0.31], [0.63], [0.97]], dtype=torch.double)[:n_pending]
    conditioned = condition_on_pending(model, pending)
    everywhere = torch.linspace(0, 1, 50, dtype=torch.double)[:, None]
    spread = posterior_means(model, everywhere).std().item()
    np.testing.assert_allclose(
        posterior_means(conditioned, pending), posterior_means(model, pending), atol=1e-3 * spread
    )
    np.testing.assert_allclose(
        posterior_means(conditioned, everywhere), posterior_means(model, everywhere), atol=1e-2 * spread
    )
    with torch.no_grad():
        before, after = (each.posterior(pending).variance.numpy() for each in (model, conditioned))
    assert (after < 0.95 * before).all()


@pytest.mark.parametrize("known", [1e-6, 0.02, 0.3])
def test_conditioned_outcomes_have_the_typical_noise(known):
    """Known and inferred noise both count; each of them is the larger one in some case."""
    X, y = on_a_line(25), torch.sin(9 * torch.linspace(0, 1, 25, dtype=torch.double))
    y = y + 0.3 * torch.randn(25, generator=torch.Generator().manual_seed(0), dtype=torch.double)
    noise_of_trials = torch.full((25,), known, dtype=torch.double)
    noise_of_trials[3] = 1e4  # of one that went wrong, which says nothing of another
    model, pending = fit(X, y, LINE, noise_of_trials)[0], torch.tensor([[0.31], [0.63]], dtype=torch.double)
    (conditioned,) = condition_on_pending(ModelListGP(model), pending).models
    noise = np.append(noise_of_trials.numpy(), [known, known])
    both = torch.cat([X, pending]), torch.cat([y, torch.zeros(2, dtype=torch.double)])
    _, variance = by_the_formula(model, residual_variance(model), noise, *both, pending)
    np.testing.assert_allclose(posterior(conditioned, pending)[1], variance, rtol=1e-3)


def test_conditioning_twice_is_conditioning_on_both():
    X, y = mixed_data()
    model = ModelListGP(fit(X, y, nominal_mask(SPACE))[0])
    (first, second), (places, _) = mixed_data(2, seed=3)[0].split(1), mixed_data(9, seed=4)
    once, twice = (
        condition_on_pending(model, torch.cat([first, second])),
        condition_on_pending(condition_on_pending(model, first), second),
    )
    with torch.no_grad():
        one, other = once.posterior(places), twice.posterior(places)
    np.testing.assert_allclose(other.mean, one.mean, atol=1e-5)
    np.testing.assert_allclose(other.variance, one.variance, atol=1e-5)
