"""Slots whose trainings end one after another without being waited for, and the share of time that slots are busy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Self

import numpy as np

from paretune import Objectives, Study
from paretune.evaluation.contract import Evaluate
from paretune.execution import Finished
from paretune.execution.executor import evaluated

SPREAD = 0.3  # of the logarithm of a training's duration


class Simulated:
    """Slots on a clock that jumps to the next end of a trial where the driver would wait for it.

    Args:
        n_slots: how many.
        evaluate: from parameters to metrics, at once.
        objectives: of the study.
        seconds: that a trial is said to take, the median.
        clock: seconds that the driver itself has worked: `time.monotonic`, or one that stands still where its work is
            to take no time.
        seed: of the durations.
    """

    is_apart = True  # else nothing would be asked for ahead

    def __init__(
        self,
        n_slots: int,
        evaluate: Evaluate,
        objectives: Objectives,
        seconds: float,
        *,
        clock: Callable[[], float] = lambda: 0.0,
        seed: int = 0,
    ) -> None:
        self.n_slots = n_slots
        self._evaluate, self._objectives, self._seconds = evaluate, objectives, seconds
        self._clock, self._jumped = clock, 0.0
        self._rng = np.random.default_rng(seed)
        self._running: dict[int, tuple[float, float, Mapping[str, Any]]] = {}
        self.spans: list[tuple[float, float]] = []

    def _now(self) -> float:
        return self._clock() + self._jumped

    @property
    def n_free(self) -> int:
        """How many slots wait for a trial."""
        return self.n_slots - len(self._running)

    def submit(self, number: int, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Start a trial in a free slot."""
        start = self._now()
        self._running[number] = start, start + self._seconds * float(self._rng.lognormal(0.0, SPREAD)), params
        return {}

    def wait(self, _seconds: float) -> list[Finished]:
        """The trials that have ended by now; where there is none, the one that ends next."""
        if not self._running:
            return []
        self._jumped = max(self._jumped, min(end for _, end, _ in self._running.values()) - self._clock())
        now = self._now()
        return [self._finished(number) for number, (_, end, _) in list(self._running.items()) if end <= now]

    def _finished(self, number: int) -> Finished:
        start, end, params = self._running.pop(number)
        self.spans.append((start, end))
        return Finished(number, replace(evaluated(self._evaluate, params, self._objectives), seconds=end - start))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._running.clear()


def share(starts: np.ndarray, ends: np.ndarray, n_slots: int) -> float:
    """The share of the slots' time that is covered, from the first moment when all have a trial to the last start."""
    first, last = np.sort(starts)[n_slots - 1], starts.max()
    covered = np.clip(ends, first, last) - np.clip(starts, first, last)
    return float(covered.sum() / (n_slots * (last - first)))


def spans(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """When the trials of a study that has been run began and ended, in POSIX seconds."""
    kept = study._study.trials  # noqa: SLF001 (when a trial was told is not in Paretune's table)
    ends = np.array([trial.datetime_complete.timestamp() for trial in kept])
    return ends - np.array([trial.user_attrs["paretune:seconds"] for trial in kept]), ends
