"""The clocks of a call: the wall clock, and the CPU time of the thread that makes it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

MAX_OTHER_SHARE = 0.05  # of the CPU time of the process, outside the thread that makes the calls

MAX_RESOLUTION = 1e-4  # seconds of the thread's CPU clock; that of Windows has 1.6e-2


class Duration(NamedTuple):
    """How long a call took.

    Args:
        wall: seconds of the wall clock.
        cpu: CPU seconds of the thread that made the call.
    """

    wall: float
    cpu: float

    def per_round(self, n: int) -> Duration:
        """The mean duration of one of so many rounds."""
        return Duration(self.wall / n, self.cpu / n)


def mean_duration(first: Duration, second: Duration) -> Duration:
    """The mean of two durations."""
    return Duration((first.wall + second.wall) / 2, (first.cpu + second.cpu) / 2)


class Stopwatch:
    """A watch of both clocks that starts when it is made."""

    def __init__(self) -> None:
        self._cpu, self._wall = time.thread_time(), time.perf_counter()

    def read(self) -> Duration:
        """Return how much time has passed."""
        wall = time.perf_counter()
        return Duration(wall - self._wall, time.thread_time() - self._cpu)


def time_call(call: Callable[[], object], wait: Callable[[], object] | None = None) -> Duration:
    """Time a call. `wait` waits for the device, before the clocks start and before they stop."""
    if wait is not None:
        wait()
    watch = Stopwatch()
    call()
    if wait is not None:
        wait()
    return watch.read()


class ThreadUse:
    """Watch whether a stretch of calls only computes, in the thread that makes them. It begins when this is made.

    Then the CPU time of the thread is all the work of a call, and programs that share its core do not change it much.
    """

    def __init__(self) -> None:
        self._start = _read()

    def is_one_computing_thread(self, n_calls: int, *, never_waits: bool | None = None) -> bool:
        """Whether only this thread computed since the beginning, and did not wait in each call.

        Args:
            n_calls: the number of calls.
            never_waits: whether the calls are known not to wait for anything, such as a disk or a network. None: the
                operating system counts how often the thread waited; if it does not count, the answer is False.
        """
        if time.get_clock_info("thread_time").resolution > MAX_RESOLUTION:
            return False
        thread, process, waits = (now - then for now, then in zip(_read(), self._start, strict=True))
        waited = waits >= n_calls / 2 if _counts_waits() else True
        is_waiting = waited if never_waits is None else not never_waits
        return not is_waiting and process - thread <= MAX_OTHER_SHARE * process


def _read() -> tuple[float, float, int]:
    return time.thread_time(), time.process_time(), _n_waits()


def _n_waits() -> int:
    """How often this thread gave up its core to wait; 0 where the system cannot say it."""
    if resource is None or not hasattr(resource, "RUSAGE_THREAD"):
        return 0
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw


@cache
def _counts_waits() -> bool:
    """Whether the system counts waits: not on Windows and macOS, nor in some sandboxes."""
    before = _n_waits()
    time.sleep(1e-3)
    return _n_waits() > before
