"""How far may each measurement be from the noise-free number?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paretune.space.keys import configuration_indices
from paretune.trials import Trials

ENOUGH_REPEATS = 10  # by fewer alone the noise is a guess: a pair says less than half of it in every third case


def ran_to_the_end(trials: Trials) -> NDArray[np.bool_]:
    """Which trials were measured in full, inside the limits or not: ``n`` booleans."""
    ended = trials.is_complete | (trials.reasons == "outside_limits")
    return np.asarray(ended & np.isfinite(trials.losses).all(axis=1))


def noise_variances(trials: Trials, enough: int = ENOUGH_REPEATS) -> NDArray[np.float64]:
    """The variance of each measurement's error: its standard error squared, and what repeats show beyond that.

    Repeats of a configuration scatter by all of the noise, where a standard error may only tell of a part of it: of a
    latency within one training, not between two. What they scatter more than their standard errors say is estimated
    by the method of moments (Cochran 1954; DerSimonian and Laird 1986, with equal weights) and added to all. Where a
    standard error is not known, or infinite, the mean square of those that are known stands for it.

    Args:
        trials: ``n`` trials.
        enough: without standard errors, the noise is known from so many more trials than configurations.

    Returns:
        ``n x m``, finite also where a square is not; a column of NaN where an objective has no standard error and not
        enough repeats.

    Example:
        >>> from paretune.objectives import Minimize, Objectives
        >>> from paretune.space import Int, Space
        >>> trials = Trials(Space({"k": Int(1, 9)}), Objectives([Minimize("f"), Minimize("g")]),
        ...                 ({"k": 1}, {"k": 1}, {"k": 2}), losses=[[1, 1], [3, 1], [2, 2]],
        ...                 losses_se=[[float("nan"), 0.1], [float("nan"), 0.1], [float("nan"), 0.2]])
        >>> noise_variances(trials, enough=1).round(2).tolist()
        [[2.0, 0.01], [2.0, 0.01], [2.0, 0.04]]
    """
    ended = ran_to_the_end(trials)
    configurations = configuration_indices(trials.space, [trials.params[i] for i in np.flatnonzero(ended)])
    variances = np.full(trials.losses.shape, np.nan)
    for j, (losses, errors) in enumerate(zip(trials.losses.T, trials.losses_se.T, strict=True)):
        known, told = np.isfinite(errors), _squares(known_errors(errors))
        excess, n_repeats = _excess(losses[ended], told[ended], configurations)
        if known.any() or n_repeats >= enough:
            variances[:, j] = told + excess
    return variances


def known_errors(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard errors, where one is not known, or infinite, the median of the others; 0 where none is known.

    Example:
        >>> known_errors(np.array([3.0, float("nan"), 3.0])).tolist()
        [3.0, 3.0, 3.0]
    """
    known = np.isfinite(errors)
    return np.where(known, errors, 2 * np.median(errors[known] / 2) if known.any() else 0.0)  # lest a sum overflow


def _squares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squares of ``n`` numbers, none so large that the sum of all and one more is infinite."""
    with np.errstate(over="ignore"):
        return np.minimum(values**2, np.finfo(float).max / (len(values) + 1))


def _excess(
    values: NDArray[np.float64], variances: NDArray[np.float64], configurations: NDArray[np.int64]
) -> tuple[float, int]:
    """The variance of repeats beyond what is told of each, at least 0; and of how many degrees of freedom."""
    counts = np.bincount(configurations)
    n_repeats = int((counts - 1).sum())
    if n_repeats == 0:
        return 0.0, 0
    means = np.bincount(configurations, values) / counts
    with np.errstate(over="ignore"):
        deviations = values - means[configurations]
    scatter = _squares(deviations).sum()
    explained = (variances * (1 - 1 / counts[configurations])).sum()
    return max(float(scatter - explained) / n_repeats, 0.0), n_repeats
