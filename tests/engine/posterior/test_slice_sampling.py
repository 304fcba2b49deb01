"""Sampled hyperparameters have the moments of their posterior."""

import math

import numpy as np
import torch

import oracles
from paretune.engine.models.kernel import WEIGHT_PRIOR, MixedKernel, lengthscale_prior
from paretune.engine.models.surrogate import NARROW_NOISE_PRIOR
from paretune.engine.posterior.regression import MEAN_VARIANCE, Hyperparameters, Regression
from paretune.engine.posterior.slice_sampling import sample_hyperparameters


def test_means_of_sampled_hyperparameters_are_those_of_a_grid():
    """The posterior means of the logarithms are sums over a grid of 13 x 13 x 13."""
    rng = np.random.default_rng(0)
    F = rng.random((12, 1))
    y = np.sin(5 * F[:, 0]) + 0.2 * rng.normal(size=12)
    regression = Regression(
        MixedKernel(torch.tensor([False])),
        torch.tensor(F),
        torch.tensor(y),
        torch.zeros(12).double(),
        torch.eye(12).double(),
        has_own_effects=False,
    )
    start = Hyperparameters(torch.tensor([1.0]).double(), torch.tensor(0.5).double(), torch.tensor(0.1).double())
    samples = sample_hyperparameters(regression, start, 250, np.random.default_rng(1))
    found = np.log([[h.lengthscales.item(), h.weight.item(), h.residual_variance.item()] for h in samples])
    lengths = [parameter.item() for parameter in lengthscale_prior(torch.tensor([False]), log_stretch=0.0)]
    priors = [lengths, WEIGHT_PRIOR, NARROW_NOISE_PRIOR]
    axes = [centre + scale * np.linspace(-4, 4, 13) for centre, scale in priors]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    log_prior = sum(-((grid[:, j] - centre) ** 2) / (2 * scale**2) for j, (centre, scale) in enumerate(priors))
    kernels = {
        length: [oracles.mixed_kernel(F, F, [False], [math.exp(length)], weight) for weight in (0.0, 1.0)]
        for length in axes[0]
    }
    logs = []
    for length, weight, noise in grid:
        K, with_effects = kernels[length]
        K = K + math.exp(weight) * (with_effects - K) + MEAN_VARIANCE + math.exp(noise) * np.eye(12)
        logs.append(-0.5 * y @ np.linalg.solve(K, y) - 0.5 * np.linalg.slogdet(K)[1])
    shares = np.exp(log_prior + logs - np.max(log_prior + logs))
    expected = shares @ grid / shares.sum()
    np.testing.assert_allclose(found.mean(axis=0), expected, atol=0.35)
