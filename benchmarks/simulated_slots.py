"""Simulated slots with a clock that skips waiting, and the share of time that slots are busy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Self

import numpy as np

from paretune import Objectives, Study
from paretune.evaluation.contract import Evaluate
from paretune.execution import Finished, OnProgress
from paretune.execution.executor import run_evaluation

LOG_DURATION_SD = 0.3  # standard deviation of the logarithm of a trial's duration


class SimulatedSlots:
    """An executor with a clock that jumps to the end of the next trial when the driver would wait for it.

    Args:
        n_slots: number of slots.
        evaluate: the objective function, which returns at once.
        objectives: the objectives of the study.
        seconds: median simulated duration of a trial.
        clock: return the seconds that the driver has worked: `time.monotonic`, or a clock that stands still if the
            driver's work should take no time.
        seed: seed of the durations.
    """

    is_out_of_process = True  # so that the driver prefetches suggestions

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
        self._clock, self._skipped = clock, 0.0
        self._rng = np.random.default_rng(seed)
        self._running: dict[int, tuple[float, float, Mapping[str, Any]]] = {}
        self.spans: list[tuple[float, float]] = []

    def _now(self) -> float:
        return self._clock() + self._skipped

    @property
    def n_free(self) -> int:
        """Number of free slots."""
        return self.n_slots - len(self._running)

    def submit(self, number: int, params: Mapping[str, Any], _part: object = None) -> Mapping[str, Any]:
        """Start a trial in a free slot."""
        start = self._now()
        self._running[number] = start, start + self._seconds * float(self._rng.lognormal(0.0, LOG_DURATION_SD)), params
        return {}

    def wait(self, _seconds: float, _on_progress: OnProgress | None = None) -> list[Finished]:
        """Return the trials that have ended by now, or else the next trial that ends."""
        if not self._running:
            return []
        self._skipped = max(self._skipped, min(end for _, end, _ in self._running.values()) - self._clock())
        now = self._now()
        return [self._finish(number) for number, (_, end, _) in list(self._running.items()) if end <= now]

    def _finish(self, number: int) -> Finished:
        start, end, params = self._running.pop(number)
        self.spans.append((start, end))
        return Finished(number, replace(run_evaluation(self._evaluate, params, self._objectives), seconds=end - start))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._running.clear()


def busy_share(starts: np.ndarray, ends: np.ndarray, n_slots: int) -> float:
    """Return the busy share of the slots' time, from the first moment when all slots are busy to the last start."""
    first, last = np.sort(starts)[n_slots - 1], starts.max()
    busy = np.clip(ends, first, last) - np.clip(starts, first, last)
    return float(busy.sum() / (n_slots * (last - first)))


def trial_spans(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """Return the start and end times of a study's trials, in POSIX seconds."""
    optuna_trials = study._study.trials  # noqa: SLF001 (`Trials` has no times)
    ends = np.array([trial.datetime_complete.timestamp() for trial in optuna_trials])
    return ends - np.array([trial.user_attrs["paretune:seconds"] for trial in optuna_trials]), ends
