"""What did each run of a side find, trial by trial, and what might it have found?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeAlias, TypeGuard, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.confidence.check import check_losses
from paretune.confidence.comparable import agreed
from paretune.confidence.estimate import centred, widening
from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.trials import Trials

Runs: TypeAlias = Trials | ArrayLike | Sequence[Trials]  # a sequence of arrays is an ArrayLike
Losses: TypeAlias = NDArray[np.float64]
T = TypeVar("T")


class Side:
    """The runs of one side, each in the order of its trials' numbers, all as long as the shortest.

    Lost and pending trials are left out; every other trial that is not complete is a row of NaN.

    Args:
        given: one run or several, each `Trials` or ``n x m`` losses in the order of the trials.
        name: for messages.

    Raises:
        InvalidInputError: a run has no finished trial, or the runs' objectives differ.
    """

    def __init__(self, given: Runs, name: str) -> None:
        runs: list[Any] = list(given) if _are_runs(given) else [given]
        tables = [_losses(run, name) for run in runs]
        self.n_trials = min(len(table) for table in tables)
        self.runs: tuple[Losses, ...] = tuple(table[: self.n_trials] for table in tables)
        self.name, self.objectives = name, [run.objectives for run in runs if isinstance(run, Trials)]
        self.widths: set[int] = {table.shape[1] for table in tables}
        if self.n_trials == 0:
            raise InvalidInputError(f"the {name} has no finished trial to compare")

    def first(self, n: int) -> tuple[Losses, ...]:
        """The first ``n`` trials of each run."""
        return tuple(run[:n] for run in self.runs)


class Resampled(Generic[T]):
    """Something of each run, and of other draws that might have been.

    Of several runs, the runs are drawn with replacement, as many as there are: a resample is the mean of those drawn.
    Of a single run, its trials are, and each draw is a run of its own, whose front lacks some points. Either way only
    the spread of resamples is to be taken, about what was measured (`centred`), and of few runs ``wider``.

    Args:
        runs: each ``n x m``.
        of: what is asked of a run.
        repeats: how many resamples.
        rng: the source of randomness.
    """

    def __init__(
        self, runs: Sequence[Losses], of: Callable[[Losses], T], repeats: int, rng: np.random.Generator
    ) -> None:
        self.measured: list[T] = [of(run) for run in runs]
        if len(runs) > 1:
            self.drawn: list[T] = self.measured
            self.picks, self.wider = rng.integers(len(runs), size=(repeats, len(runs))), widening(len(runs))
        else:
            self.drawn = [of(draw_trials(runs[0], rng)) for _ in range(repeats)]
            self.picks, self.wider = np.arange(repeats)[:, None], 1.0


def means(numbers: Resampled[float], most: float = np.inf) -> tuple[float, NDArray[np.float64]]:
    """The mean over runs, as measured and of each resample; ``most`` is the largest that there can be."""
    measured, drawn = float(np.mean(numbers.measured)), np.array(numbers.drawn)[numbers.picks].mean(axis=1)
    return measured, centred(measured, drawn, most, numbers.wider)


def draw_trials(run: Losses, rng: np.random.Generator) -> Losses:
    """As many trials as the run has, with replacement, in the order drawn."""
    return run[rng.integers(len(run), size=len(run))]


def common_objectives(*sides: Side) -> Objectives | None:
    """What all runs want, as far as they say it.

    Raises:
        InvalidInputError: they want different things.
    """
    widths = set().union(*(side.widths for side in sides))
    if len(widths) > 1:
        raise InvalidInputError(f"both sides must have as many objectives, but have {sorted(widths)}")
    wanted = [(f"the {side.name}", objectives) for side in sides for objectives in side.objectives]
    return agreed(wanted) if wanted else None


def _are_runs(given: Runs) -> TypeGuard[Sequence[Any]]:
    if isinstance(given, np.ndarray):
        return given.ndim == 3
    return isinstance(given, Sequence) and len(given) > 0 and all(_is_run(item) for item in given)


def _is_run(item: Any) -> bool:
    try:
        return isinstance(item, Trials) or np.ndim(item) == 2
    except ValueError:  # ragged: refused where it is read
        return False


def _losses(run: Trials | ArrayLike, name: str) -> Losses:
    if not isinstance(run, Trials):
        return check_losses(run, name)
    counted = run[~run.is_lost & ~run.is_pending]
    counted = counted[np.argsort(counted.numbers, kind="stable")]
    return np.where(counted.is_complete[:, None], counted.losses + 0.0, np.nan)
