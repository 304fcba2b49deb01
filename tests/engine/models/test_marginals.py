"""Marginals are those of the model's posterior."""

import numpy as np
import pytest
import torch
from botorch.models import ModelListGP, SingleTaskGP

from paretune.engine.models.marginals import marginals
from paretune.engine.models.surrogate import condition_on_pending, fit

IS_NOMINAL = torch.tensor([False, True, False])


def places(n, seed):
    """Return places of an ordered parameter, a choice of three and another ordered parameter."""
    rng = np.random.default_rng(seed)
    return torch.tensor(np.column_stack([rng.random(n), rng.integers(3, size=n), rng.random(n)]))


def outcomes(X, seed):
    rng = np.random.default_rng(seed)
    y = torch.sin(4 * X[:, 0]) + (X[:, 1] == 1) * X[:, 2] + 0.2 * torch.tensor(rng.normal(size=len(X)))
    return (y - y.mean()) / y.std()


def ours(n, seed, noise=None):
    """Return models of one outcome at all trials, and of another at some of them."""
    X = places(n, seed)
    rows = torch.arange(0, n, 2)
    return ModelListGP(
        fit(X, outcomes(X, seed), IS_NOMINAL, noise)[0], fit(X[rows], outcomes(X, seed + 1)[rows], IS_NOMINAL)[0]
    )


def assert_same(model, X):
    with torch.no_grad():
        mean, deviation = marginals(model)(X)
        posterior = model.posterior(X)
    assert mean.shape == deviation.shape == (len(X), model.num_outputs)
    np.testing.assert_allclose(mean, posterior.mean, atol=1e-6)
    np.testing.assert_allclose(deviation**2, posterior.variance, atol=1e-6)


@pytest.mark.parametrize("n", [4, 15, 40])
@pytest.mark.parametrize("is_known", [False, True])
def test_marginals_are_those_of_gpytorch(n, is_known):
    noise = torch.full((n,), 0.1, dtype=torch.double) if is_known else None
    assert_same(ours(n, n, noise), places(20, 100))


@pytest.mark.parametrize("noise", [None, torch.linspace(0.01, 0.3, 12, dtype=torch.double)])
def test_marginals_of_conditioned_model_are_those_of_gpytorch(noise):
    assert_same(condition_on_pending(ours(12, 0, noise), places(3, 5)), places(20, 6))


def test_standard_deviation_at_tried_place_is_small_but_positive():
    X = places(10, 0)
    with torch.no_grad():
        _, deviation = marginals(ModelListGP(fit(X, torch.sin(4 * X[:, 0]), IS_NOMINAL)[0]))(X)
    assert (deviation > 0).all()
    assert (deviation < 0.1).all()


def test_marginals_of_other_models_are_their_posteriors():
    X, others = places(10, 0) / 3, places(8, 1) / 3
    assert_same(SingleTaskGP(X, torch.stack([X[:, 0], X[:, 2] ** 2], dim=-1)), others)
    assert_same(ModelListGP(SingleTaskGP(X, X[:, :1]), SingleTaskGP(X, X[:, 2:])), others)


def test_gradients_of_marginals_are_those_of_the_posterior():
    X = places(5, 3).requires_grad_()
    mean, deviation = marginals(ours(12, 0))(X)
    found = torch.autograd.grad((mean + deviation).sum(), X)[0]
    posterior = ours(12, 0).posterior(X)
    theirs = torch.autograd.grad((posterior.mean + posterior.variance.sqrt()).sum(), X)[0]
    np.testing.assert_allclose(found[:, [0, 2]], theirs[:, [0, 2]], rtol=1e-4, atol=1e-6)
