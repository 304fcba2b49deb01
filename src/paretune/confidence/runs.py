"""The runs of the two sides of a comparison, and their resamples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeAlias, TypeGuard, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.confidence.common_objectives import common_objectives
from paretune.confidence.input_checks import check_losses
from paretune.confidence.interval_estimate import shift_to_measured, small_sample_factor
from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.trials import Trials

Runs: TypeAlias = Trials | ArrayLike | Sequence[Trials]  # a sequence of arrays is an ArrayLike
Losses: TypeAlias = NDArray[np.float64]
T = TypeVar("T")


class Side:
    """The runs of one side, each in the order of its trials' numbers, and cut to the length of the shortest.

    Lost and pending trials are dropped; every other trial that is not complete is a row of NaN.

    Args:
        runs: one run or several, each `Trials` or ``n x m`` losses in the order of the trials.
        name: the name of the side, for messages.

    Raises:
        InvalidInputError: a run has no finished trial, or its losses are invalid.
    """

    def __init__(self, runs: Runs, name: str) -> None:
        items: list[Any] = list(runs) if _are_runs(runs) else [runs]
        tables = [_losses(run, name) for run in items]
        self.n_trials = min(len(table) for table in tables)
        self.runs: tuple[Losses, ...] = tuple(table[: self.n_trials] for table in tables)
        self.name, self.objectives = name, [run.objectives for run in items if isinstance(run, Trials)]
        self.widths: set[int] = {table.shape[1] for table in tables}
        if self.n_trials == 0:
            raise InvalidInputError(f"the {name} has no finished trial: a comparison needs at least one")

    def first_trials(self, n: int) -> tuple[Losses, ...]:
        """Return the first ``n`` trials of each run."""
        return tuple(run[:n] for run in self.runs)


class Resamples(Generic[T]):
    """A statistic of each run, and of resamples.

    With several runs, a resample draws as many runs with replacement, and its number is their mean. With a single run,
    a resample draws its trials with replacement, so its front lacks some points. In both cases only the spread of the
    resamples may be used (`shift_to_measured`), and with few runs it must be multiplied by ``spread_factor``.

    Args:
        runs: each ``n x m``.
        statistic: a function of a run.
        repeats: the number of resamples.
        rng: the source of randomness.
    """

    def __init__(
        self, runs: Sequence[Losses], statistic: Callable[[Losses], T], repeats: int, rng: np.random.Generator
    ) -> None:
        self.measured: list[T] = [statistic(run) for run in runs]
        if len(runs) > 1:
            self.drawn: list[T] = self.measured
            self.picks, self.spread_factor = (
                rng.integers(len(runs), size=(repeats, len(runs))),
                small_sample_factor(len(runs)),
            )
        else:
            self.drawn = [statistic(draw_trials(runs[0], rng)) for _ in range(repeats)]
            self.picks, self.spread_factor = np.arange(repeats)[:, None], 1.0


def mean_over_runs(numbers: Resamples[float], maximum: float = np.inf) -> tuple[float, NDArray[np.float64]]:
    """Return the mean over runs, as measured and for each resample; ``maximum`` is the largest possible number."""
    measured, drawn = float(np.mean(numbers.measured)), np.array(numbers.drawn)[numbers.picks].mean(axis=1)
    return measured, shift_to_measured(measured, drawn, maximum, numbers.spread_factor)


def draw_trials(run: Losses, rng: np.random.Generator) -> Losses:
    """Draw as many trials as the run has, with replacement."""
    return run[rng.integers(len(run), size=len(run))]


def objectives_of_sides(*sides: Side) -> Objectives | None:
    """Return the common objectives of all runs that are `Trials`; None if there are none.

    Raises:
        InvalidInputError: the runs have different objectives.
    """
    widths = set().union(*(side.widths for side in sides))
    if len(widths) > 1:
        raise InvalidInputError(f"both sides must have the same number of objectives, but have {sorted(widths)}")
    studies = [(f"the {side.name}", objectives) for side in sides for objectives in side.objectives]
    return common_objectives(studies) if studies else None


def _are_runs(runs: Runs) -> TypeGuard[Sequence[Any]]:
    if isinstance(runs, np.ndarray):
        return runs.ndim == 3
    return isinstance(runs, Sequence) and len(runs) > 0 and all(_is_run(item) for item in runs)


def _is_run(item: Any) -> bool:
    try:
        return isinstance(item, Trials) or np.ndim(item) == 2
    except ValueError:  # rows of different length: `_losses` raises
        return False


def _losses(run: Trials | ArrayLike, name: str) -> Losses:
    if not isinstance(run, Trials):
        return check_losses(run, name)
    counted = run[~run.is_lost & ~run.is_pending]
    counted = counted[np.argsort(counted.numbers, kind="stable")]
    return np.where(counted.is_complete[:, None], counted.losses + 0.0, np.nan)
