"""How are trackers told of trials, so that nothing that befalls them touches the run?"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from types import TracebackType
from typing import Protocol, Self

from paretune.tracking.tracked import Tracked

PATIENCE_SECONDS = 30.0
_log = logging.getLogger("paretune")


class Tracker(Protocol):
    """Where trials are shown; each of its methods may fail, or take its time."""

    @property
    def name(self) -> str:
        """As the command line knows it."""

    @property
    def where(self) -> str:
        """Where what it writes can be seen, in a line."""

    def known(self) -> Collection[str]:
        """The keys of the trials that it has."""

    def write(self, trial: Tracked) -> None:
        """Add a trial that it has not: wholly, or not at all."""


class Sender:
    """Tells trackers of trials, each tracker in a thread of its own: a server that is away holds nothing up.

    What could not be written is tried again with the next trial and at the end. A tracker that fails is told of in one
    line, once.

    Args:
        trackers: who is told.
        patience: seconds that the end waits for what is not written yet.
    """

    def __init__(self, trackers: Sequence[Tracker], patience: float = PATIENCE_SECONDS) -> None:
        self._lines = [_Line(tracker) for tracker in trackers]
        self._patience = patience

    def send(self, trials: Iterable[Tracked]) -> None:
        """Tell of trials, in their order; returns at once. A trial that a tracker has is not added again."""
        for trial in trials:
            for line in self._lines:
                line.waiting.put(trial)

    def __enter__(self) -> Self:
        for line in self._lines:
            line.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for line in self._lines:
            line.waiting.put(None)
        for line in self._lines:
            line.join(self._patience)
            if line.is_alive():
                line.complain(f"has not answered for {self._patience:g} s")


class _Line(threading.Thread):
    """The trials on their way to one tracker."""

    def __init__(self, tracker: Tracker) -> None:
        super().__init__(name=f"paretune-{tracker.name}", daemon=True)
        self.waiting: queue.SimpleQueue[Tracked | None] = queue.SimpleQueue()
        self._tracker, self._unwritten = tracker, deque[Tracked]()
        self._known: set[str] | None = None
        self._has_complained = False

    def run(self) -> None:
        """Write what comes, until the end is told."""
        while (trial := self.waiting.get()) is not None:
            self._unwritten.append(trial)
            self._write()
        for _ in range(len(self._unwritten)):
            self._write()

    def complain(self, what: str) -> None:
        """Warn, once."""
        if not self._has_complained:
            self._has_complained = True
            name = self._tracker.name
            _log.warning("%s %s: the run goes on, and the next with --log %s adds what is missing", name, what, name)

    def _write(self) -> None:
        """Write all that waits; where one cannot be written, it goes behind the others until next time."""
        try:
            if self._known is None:
                self._known = set(self._tracker.known())
            while self._unwritten:
                trial = self._unwritten[0]
                if trial.key not in self._known:
                    self._tracker.write(trial)
                    self._known.add(trial.key)
                self._unwritten.popleft()
        except Exception as error:  # noqa: BLE001 (whatever befalls a tracker, no trial is lost for it)
            self._unwritten.rotate(-1)
            self.complain(f"failed ({type(error).__name__}: {' '.join(str(error).split())[:200]})")
