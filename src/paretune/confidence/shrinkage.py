"""Draws of the noise-free losses from the measurements alone, shrunk against the winner's curse."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.argument_checks import WHOLE, check_arguments
from paretune.confidence.configuration_means import ConfigurationMeans
from paretune.confidence.input_checks import check_count
from paretune.confidence.mixture import sample_truths
from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.trials import Trials


def shrunk_draws(trials: Trials, n_draws: int = 1000, seed: int | np.random.Generator = 0) -> NDArray[np.float64]:
    """Draw the noise-free losses of the complete trials' configurations from the measurements alone.

    Draws around each measurement would not be enough. The best of many noisy measurements are partly the luckiest, so
    the front of the measurements, and of draws around them, is too optimistic (the winner's curse). The distribution of
    the true values is therefore inferred from all configurations, and each true value is drawn from its posterior
    (Efron 2011, "Tweedie's formula and selection bias"; the distribution is that of `paretune.confidence.mixture`).
    This does not use the parameters. `paretune.engine.posterior_draws` does, and knows more if similar configurations
    have similar losses.

    An objective with unknown noise (`paretune.trials.noise.noise_variances`) is treated as exact. An objective that
    does not vary cannot be shrunk, and is drawn around its measurement.

    Args:
        trials: ``N`` trials of any state, ``n`` of them complete. Measurements outside the limits are used too.
        n_draws: the number of draws, ``s``.
        seed: a whole number, or a generator to draw from.

    Returns:
        ``s x n x m`` losses, in the order of ``trials[trials.is_complete]``; trials of one configuration have the same
        true value.

    Raises:
        InvalidInputError: n_draws is not a whole number of at least 1.
    """
    check_arguments(trials=(trials, Trials), seed=(seed, WHOLE, np.random.Generator))
    n_draws, rng = check_count(n_draws, "n_draws"), np.random.default_rng(seed)
    measured = ConfigurationMeans.from_trials(trials)
    draws = measured.losses + np.sqrt(measured.variances) * rng.normal(size=(n_draws, *measured.losses.shape))
    if len(measured.losses) > 1:
        varies = np.ptp(measured.losses, axis=0) > 0
        is_noisy = (measured.variances > 0) & varies
        if is_noisy.any():
            truths = sample_truths(measured.losses[:, varies], measured.variances[:, varies], n_draws, rng)
            draws[:, is_noisy] = truths[:, is_noisy[:, varies]]
    return draws[:, measured.complete_indices]


def noise_free_draws(
    trials: Trials, draws: ArrayLike | None, n_draws: int, seed: int | np.random.Generator
) -> NDArray[np.float64]:
    """Return the given draws, or else `shrunk_draws`, once for each of the ``k`` configurations.

    Args:
        trials: ``n`` of them complete, at least one.
        draws: ``s x n x m``, in the order of the complete trials; or None.
        n_draws: the number of draws to make if none are given.
        seed: the seed of these draws.

    Returns:
        ``s x k x m`` losses.

    Raises:
        InvalidInputError: no trial is complete, or the draws are not finite numbers of this shape.
    """
    n, m = int(trials.is_complete.sum()), len(trials.objectives)
    if n == 0:
        raise InvalidInputError("no trial is complete, so there is no front: at least one trial must be complete")
    table = shrunk_draws(trials, n_draws, seed) if draws is None else np.asarray(draws, float)
    if table.shape[1:] != (n, m) or len(table) == 0:
        raise InvalidInputError(f"draws must be s x {n} x {m}, a column for each complete trial, but are {table.shape}")
    if not np.isfinite(table).all():
        raise InvalidInputError("draws must be finite numbers, but at least one is not")
    return table[:, ConfigurationMeans.from_trials(trials).first_rows]


def mask_outside_limits(draws: NDArray[np.float64], objectives: Objectives) -> NDArray[np.float64]:
    """Replace each of ``s x k`` draws outside the limits by NaN: it cannot be on the front."""
    inside = objectives.is_within(draws.reshape(-1, len(objectives))).reshape(draws.shape[:2])
    return np.where(inside[..., None], draws, np.nan)
