"""Between which bounds is the true front?"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune import pareto
from paretune.confidence.shrinkage import drawn_truths, within_limits
from paretune.errors import InvalidInputError
from paretune.trials import Trials

LEVEL = 0.9
N_PLACES = 20


@dataclass(frozen=True, eq=False)
class FrontBand:
    """The best second loss that goes with first losses up to a place: an interval at each place, and a wider band.

    The intervals hold at one place each, the simultaneous band at all places at once. As a front only falls, it is then
    within the band between places too: below the upper bound of the place before, above the lower bound of the place
    after. The second loss is infinite where no configuration attains the place.

    Args:
        places: ``k`` first losses, ascending.
        median: ``k`` second losses.
        low: ``k`` second losses, the lower ends of the pointwise intervals.
        high: ``k`` second losses, their upper ends.
        simultaneous_low: ``k`` second losses, the lower bound of the simultaneous band.
        simultaneous_high: ``k`` second losses, its upper bound.
        level: the probability that an interval holds the truth at its place, and the simultaneous band at all of them.
    """

    places: NDArray[np.float64]
    median: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    simultaneous_low: NDArray[np.float64]
    simultaneous_high: NDArray[np.float64]
    level: float

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers that JSON can hold; None where a bound is infinite."""
        columns = {f.name: getattr(self, f.name).tolist() for f in fields(self) if f.name != "level"}
        plain = {name: [x if np.isfinite(x) else None for x in column] for name, column in columns.items()}
        return {**plain, "level": self.level}


def front_band(
    trials: Trials,
    draws: ArrayLike | None = None,
    places: ArrayLike | None = None,
    *,
    level: float = LEVEL,
    n_draws: int = 1000,
    seed: int | np.random.Generator = 0,
) -> FrontBand:
    """The noise-free front of the configurations that were tried, with pointwise intervals and a simultaneous band.

    The intervals are equal-tailed. The simultaneous band is made of the order statistics that hold the share `level`
    of whole drawn fronts (Besag, Green, Higdon and Mengersen 1995, section 6.3). In simulated studies without draws,
    the intervals held the truth in 88 % and the band in 87 % (``experiments/001-how-sure-is-a-front``).

    Args:
        trials: trials with two objectives.
        draws: ``s x n x 2`` losses, as for `probability_efficient`.
        places: ``k`` ascending first losses; by default 20, evenly spaced over the front of the draws' means.
        level: of the intervals and the band, between 0 and 1.
        n_draws: how many draws are made where none are given.
        seed: of those.

    Raises:
        InvalidInputError: there are not two objectives; no trial is complete; draws, places or level do not fit.

    Example:
        >>> from paretune.objectives import Minimize, Objectives
        >>> from paretune.space import Float, Space
        >>> trials = Trials(Space({"x": Float(0, 1)}), Objectives([Minimize("f"), Minimize("g")]),
        ...                 ({"x": 0.0}, {"x": 1.0}), losses=[[0, 1], [1, 0]])
        >>> front_band(trials, draws=[[[0, 1], [1, 0]], [[0, 2], [1, -1]]], places=[0.5, 1]).high.tolist()
        [2.0, 0.0]
    """
    if len(trials.objectives) != 2:
        raise InvalidInputError(f"a band needs two objectives, but there are {len(trials.objectives)}")
    if not 0 < level < 1:
        raise InvalidInputError(f"level must be between 0 and 1, but is {level}")
    drawn = drawn_truths(trials, draws, n_draws, seed)
    at = _even_places(drawn) if places is None else _checked_places(places)
    drawn = within_limits(drawn, trials.objectives)
    curves = np.stack([np.where(drawn[:, :, 0] <= x, drawn[:, :, 1], np.inf).min(axis=1) for x in at], axis=1)
    ends = [(1 - level) / 2, 0.5, (1 + level) / 2]
    low, median, high = np.quantile(curves, ends, axis=0, method="inverted_cdf")
    return FrontBand(at, median, low, high, *_simultaneous(curves, level), level)


def _even_places(draws: NDArray[np.float64]) -> NDArray[np.float64]:
    ends = pareto.front(draws.mean(axis=0))[:, 0]
    return np.linspace(ends[0], ends[-1], N_PLACES)


def _checked_places(places: ArrayLike) -> NDArray[np.float64]:
    at = np.asarray(places, float)
    if at.ndim != 1 or len(at) == 0 or not np.isfinite(at).all() or (np.diff(at) < 0).any():
        raise InvalidInputError(f"places must be finite first losses that ascend, but are {places!r}")
    return at


def _simultaneous(curves: NDArray[np.float64], level: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The bounds of ``s x k`` curves between which at least the share `level` of them stay."""
    s = len(curves)
    ranked = np.sort(curves, axis=0)
    columns = list(zip(ranked.T, curves.T, strict=True))
    from_below = np.stack([np.searchsorted(order, column, side="right") for order, column in columns])
    from_above = np.stack([s - np.searchsorted(order, column, side="left") for order, column in columns])
    depth = np.minimum(from_below, from_above).min(axis=0)  # of a curve: its most extreme rank at any place, from 1
    least = np.sort(depth)[s - math.ceil(level * s)]
    return ranked[least - 1], ranked[s - least]
