"""Draws of hyperparameters from their posterior, by elliptical slice sampling: the mode alone is too certain."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from paretune.engine.models.kernel import WEIGHT_PRIOR, covariance, lengthscale_prior
from paretune.engine.models.surrogate import NARROW_NOISE_PRIOR
from paretune.engine.posterior.regression import Hyperparameters, Regression

N_WARM_UP, N_BETWEEN = 12, 4
MIN_ANGLE = 1e-6


def sample_hyperparameters(
    regression: Regression, start: Hyperparameters, n_draws: int, rng: np.random.Generator
) -> list[Hyperparameters]:
    """Draw hyperparameters from their posterior, given a regression.

    All of them have log-normal priors, so that elliptical slice sampling needs no tuning (Murray, Adams and MacKay
    2010, arXiv 1001.0175).

    Args:
        regression: of ``n`` outcomes.
        start: the start of the chain: the mode, so that a short warm-up is enough.
        n_draws: how many draws.
        rng: source of randomness.
    """
    d, like = len(start.lengthscales), regression.F
    lengths = lengthscale_prior(regression.kernel.is_nominal, log_stretch=0.0)  # as experiments/001 measured
    centres, scales = (
        np.array([*of_lengths.tolist(), of_weight, of_noise])
        for of_lengths, of_weight, of_noise in zip(lengths, WEIGHT_PRIOR, NARROW_NOISE_PRIOR, strict=True)
    )
    differences, main_effects = regression.kernel.squared_differences(like), regression.kernel.main_effects(like, like)

    def hyperparameters(z: NDArray[np.float64]) -> Hyperparameters:
        values = torch.tensor(np.exp(centres + scales * z)).to(like)
        return Hyperparameters(values[:d], values[d], values[d + 1])

    def log_likelihood(z: NDArray[np.float64]) -> float:
        h = hyperparameters(z)
        K = covariance(differences, main_effects, h.lengthscales, h.weight)
        return _log_evidence(regression.outcome_covariance(K, h.residual_variance), regression.y)

    first = torch.cat([start.lengthscales, torch.stack([start.weight, start.residual_variance])])
    z = (np.log(first.cpu().numpy()) - centres) / scales
    draws = []
    for step in range(1, N_WARM_UP + n_draws * N_BETWEEN + 1):
        z = _slice_step(z, log_likelihood, rng)
        if step > N_WARM_UP and (step - N_WARM_UP) % N_BETWEEN == 0:
            draws.append(hyperparameters(z))
    return draws


def _log_evidence(K: Tensor, y: Tensor) -> float:
    """Return the log evidence, up to a constant; minus infinity if the matrix has no Cholesky factor.

    Rasmussen and Williams (2006), equation 2.30.
    """
    factor, failed = torch.linalg.cholesky_ex(K)
    if failed.item():
        return -math.inf
    root = torch.linalg.solve_triangular(factor, y.unsqueeze(-1), upper=False)
    return float(-0.5 * (root**2).sum() - factor.diagonal().log().sum())


def _slice_step(
    z: NDArray[np.float64], log_likelihood: Callable[[NDArray[np.float64]], float], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return the next state of a chain of standard normal numbers."""
    height = log_likelihood(z) - rng.exponential()
    other, angle = rng.normal(size=len(z)), rng.uniform(0, 2 * math.pi)
    low, high = angle - 2 * math.pi, angle
    while abs(angle) > MIN_ANGLE:
        proposal = np.asarray(z * math.cos(angle) + other * math.sin(angle))
        if log_likelihood(proposal) > height:
            return proposal
        low, high = (angle, high) if angle < 0 else (low, angle)
        angle = rng.uniform(low, high)
    return z
