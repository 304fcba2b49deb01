"""Write the curves of running trials to the storage while they grow."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from paretune.evaluation.contract import STEP
from paretune.evaluation.curve import CurveRecorder
from paretune.evaluation.outcome import Outcome
from paretune.study.retry import without_retry
from paretune.trials import Curves

Steps: TypeAlias = Sequence[Mapping[str, Any]]  # one mapping per step, with its number as ``step``
_PAUSE_SECONDS = 1.0  # between two writes of one trial
_WRITING_SHARE = 0.1  # of the time, that writing may take


@dataclass
class _LiveCurve:
    """The curve of one trial, what was reported since it was last written, and whether an earlier part has begun it."""

    curve: CurveRecorder = field(default_factory=CurveRecorder)
    new: CurveRecorder = field(default_factory=CurveRecorder)
    is_stored: bool = True
    next_write: float = -math.inf
    is_continued: bool = False


class CurveWriter:
    """Collects the reports of running trials, and writes each trial's curve at most once a second.

    It writes less often where writing would take more than a tenth of the time. An error of the storage is ignored,
    since the next write has the whole curve.

    Args:
        write: stores the curve of a trial, from its number and all kept steps.
        on_steps: called after each write with a trial's number and the steps since the last write.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        write: Callable[[int, Steps], object],
        on_steps: Callable[[int, Steps], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write, self._on_steps, self._clock = write, on_steps, clock
        self._curves: dict[int, _LiveCurve] = {}
        self._next_write = -math.inf  # of any trial

    def __contains__(self, number: int) -> bool:
        """Whether a trial's curve is collected."""
        return number in self._curves

    def begin(self, number: int, stored: Steps = ()) -> None:
        """Begin the curve of a trial.

        Args:
            number: the trial's number.
            stored: the steps that the storage has already.
        """
        live = self._curves.setdefault(number, _LiveCurve())
        live.is_continued = bool(stored)
        for step in stored:
            live.curve.add(step[STEP], {name: value for name, value in step.items() if name != STEP})

    def add(self, number: int, step: int, metrics: Mapping[str, float]) -> None:
        """Add a checked step of a trial, and write its curve if that is due."""
        live = self._curves.setdefault(number, _LiveCurve())
        live.curve.add(step, metrics)
        live.new.add(step, metrics)
        live.is_stored = False
        now = self._clock()
        if now >= live.next_write and now >= self._next_write:
            self.write_due()

    def write_due(self) -> None:
        """Write the curves that have grown and are due, first the one that has waited longest."""
        waiting = [(live.next_write, number) for number, live in self._curves.items() if not live.is_stored]
        for due, number in sorted(waiting):
            now = self._clock()
            if now < due or now < self._next_write:
                return
            self._write_curve(number, self._curves[number], now)

    def steps(self, number: int) -> Steps:
        """All kept steps of a trial."""
        return self._curves[number].curve.steps

    def table(self) -> Curves:
        """The curves of all trials that are collected, as they are now."""
        points = {number: live.curve.points for number, live in self._curves.items()}
        return Curves.from_steps(
            {number: [{STEP: step, **metrics} for step, metrics in found] for number, found in points.items()}
        )

    def end(self, number: int, outcome: Outcome) -> Outcome:
        """End the curve of a trial; return the outcome with the curve, if the outcome has none of its own."""
        live = self._curves.pop(number, None)
        if live is None or (outcome.steps and not live.is_continued and _covers(outcome.steps, live.curve)):
            return outcome
        return outcome.with_curve(live.curve)

    def _write_curve(self, number: int, live: _LiveCurve, start: float) -> None:
        new, live.new = live.new.steps, CurveRecorder()
        with suppress(Exception), without_retry():  # the next write has the whole curve
            self._write(number, live.curve.steps)
            live.is_stored = True
        if self._on_steps is not None and new:
            self._on_steps(number, new)
        now = self._clock()
        live.next_write = now + _PAUSE_SECONDS
        self._next_write = now + (now - start) / _WRITING_SHARE


def _covers(steps: Steps, curve: CurveRecorder) -> bool:
    """Whether the steps of an outcome reach from the first to the last step of a curve."""
    points = curve.points
    return not points or (steps[0][STEP] <= points[0][0] and steps[-1][STEP] >= points[-1][0])
