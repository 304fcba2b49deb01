"""Draws of noise-free values have the moments of the textbook."""

import numpy as np
import pytest
import torch

import oracles
from paretune.engine.models.kernel import MixedKernel
from paretune.engine.posterior.regression import MEAN_VARIANCE, Hyperparameters, Regression


@pytest.mark.parametrize("has_own_effects", [True, False])
def test_moments_of_draws_are_those_of_the_textbook(has_own_effects):
    """There are two trials of the first configuration. Drawn are that one, and one that was not tried."""
    rng = np.random.default_rng(0)
    F, y, noise = rng.random((5, 2)), rng.normal(size=5), rng.uniform(0.05, 0.3, 5)
    F[1], asked = F[0], np.vstack([F[0], rng.random(2)])
    lengthscales, weight, residual_variance = np.array([0.5, 1.5]), 0.4, 0.2
    same, same_asked = (np.array([[float((a == b).all()) for b in F] for a in rows]) for rows in (F, asked))

    def covariance(A, B, equal):
        K = oracles.mixed_kernel(A, B, [False, False], lengthscales, weight)
        return K + MEAN_VARIANCE + (residual_variance * equal if has_own_effects else 0)

    mean, variance = oracles.gaussian_process(
        covariance(F, F, same),
        covariance(F, asked, same_asked.T),
        np.diag(covariance(asked, asked, np.eye(2))),
        noise + (0 if has_own_effects else residual_variance),
        y,
        0.0,
    )
    tensors = [torch.tensor(array) for array in (F, y, noise, same)]
    regression = Regression(MixedKernel(torch.tensor([False, False])), *tensors, has_own_effects=has_own_effects)
    given = Hyperparameters(torch.tensor(lengthscales), torch.tensor(weight), torch.tensor(residual_variance))
    normal = torch.tensor(rng.normal(size=(2, 20_000)))
    draws = regression.draw(given, torch.tensor(asked), torch.tensor(same_asked), normal).numpy()
    np.testing.assert_allclose(draws.mean(axis=1), mean, atol=0.03)
    np.testing.assert_allclose(draws.var(axis=1), variance, rtol=0.05)
