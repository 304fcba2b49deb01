"""The mode of the hyperparameters' posterior (MAP), by exact gradients without a library's overhead at every step.

A kernel's hyperparameters and one more (the noise of a regression, the scale of a classifier) are fitted together. What
depends on the model is its evidence: log p(y | K, h) of the kernel's covariance matrix K and the extra hyperparameter
h, its gradient with respect to K, and its slope in log h.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch import Tensor

from paretune.engine.models.kernel import WEIGHT_PRIOR, MixedKernel, covariance_with_gradient

Evidence: TypeAlias = Callable[[Tensor, float], tuple[float, Tensor, float]]
MAX_STEPS, TOLERANCE = 40, 1e-5  # of the log density
START_LOG_LENGTHSCALE = -0.5  # from longer ones the fit stays more often where everything seems to be noise
MAX_TRIALS_FOR_FIT = 200
CHOLESKY_FAILURE_LOSS = 1e10  # returned where a matrix has no Cholesky factor


def fit_map(
    kernel: MixedKernel,
    X: Tensor,
    evidence: Evidence,
    prior: tuple[float, float],
    start: float,
    start_log_lengthscale: float = START_LOG_LENGTHSCALE,
) -> tuple[float, float]:
    """Set a kernel's hyperparameters to the mode of their posterior, and return the extra hyperparameter there.

    L-BFGS over the logarithms; the priors are densities of the hyperparameters themselves, as in BoTorch.

    Args:
        kernel: is changed.
        X: ``n x d`` features.
        evidence: from the kernel's covariance matrix ``n x n`` and the extra hyperparameter to the log evidence, its
            gradient ``n x n``, and its slope in the logarithm of the extra one. `LinAlgError` where a matrix has no
            Cholesky factor.
        prior: location and scale of the extra hyperparameter's log-normal prior.
        start: the extra hyperparameter's first value.
        start_log_lengthscale: the logarithm of the length scales' first value.

    Returns:
        The extra hyperparameter, and the log density of the mode, up to a constant.
    """
    d, loss = X.shape[-1], negative_log_density(kernel, X, evidence, prior)
    first = np.array([*[start_log_lengthscale] * d, math.log(0.5), math.log(start)])
    bounds = [(-4.6, 6.0)] * d + [(-8.0, 5.0), (-14.0, 5.0)]
    options = {"maxiter": MAX_STEPS, "ftol": TOLERANCE}
    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    best = torch.tensor(found.x, device=X.device).exp()
    kernel.set_hyperparameters(best[:d], best[d])
    return float(best[d + 1]), -float(found.fun)


def negative_log_density(
    kernel: MixedKernel, X: Tensor, evidence: Evidence, prior: tuple[float, float]
) -> Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]]:
    """Return the function that `fit_map` minimises: minus the log density, up to a constant, and its gradient.

    The arguments are those of `fit_map`.

    Returns:
        A function of ``d + 2`` logarithms: of the length scales, the weight of the main effects and the extra one.
    """
    d = X.shape[-1]
    differences, main_effects = kernel.squared_differences(X), kernel.main_effects(X, X).detach()
    lengths = kernel.lengthscale_prior
    centres = np.array([*lengths.loc.tolist(), WEIGHT_PRIOR[0], prior[0]])
    scales = np.array([*lengths.scale.tolist(), WEIGHT_PRIOR[1], prior[1]])

    def loss(logs: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        values = torch.tensor(np.exp(logs), device=X.device)
        K, slopes = covariance_with_gradient(differences, main_effects, values[:d], values[d])
        try:
            log_evidence, gradient, slope = evidence(K, float(values[d + 1]))
        except torch.linalg.LinAlgError:  # type: ignore[attr-defined]
            return CHOLESKY_FAILURE_LOSS, np.zeros(len(logs))
        z = (logs - centres) / scales
        by_logs = np.append(slopes(gradient).cpu().numpy(), slope)
        return -log_evidence + float((z**2 / 2 + logs).sum()), -by_logs + z / scales + 1

    return loss


def evenly_spaced_rows(n: int, n_max: int = MAX_TRIALS_FOR_FIT) -> Tensor:
    """Return the indices of all of ``n`` trials, or of ``n_max`` that are evenly spaced in time."""
    return torch.linspace(0, n - 1, min(n, n_max), dtype=torch.double).round().long()
