"""The `report` of one trial, as a training calls it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from paretune.evaluation.curve import CurveRecorder, check_step, check_step_metrics


class Reporter:
    """Check the reports of one trial, record its curve, and pass each report on.

    Any thread of the training may report. After `close` reports are ignored, and return False.

    Args:
        on_report: called with each checked step and its metrics.

    Attributes:
        on_report: as above.
        curve: the curve so far.
        is_stopped: whether the trial was asked to stop.

    Example:
        >>> report = Reporter()
        >>> report(1, {"loss": 0.5})
        True
        >>> report.stop()
        >>> report(2, {"loss": 0.4})
        False
        >>> report.curve.steps
        ({'step': 1, 'loss': 0.5}, {'step': 2, 'loss': 0.4})
    """

    def __init__(self, on_report: Callable[[int, Mapping[str, float]], object] | None = None) -> None:
        self.curve, self.is_stopped = CurveRecorder(), False
        self.on_report = on_report
        self._lock, self._is_closed = threading.RLock(), False

    def __call__(self, step: int, metrics: Mapping[str, Any]) -> bool:
        """Report the metrics of a step, and return whether the training should go on.

        Raises:
            InvalidInputError: the step is not a whole number >= 0, the metrics are no mapping, or a name is reserved.
        """
        number, numbers = check_step(step), check_step_metrics(metrics)
        with self._lock:
            if self._is_closed:
                return False
            self.curve.add(number, numbers)
            if self.on_report is not None:
                self.on_report(number, numbers)
            return not self.is_stopped

    def stop(self) -> None:
        """Ask the training to stop: its next report returns False."""
        self.is_stopped = True

    def close(self) -> None:
        """Ignore all later reports."""
        with self._lock:
            self._is_closed = True
