"""The second mode of a regression's hyperparameters: much noise and long length scales."""

from __future__ import annotations

import torch

from paretune.engine.models.map_fit import evenly_spaced_rows, fit_map, negative_log_density
from paretune.engine.models.surrogate import NOISE_PRIOR, gaussian_evidence
from paretune.engine.posterior.regression import Hyperparameters, Regression

START_NOISE, START_LOG_LENGTHSCALE = 0.3, 1.0


def denser_mode(regression: Regression, mode: Hyperparameters) -> Hyperparameters:
    """Return the mode with more posterior density: the given one, or the one found from a start with much noise.

    A few noisy outcomes of many parameters can be explained by noise, or by a process so rough that it passes through
    all of them. The search's fit begins with little noise, and stays at the second explanation even where the first one
    has more density.

    Args:
        regression: of ``n`` outcomes; its kernel's hyperparameters are changed.
        mode: the mode that the search's fit found.
    """
    some = regression[evenly_spaced_rows(len(regression.y))]
    shared = some.kernel, some.F, gaussian_evidence(some.y, some.noise), NOISE_PRIOR
    logs = torch.cat([mode.lengthscales, torch.stack([mode.weight, mode.residual_variance])]).log()
    log_density = -negative_log_density(*shared)(logs.cpu().numpy())[0]
    variance, noisy_log_density = fit_map(*shared, START_NOISE, START_LOG_LENGTHSCALE)
    if noisy_log_density <= log_density:
        return mode
    return Hyperparameters.of_kernel(some.kernel, variance)
