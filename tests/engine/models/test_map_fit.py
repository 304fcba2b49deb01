"""The MAP fit finds hyperparameters as good as those of BoTorch."""

import math

import numpy as np
import pytest
import torch
from botorch.fit import fit_gpytorch_mll
from botorch.models import SingleTaskGP
from gpytorch.constraints import GreaterThan
from gpytorch.likelihoods import GaussianLikelihood
from gpytorch.mlls import ExactMarginalLogLikelihood
from gpytorch.priors import LogNormalPrior
from hypothesis import given
from hypothesis import strategies as st

import oracles
from paretune.engine.models import classifier
from paretune.engine.models.classifier import probit_evidence
from paretune.engine.models.kernel import MixedKernel
from paretune.engine.models.map_fit import MAX_TRIALS_FOR_FIT, START_LOG_LENGTHSCALE, evenly_spaced_rows, fit_map
from paretune.engine.models.surrogate import NOISE_PRIOR, gaussian_evidence

IS_NOMINAL = torch.tensor([False, False, True])


def regression(seed, n, noise):
    """Return features of two ordered parameters and a choice, and outcomes that depend on all three."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.random((n, 2)), rng.integers(3, size=n)])
    y = np.sin(5 * X[:, 0]) + X[:, 1] ** 2 * (X[:, 2] == 1) + noise * rng.normal(size=n)
    return torch.tensor(X), torch.tensor((y - y.mean()) / y.std())


def found(X, y, start=0.01):
    kernel = MixedKernel(IS_NOMINAL)
    noise, log_density = fit_map(kernel, X, gaussian_evidence(y, torch.zeros_like(y)), NOISE_PRIOR, start)
    return kernel, noise, log_density


def model_of(X, y, kernel, noise):
    """Return GPyTorch's own model with these hyperparameters and the best constant mean."""
    settings = {
        "noise_prior": LogNormalPrior(*NOISE_PRIOR),
        "noise_constraint": GreaterThan(1e-8, transform=None, initial_value=0.01),
    }
    model = SingleTaskGP(
        X, y[:, None], likelihood=GaussianLikelihood(**settings), covar_module=kernel, outcome_transform=None
    )
    model.likelihood.noise = noise
    K = kernel(X).to_dense().detach().numpy() + noise * np.eye(len(y))
    model.mean_module.constant = torch.tensor(oracles.generalised_mean(K, y.numpy()))
    return model


def log_posterior(model, y):
    """Return the log posterior of the hyperparameters, as GPyTorch computes it with its priors."""
    model.train()
    with torch.no_grad():
        mll = ExactMarginalLogLikelihood(model.likelihood, model)
        return mll(model(*model.train_inputs), y).item() * len(y)


def kernel_of_few(seed=0, n=9):
    X, _ = regression(seed, n, 0.1)
    with torch.no_grad():
        return MixedKernel(IS_NOMINAL)(X).to_dense() + 0.2 * torch.eye(n)


def evidence_of(make, rng):
    """Return the evidence of nine outcomes or labels."""
    if make is probit_evidence:
        return make(torch.tensor(rng.permutation(np.sign(np.arange(9) - 3.5))))
    return make(torch.tensor(rng.normal(size=9)), torch.tensor(rng.choice([0.0, 0.1], size=9)))


@pytest.mark.parametrize("make", [gaussian_evidence, probit_evidence])
@pytest.mark.parametrize("seed", range(3))
def test_gradient_of_evidence_is_its_slope_in_every_direction(make, seed, monkeypatch):
    monkeypatch.setattr(classifier, "TOLERANCE", 1e-12)
    rng = np.random.default_rng(seed)
    K, extra = kernel_of_few(seed), 0.7
    evidence = evidence_of(make, rng)
    _, gradient, by_extra = evidence(K, extra)
    for _ in range(5):
        half = rng.normal(size=(9, 9))
        direction = torch.tensor(half + half.T)
        slope = oracles.slope(lambda t, direction=direction: evidence(K + t * direction, extra)[0], 0.0, step=1e-4)
        assert (gradient * direction).sum().item() == pytest.approx(slope, rel=1e-3, abs=1e-3)
    slope = oracles.slope(lambda t: evidence(K, extra * np.exp(t))[0], 0.0, step=1e-3)
    assert by_extra == pytest.approx(slope, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("make", [gaussian_evidence, probit_evidence])
def test_evidence_of_matrix_that_is_no_covariance_is_an_error(make):
    with pytest.raises(torch.linalg.LinAlgError):
        evidence_of(make, np.random.default_rng(0))(torch.tensor(-9.0 * np.ones((9, 9))), 1.0)


@pytest.mark.parametrize(("seed", "n", "noise"), [(0, 8, 0.0), (1, 15, 0.1), (2, 25, 0.5), (3, 40, 0.0), (4, 12, 2.0)])
def test_botorch_finds_no_better_hyperparameters_from_the_same_start(seed, n, noise):
    X, y = regression(seed, n, noise)
    kernel, variance, _ = found(X, y)
    start = MixedKernel(IS_NOMINAL)
    start.set_hyperparameters(torch.full((3,), math.exp(START_LOG_LENGTHSCALE)), torch.tensor(0.5))
    theirs = model_of(X, y, start, 0.01)
    begun = log_posterior(theirs, y)
    fit_gpytorch_mll(ExactMarginalLogLikelihood(theirs.likelihood, theirs))
    ours = log_posterior(model_of(X, y, kernel, variance), y)
    assert ours > begun
    assert ours > log_posterior(theirs, y) - 0.01


def test_returned_value_is_log_density_up_to_a_constant():
    """This allows to compare evidences of the same trials on two scales."""
    X, y = regression(5, 20, 0.1)
    fits = [(z, *found(X, z)) for z in (y, torch.sin(3 * y), 2 * y)]
    constants = [density - log_posterior(model_of(X, z, kernel, noise), z) for z, kernel, noise, density in fits]
    np.testing.assert_allclose(constants, constants[0], atol=1e-4)


def test_start_does_not_change_fitted_noise():
    X, y = regression(6, 40, 0.5)
    noises = [found(X, y, start)[1] for start in (1e-3, 0.5)]
    assert noises[0] == pytest.approx(noises[1], rel=0.02)


@given(st.integers(1, 2000))
def test_evenly_spaced_rows_are_all_or_evenly_spaced(n):
    rows = evenly_spaced_rows(n).numpy()
    assert len(rows) == min(n, MAX_TRIALS_FOR_FIT)
    assert (rows[0], rows[-1]) == (0, n - 1)
    assert len(set(np.diff(rows).tolist())) <= 2
    assert (np.diff(rows) > 0).all()
