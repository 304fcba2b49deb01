"""Rules that end a run before it has all of its trials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from paretune import pareto
from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.space.values import check_number, check_text, check_whole_number
from paretune.study.run_end import EndKind, RunEnd
from paretune.trials import Trials
from paretune.trials.penalties import mark_penalties_failed
from paretune.trials.target_conditions import parse_target


@dataclass(frozen=True)
class Stop:
    """Rules that end a run early; none by default.

    Args:
        seconds: no trial starts after so many seconds of the run.
        target: conditions on objectives, such as ``"accuracy>=0.8 and inference_time<=0.1"``. The run ends when one
            complete trial meets all of them.
        stagnation: ``(percent, trials)``. The run ends when the hypervolume has grown by no more than so many percent
            in so many trials.

    Raises:
        InvalidInputError: a number makes no sense.

    Example:
        >>> Stop(seconds=3600, target="accuracy>=0.8", stagnation=(1.0, 50)).target
        'accuracy>=0.8'
    """

    seconds: float | None = None
    target: str = ""
    stagnation: tuple[float, int] | None = None

    def __post_init__(self) -> None:
        if self.seconds is not None and not _is_positive(self.seconds):
            raise InvalidInputError(f"a time limit needs more than 0 seconds, but has {self.seconds!r}")
        check_text("target", self.target, may_be_empty=True)
        if self.stagnation is not None and not _is_percentage_and_count(self.stagnation):
            raise InvalidInputError(
                "stagnation needs a percentage >= 0 and at least 1 trial, such as (1.0, 50), "
                f"but is {self.stagnation!r}"
            )

    def check(self, objectives: Objectives) -> None:
        """Check that the target fits the objectives.

        Raises:
            InvalidInputError: it does not; the message says how to write one.
        """
        parse_target(self.target, objectives)

    def end(self, trials: Trials, seconds: float) -> RunEnd | None:
        """Why the run is over; None where it is not.

        Args:
            trials: the trials so far.
            seconds: how long the run has lasted.
        """
        if self.seconds is not None and seconds >= self.seconds:
            return RunEnd(EndKind.TIME_LIMIT, {"seconds": self.seconds})
        trials = mark_penalties_failed(trials)
        if self.target and (number := _first_within(trials, self.target)) is not None:
            return RunEnd(EndKind.TARGET_MET, {"trial": number, "target": self.target})
        if self.stagnation is not None and _stagnates(trials, *self.stagnation):
            percent, n = self.stagnation
            return RunEnd(EndKind.STAGNATION, {"percent": percent, "n_trials": n})
        return None


def _is_positive(seconds: Any) -> bool:
    try:
        return check_number("seconds", seconds) > 0
    except InvalidInputError:
        return False


def _is_percentage_and_count(stagnation: Any) -> bool:
    try:
        percent, n = stagnation
        return check_number("stagnation", percent) >= 0 and check_whole_number("stagnation", n) >= 1
    except (TypeError, ValueError):
        return False


def _first_within(trials: Trials, target: str) -> int | None:
    """The number of the first complete trial that meets every condition."""
    complete = trials[trials.is_complete]
    is_met = np.ones(len(complete), bool)
    for condition in parse_target(target, trials.objectives):
        is_met &= condition.sign * complete.values[:, condition.column] <= condition.bound
    return int(complete.numbers[is_met][0]) if is_met.any() else None


def _stagnates(trials: Trials, percent: float, n: int) -> bool:
    finished = trials[~trials.is_pending & ~trials.is_lost]
    losses = np.where(finished.is_complete[:, None], finished.losses, np.nan)
    if len(losses) <= n:
        return False
    reference = pareto.reference_point(losses, trials.objectives.limits)
    before, now = (pareto.hypervolume(part, reference) for part in (losses[:-n], losses))
    return bool(before > 0 and now <= before * (1 + percent / 100))
