"""Which trials can a picture show, and on which scale?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.objectives import Objective, Objectives
from paretune.trials import Trials

DECADES = 1.5
# Beyond it stand numbers that a training gives in place of a failure: axes and volumes of four objectives cannot hold
# them.
LARGEST = 1e60


def finished(trials: Trials) -> Trials:
    """The trials that count, in the order of their numbers: neither pending nor lost."""
    counted = trials[~trials.is_pending & ~trials.is_lost]
    return counted[np.argsort(counted.numbers, kind="stable")]


def unfinished(trials: Trials) -> dict[str, int]:
    """How many trials do not count, by what they are."""
    return {"pending": int(trials.is_pending.sum()), "lost": int(trials.is_lost.sum())}


def too_large(trials: Trials) -> dict[str, int]:
    """How many complete trials have a value too large to draw."""
    return {f"with a value beyond {LARGEST:g}": int((trials.is_complete & ~fits(trials.losses)).sum())}


def points(trials: Trials) -> NDArray[np.float64]:
    """The losses of ``n`` trials, in which every trial that gives no point is NaN."""
    return np.where((trials.is_complete & fits(trials.losses))[:, None], trials.losses, np.nan)


def total(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Counts of several studies together, by the same words."""
    return {why: sum(count[why] for count in counts) for why in counts[0]}


def fits(losses: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the rows that are known and that an axis can hold.

    Args:
        losses: ``n x m``.
    """
    with np.errstate(invalid="ignore"):
        return np.asarray((np.abs(losses) <= LARGEST).all(axis=1))


def is_log(objective: Objective, values: ArrayLike) -> bool:
    """Whether an objective is drawn on a logarithmic axis: all values positive, over more than one and a half decades.

    A share of 1 that is maximised stays linear: a logarithm would press together the end that matters.

    Args:
        objective: whose values they are.
        values: those drawn; NaN is left out.

    Example:
        >>> from paretune import Maximize, Minimize
        >>> is_log(Minimize("time"), [0.01, 1.0]), is_log(Minimize("time"), [0.1, 1.0, 0.0])
        (True, False)
        >>> is_log(Maximize("accuracy"), [0.01, 1.0])
        False
    """
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    if len(known) == 0 or known.min() <= 0 or (objective.goal == "maximize" and known.max() <= 1):
        return False
    return bool(np.log10(known.max()) - np.log10(known.min()) > DECADES)


def are_log(objectives: Objectives, values: NDArray[np.float64]) -> tuple[bool, ...]:
    """`is_log` of each column of ``n x m`` values."""
    return tuple(is_log(o, column) for o, column in zip(objectives, values.T, strict=True))
