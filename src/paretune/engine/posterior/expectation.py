"""The expected noise-free losses of the configurations tried, and their standard errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.engine.models.targets import loss_targets
from paretune.engine.posterior.measurements import Configurations, Measurements
from paretune.engine.posterior.noisy_mode import denser_mode
from paretune.engine.torch_context import check_device, isolated_torch
from paretune.trials import Trials
from paretune.trials.noise import noise_variances

EXACT_VARIANCE = 1e-3  # of the residuals, as a share of the outcomes' variance: what is below it is the model's error


@dataclass(frozen=True, eq=False)
class ExpectedLosses:
    """The noise-free losses of ``k`` configurations, as the models expect them.

    Args:
        losses: ``k x m``.
        errors: ``k x m`` standard errors.
        index_of_complete: for each of the ``n`` complete trials the index of its configuration.
    """

    losses: NDArray[np.float64]
    errors: NDArray[np.float64]
    index_of_complete: NDArray[np.int64]


def expected_losses(trials: Trials, *, device: str = "cpu") -> ExpectedLosses:
    """Compute the expected noise-free losses of the complete trials' configurations, from the engine's models.

    Each objective has the engine's Gaussian process, at the denser one of two modes of its hyperparameters
    (`denser_mode`), on the scale that the engine chooses. Where the noise of an objective is known, from standard
    errors or at least ten repeats, what neither the noise nor the process explains belongs to the configuration;
    otherwise all of it is noise. An objective without noise has the mean of each configuration's measurements: its
    standard errors are 0, or the process explains all but a thousandth of the variance.

    Args:
        trials: ``N`` trials of any state, ``n`` of them complete.
        device: where the models are computed, a name that torch knows.
    """
    check_device(device)
    trials = trials[~trials.is_lost & ~trials.is_pending]
    tried = Configurations.of(trials, np.flatnonzero(trials.is_complete), device)
    losses, errors = np.empty((2, len(tried.representatives), len(trials.objectives)))
    if len(losses):
        targets, _ = loss_targets(trials, pareto.reference_point(trials.losses, trials.objectives.limits))
        variances = noise_variances(trials)
        with isolated_torch():
            for j, target in enumerate(targets):
                measured = Measurements.of(tried, target, variances[:, j])
                losses[:, j], errors[:, j] = _expected_objective(measured, trials.losses[:, j])
    return ExpectedLosses(losses, errors, tried.index_of_complete)


def _expected_objective(measured: Measurements, losses: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return an objective's expected losses and their standard errors, two times ``k``, from ``N`` measured losses."""
    if not measured.can_be_modelled:
        return _from_measurements(measured, losses)
    fitted = measured.regression()
    mode = denser_mode(fitted.regression, fitted.mode)
    if not measured.is_noise_known and float(mode.residual_variance) < EXACT_VARIANCE:
        return _from_measurements(measured, losses)
    mean, covariance = fitted.regression.posterior(mode, fitted.F, fitted.same)
    values = fitted.scale.untransform(-mean.cpu().numpy())
    deviations = covariance.diagonal().clamp_min(0.0).sqrt().cpu().numpy() / fitted.scale.slope(values)
    return measured.to_losses(values), deviations * measured.target.unit


def _from_measurements(measured: Measurements, losses: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return the means of the measurements, without the rounding errors of the target's unit, and their errors."""
    means, errors = measured.with_values(losses[measured.target.rows]).means()
    return means, errors * measured.target.unit
