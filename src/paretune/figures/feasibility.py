"""The share of feasible trials and its change over time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from paretune.argument_checks import COUNT, check_arguments, mapping_to
from paretune.confidence.interval_estimate import INTERVAL_QUANTILES
from paretune.figures.trial_selection import count_unevaluated, evaluated_trials, sum_counts
from paretune.trials import Trials


@dataclass(frozen=True, eq=False)
class FeasibilityCurve:
    """The feasible share of one study; all shares are fractions of 1.

    Args:
        cumulative: ``n`` shares, one after each trial, of all trials so far.
        window: number of trials in the moving window.
        at: ``n - window + 1`` counts of trials at which a window ends.
        moving: the share in each window.
        low: the lower end of each window's binomial interval.
        high: the upper end of each interval.
    """

    cumulative: NDArray[np.float64]
    window: int
    at: NDArray[np.int64]
    moving: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FeasibilityView:
    """The data of a picture of feasibility.

    Args:
        curves: one curve per study, by label; a single study without a label has an empty one.
        n_excluded: number of trials of all studies that are not in the picture, by reason.
    """

    curves: Mapping[str, FeasibilityCurve]
    n_excluded: Mapping[str, int]


def feasibility_view(trials: Trials | Mapping[str, Trials], *, window: int | None = None) -> FeasibilityView:
    """Compute the share of trials that succeeded inside the limits, of all so far and of a moving window.

    The interval of a window is Wilson's 95 % interval (1927), which assumes independent trials with one probability.

    Args:
        trials: one study, or several by label.
        window: number of trials in a window; by default a tenth of the trials and at least ten (all if there are
            fewer).
    """
    check_arguments(trials=(trials, Trials, mapping_to(Trials)), window=(window, COUNT, None))
    studies = {"": trials} if isinstance(trials, Trials) else dict(trials)
    return FeasibilityView(
        {label: _curve(evaluated_trials(study).is_complete, window) for label, study in studies.items()},
        sum_counts([count_unevaluated(study) for study in studies.values()]),
    )


def _curve(is_feasible: NDArray[np.bool_], window: int | None) -> FeasibilityCurve:
    n = len(is_feasible)
    width = max(min(n, window or max(10, math.ceil(n / 10))), 1)
    total = np.concatenate([[0], np.cumsum(is_feasible)])
    successes = total[width:] - total[: max(n + 1 - width, 0)]
    low, high = wilson_interval(successes, width)
    return FeasibilityCurve(
        total[1:] / np.arange(1, n + 1), width, np.arange(width, n + 1), successes / width, low, high
    )


def wilson_interval(successes: NDArray[np.int64], n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The 95 % score interval (Wilson 1927) of each share ``successes / n``."""
    z2, share = NormalDist().inv_cdf(INTERVAL_QUANTILES[1]) ** 2, successes / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
