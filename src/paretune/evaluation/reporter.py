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
        until: the step at which the training should stop, known beforehand; None if there is none.

    Attributes:
        on_report: as above.
        curve: the curve so far.

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

    def __init__(
        self, on_report: Callable[[int, Mapping[str, float]], object] | None = None, until: int | None = None
    ) -> None:
        self.curve, self.on_report, self._until = CurveRecorder(), on_report, until
        self._lock, self._is_closed = threading.RLock(), False
        self._is_asked_to_stop, self._last_step = False, -1
        self._knows_since: int | None = None  # the step at which the training learned that it should stop

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
            self._last_step = max(self._last_step, number)
            if self.on_report is not None:
                self.on_report(number, numbers)
            if self._until is not None and number >= self._until:
                self.stop()
            return not self.is_stopped

    @property
    def is_stopped(self) -> bool:
        """Whether the training should stop; from the first True on, the training knows."""
        if self._is_asked_to_stop and self._knows_since is None:
            self._knows_since = self._last_step
        return self._is_asked_to_stop

    @property
    def has_stopped(self) -> bool:
        """Whether the training learned that it should stop, and reported no further step since."""
        return self._knows_since is not None and self._last_step <= self._knows_since

    def stop(self) -> None:
        """Ask the training to stop: its next report returns False."""
        self._is_asked_to_stop = True

    def close(self) -> None:
        """Ignore all later reports."""
        with self._lock:
            self._is_closed = True
