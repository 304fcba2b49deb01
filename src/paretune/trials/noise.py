"""Estimate the noise of measurements from their standard errors and from repeats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paretune.space.keys import configuration_indices
from paretune.trials import Trials

MIN_REPEATS = (
    10  # without standard errors; a single pair underestimates the noise by more than half in a third of cases
)


def is_fully_evaluated(trials: Trials) -> NDArray[np.bool_]:
    """Mark the trials that ran to their end and have all losses, inside the limits or not: ``n`` booleans."""
    finished = trials.is_complete | (trials.reasons == "outside_limits")
    return np.asarray(finished & np.isfinite(trials.losses).all(axis=1))


def noise_variances(trials: Trials, min_repeats: int = MIN_REPEATS) -> NDArray[np.float64]:
    """Estimate the variance of each measurement's error: its squared standard error, and the excess that repeats show.

    Repeats of a configuration show all of the noise, but a standard error may cover only a part: for example the
    variation of a latency within one training, not between two trainings. The excess of the repeats' variance over the
    squared standard errors is estimated by the method of moments (Cochran 1954; DerSimonian and Laird 1986, with equal
    weights) and added to all variances. If a standard error is unknown or infinite, the median of the others is used.

    Args:
        trials: ``n`` trials.
        min_repeats: without standard errors, the noise is known if there are at least this many more trials than
            configurations.

    Returns:
        ``n x m`` finite variances, capped where squares overflow. A column is NaN if the objective has no standard
        error and too few repeats.

    Example:
        >>> from paretune.objectives import Minimize, Objectives
        >>> from paretune.space import Int, Space
        >>> trials = Trials(Space({"k": Int(1, 9)}), Objectives([Minimize("f"), Minimize("g")]),
        ...                 ({"k": 1}, {"k": 1}, {"k": 2}), losses=[[1, 1], [3, 1], [2, 2]],
        ...                 losses_se=[[float("nan"), 0.1], [float("nan"), 0.1], [float("nan"), 0.2]])
        >>> noise_variances(trials, min_repeats=1).round(2).tolist()
        [[2.0, 0.01], [2.0, 0.01], [2.0, 0.04]]
    """
    rows = is_fully_evaluated(trials)
    configurations = configuration_indices(trials.space, [trials.params[i] for i in np.flatnonzero(rows)])
    variances = np.full(trials.losses.shape, np.nan)
    for j, (losses, errors) in enumerate(zip(trials.losses.T, trials.losses_se.T, strict=True)):
        squared_errors = _capped_squares(fill_unknown_errors(errors))
        excess, n_repeats = _excess_variance(losses[rows], squared_errors[rows], configurations)
        if np.isfinite(errors).any() or n_repeats >= min_repeats:
            variances[:, j] = squared_errors + excess
    return variances


def fill_unknown_errors(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Replace each unknown or infinite standard error by the median of the others, or by 0 if all are unknown.

    Example:
        >>> fill_unknown_errors(np.array([3.0, float("nan"), 3.0])).tolist()
        [3.0, 3.0, 3.0]
    """
    known = np.isfinite(errors)
    return np.where(
        known, errors, 2 * np.median(errors[known] / 2) if known.any() else 0.0
    )  # halved, so that no sum overflows


def _capped_squares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the squares of ``n`` numbers, capped so that the sum of ``n + 1`` of them is finite."""
    with np.errstate(over="ignore"):
        return np.minimum(values**2, np.finfo(float).max / (len(values) + 1))


def _excess_variance(
    values: NDArray[np.float64], variances: NDArray[np.float64], configurations: NDArray[np.int64]
) -> tuple[float, int]:
    """Return the variance of repeats in excess of their own variances, at least 0, and the degrees of freedom."""
    counts = np.bincount(configurations)
    n_repeats = int((counts - 1).sum())
    if n_repeats == 0:
        return 0.0, 0
    means = np.bincount(configurations, values) / counts
    with np.errstate(over="ignore"):
        deviations = values - means[configurations]
    scatter = _capped_squares(deviations).sum()
    explained = (variances * (1 - 1 / counts[configurations])).sum()
    return max(float(scatter - explained) / n_repeats, 0.0), n_repeats
