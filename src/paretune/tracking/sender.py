"""Threads that send trials to trackers, so that a failing or slow tracker does not disturb the run."""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from types import TracebackType
from typing import Protocol, Self

from paretune.argument_checks import LIST, NOT_NEGATIVE, check_arguments
from paretune.tracking.logged_trial import LoggedTrial

FINAL_WAIT_SECONDS = 30.0
_MAX_WAITING = 100  # messages for a tracker; with more it gets no steps
_log = logging.getLogger("paretune")


class Tracker(Protocol):
    """A service that shows trials; each method may fail or take long."""

    @property
    def name(self) -> str:
        """The tracker's name on the command line."""

    @property
    def location(self) -> str:
        """One line that says where to see the trials."""

    def known_keys(self) -> Collection[str]:
        """Keys of the trials that the tracker already has."""

    def write_steps(self, trial: LoggedTrial) -> None:
        """Add the new steps of a trial that runs."""

    def write(self, trial: LoggedTrial) -> None:
        """Add an ended trial, completely or not at all, without the steps that it has already."""


class Sender:
    """Send trials to trackers, each in its own thread, so that an unreachable server does not block the run.

    A trial that could not be written is sent again with the next one and at the end. A failing tracker causes one
    warning.

    Args:
        trackers: the trackers to send to.
        final_wait: seconds to wait at the end for unwritten trials.
    """

    def __init__(self, trackers: Sequence[Tracker], final_wait: float = FINAL_WAIT_SECONDS) -> None:
        check_arguments(trackers=(trackers, LIST), final_wait=(final_wait, NOT_NEGATIVE))
        self._threads = [_TrackerThread(tracker) for tracker in trackers]
        self._final_wait = final_wait

    def send(self, trials: Iterable[LoggedTrial]) -> None:
        """Send trials in order and return at once. A tracker skips trials that it already has."""
        for trial in trials:
            for thread in self._threads:
                thread.queue.put(trial)

    def send_steps(self, trial: LoggedTrial) -> None:
        """Send new steps of a trial that runs. A tracker that is slow or away gets them with the trial's end."""
        for thread in self._threads:
            if thread.queue.qsize() < _MAX_WAITING:
                thread.queue.put(trial)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for thread in self._threads:
            thread.queue.put(None)
        for thread in self._threads:
            thread.join(self._final_wait)
            if thread.is_alive():
                thread.warn_once(f"has not answered for {self._final_wait:g} s")


class _TrackerThread(threading.Thread):
    """The thread that writes trials to one tracker."""

    def __init__(self, tracker: Tracker) -> None:
        super().__init__(name=f"paretune-{tracker.name}", daemon=True)
        self.queue: queue.SimpleQueue[LoggedTrial | None] = queue.SimpleQueue()
        self._tracker, self._unwritten = tracker, deque[LoggedTrial]()
        self._known: set[str] | None = None
        self._has_warned = False

    def run(self) -> None:
        """Write trials from the queue until None arrives."""
        while (trial := self.queue.get()) is not None:
            if trial.state == "pending":
                self._write_steps(trial)
            else:
                self._unwritten.append(trial)
                self._write()
        for _ in range(len(self._unwritten)):
            self._write()

    def warn_once(self, what: str) -> None:
        """Log a warning; later calls do nothing."""
        if not self._has_warned:
            self._has_warned = True
            name = self._tracker.name
            _log.warning("%s %s: the run goes on; the next run with --log %s adds the missing trials", name, what, name)

    def _write_steps(self, trial: LoggedTrial) -> None:
        """Write steps of a running trial. What fails is written with its end."""
        try:
            self._tracker.write_steps(trial)
        except Exception as error:  # noqa: BLE001 (no error of a tracker may end the run)
            self._warn_of(error)

    def _write(self) -> None:
        """Write all waiting trials; one that fails moves behind the others until the next call."""
        try:
            if self._known is None:
                self._known = set(self._tracker.known_keys())
            while self._unwritten:
                trial = self._unwritten[0]
                if trial.key not in self._known:
                    self._tracker.write(trial)
                    self._known.add(trial.key)
                self._unwritten.popleft()
        except Exception as error:  # noqa: BLE001 (no error of a tracker may end the run)
            self._unwritten.rotate(-1)
            self._warn_of(error)

    def _warn_of(self, error: Exception) -> None:
        self.warn_once(f"failed ({type(error).__name__}: {' '.join(str(error).split())[:200]})")
