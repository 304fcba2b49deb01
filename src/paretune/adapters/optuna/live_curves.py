"""The curves of the trials that run in this process, and when they are written to the storage."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Mapping
from typing import Any

import optuna

from paretune.adapters.optuna.curves import to_steps
from paretune.adapters.optuna.internals import study_storage
from paretune.adapters.optuna.keys import STEPS_KEY
from paretune.evaluation.contract import STEP
from paretune.evaluation.curve import CurveRecorder, check_step, check_step_metrics
from paretune.objectives import Objectives
from paretune.schedulers import Decision
from paretune.trials import Curves

MAX_WRITE_SHARE = 0.05  # of the time between two writes
MAX_SECONDS_BETWEEN_WRITES = 1.0

_live: weakref.WeakKeyDictionary[optuna.Trial, LiveCurve] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


class LiveCurve:
    """What one running trial has reported.

    Args:
        trial: the trial; its curve so far is read from the storage, so that a training can be taken up again.

    Attributes:
        last_step: the step of the newest report; -1 before the first one.
        decision: the last decision about the trial, made at the step ``decided_at``.
        objectives: the objectives under their names among the metrics, once they were looked up.
    """

    def __init__(self, trial: optuna.Trial) -> None:
        self._recorder = CurveRecorder()
        self.last_step, self.decided_at = -1, -1
        self.decision: Decision | None = None
        self.objectives: Objectives | None = None
        self._has_news, self._next_write = False, 0.0
        for report in to_steps(Curves.from_steps({trial.number: trial.user_attrs.get(STEPS_KEY, ())})):
            step = int(report[STEP])
            self._recorder.add(step, {name: value for name, value in report.items() if name != STEP})
            self.last_step = self.decided_at = step

    def add(self, step: Any, metrics: Any) -> None:
        """Record a report.

        Raises:
            InvalidInputError: the step is no whole number >= 0, or the metrics are no mapping.
        """
        number = check_step(step)
        self._recorder.add(number, check_step_metrics(metrics))
        self.last_step, self._has_news = max(self.last_step, number), True

    def curve(self, number: int) -> Curves:
        """Return the curve, under the number of the trial."""
        return Curves.from_steps({number: self._recorder.steps})

    def write(self, trial: optuna.Trial, *, now: bool = False) -> None:
        """Write the curve to the storage if it is due: where a write takes long, less often, up to once a second."""
        start = time.monotonic()
        if not self._has_news or (start < self._next_write and not now):
            return
        trial.set_user_attr(STEPS_KEY, list(self._recorder.steps))
        end = time.monotonic()
        self._next_write = end + min((end - start) / MAX_WRITE_SHARE, MAX_SECONDS_BETWEEN_WRITES)
        self._has_news = False


def live_curve(trial: optuna.Trial) -> LiveCurve:
    """The curve of a running trial, the same one at each call."""
    with _lock:
        if trial not in _live:
            _live[trial] = LiveCurve(trial)
        return _live[trial]


def write_last_reports(study: optuna.Study, number: int) -> None:
    """Write what a trial of this process has reported and is not yet stored, before the trial ends."""
    with _lock:
        found: Mapping[optuna.Trial, LiveCurve] = dict(_live)
    for trial, live in found.items():
        if trial.number == number and study_storage(trial.study) is study_storage(study):
            live.write(trial, now=True)
