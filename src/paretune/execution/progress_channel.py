"""Carry the reports of a trial out of a worker process, and requests to stop into it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait

from paretune.evaluation.curve import CurveRecorder

_PAUSE_SECONDS = 0.05  # between two messages: at most 20 a second
_STEPS_PER_MESSAGE = 20  # of more steps since the last message, an even choice with the last is sent


@dataclass(frozen=True)
class ProgressMessage:
    """The steps that a trial has reported since its last message, sorted by step.

    Args:
        number: the trial's number.
        points: steps with their metrics.
    """

    number: int
    points: tuple[tuple[int, Mapping[str, float]], ...]


@dataclass(frozen=True)
class StopRequest:
    """A request that a trial stops.

    Args:
        number: the trial's number.
    """

    number: int


class ProgressChannel:
    """Sends the reports of one trial in a thread, so that the training never waits for the other process.

    The thread starts with the first report. It sends at most 20 messages a second, and the last report always. While
    nothing is reported it sleeps, until a report or a `StopRequest` comes.

    Args:
        connection: to the process that runs the search; only the thread uses it until `close`.
        number: the trial's number.
        on_stop: called if the trial is asked to stop.
    """

    def __init__(self, connection: Connection, number: int, on_stop: Callable[[], object]) -> None:
        self._connection, self._number, self._on_stop = connection, number, on_stop
        self._pending: CurveRecorder | None = None
        self._lock, self._closing = threading.Lock(), threading.Event()
        self._thread: threading.Thread | None = None
        self._wake_reader = self._wake_writer = -1

    def put(self, step: int, metrics: Mapping[str, float]) -> None:
        """Take a report, to be sent soon."""
        with self._lock:
            if self._pending is not None:
                self._pending.add(step, metrics)
                return
            self._pending = CurveRecorder(_STEPS_PER_MESSAGE)
            self._pending.add(step, metrics)
        if self._thread is None:
            self._start()
        os.write(self._wake_writer, b"r")

    def close(self) -> None:
        """Send what was not sent yet, and end the thread; the connection is free again."""
        if self._thread is None:
            return
        self._closing.set()
        os.write(self._wake_writer, b"c")
        self._thread.join()
        os.close(self._wake_reader)
        os.close(self._wake_writer)

    def _start(self) -> None:
        self._wake_reader, self._wake_writer = os.pipe()
        self._thread = threading.Thread(target=self._run, name="paretune-progress", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with suppress(EOFError, OSError):  # the other process is gone: this one ends soon, too
            while not self._closing.is_set():
                ready = wait([self._connection, self._wake_reader])
                if self._connection in ready:
                    self._receive_request()
                if self._wake_reader in ready:
                    os.read(self._wake_reader, 16)
                    self._send_pending()
                    self._closing.wait(_PAUSE_SECONDS)
            self._send_pending()

    def _receive_request(self) -> None:
        request = self._connection.recv()
        if isinstance(request, StopRequest) and request.number == self._number:
            self._on_stop()

    def _send_pending(self) -> None:
        with self._lock:
            pending, self._pending = self._pending, None
        if pending is not None:
            self._connection.send(ProgressMessage(self._number, tuple(pending.points)))
