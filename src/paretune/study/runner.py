"""The process that runs a trial: its description, its heartbeat, and whether it is still alive."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from paretune.study.retry import without_retry

HEARTBEAT_SECONDS, SILENCE_SECONDS = 10.0, 45.0


def current_runner() -> dict[str, Any]:
    """Describe this process: a unique name, host, container, process id and start time.

    The start time is read from a clock that nobody sets. It distinguishes the process from a later one of the same id.
    """
    pid = os.getpid()
    where = {"host": socket.gethostname(), "space": _pid_space()}
    return {"run": uuid4().hex, **where, "pid": pid, "born": _process_start(pid)}


def is_same_host(runner: Mapping[str, Any]) -> bool:
    """Whether a runner is on this host, and not in another container: its process id can be checked here."""
    return runner.get("host") == socket.gethostname() and runner.get("space", _pid_space()) == _pid_space()


def has_died(runner: Mapping[str, Any]) -> bool:
    """Whether a runner is known to be gone; False for another host, where that cannot be known.

    Args:
        runner: what `current_runner` returned there.
    """
    if not is_same_host(runner):
        return False
    try:
        is_same = abs(_process_start(runner["pid"]) - runner["born"]) < 1.0
        return (
            not is_same or psutil.Process(runner["pid"]).status() == psutil.STATUS_ZOMBIE
        )  # killed, not yet collected
    except (psutil.NoSuchProcess, OSError):
        return True


def _process_start(pid: int) -> float:
    """Seconds from the machine's start to the process's start on Linux, which no change of the clock moves."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return psutil.Process(pid).create_time()
    return float(stat.rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")


def _pid_space() -> str:
    """A text that differs between containers, and before and after a restart of the machine."""
    try:
        restart = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{restart} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


class HeartbeatMonitor:
    """Measures how long each runner has been silent, by this process's own clock: hosts need not agree on the time.

    Args:
        clock: seconds that only grow, such as those of `heartbeat`.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last_heartbeats: dict[str, tuple[Any, float, bool]] = {}

    def record(self, run: str, heartbeat: Any) -> None:
        """Record a runner's heartbeat as read now; it changes while the runner lives."""
        before = self._last_heartbeats.get(run)
        if before is None or before[0] != heartbeat:
            self._last_heartbeats[run] = heartbeat, self._clock(), before is not None

    def is_dead(self, run: str) -> bool:
        """Whether a runner has been silent for too long."""
        return run in self._last_heartbeats and self._clock() - self._last_heartbeats[run][1] > SILENCE_SECONDS

    def is_alive(self, run: str) -> bool:
        """Whether a new heartbeat was recorded, and none is missing since."""
        return run in self._last_heartbeats and self._last_heartbeats[run][2] and not self.is_dead(run)


@contextmanager
def heartbeat(write: Callable[[int], object]) -> Iterator[Callable[[], float]]:
    """Call ``write`` with 0, 1, 2 and so on, every ten seconds, in a thread, while the block runs.

    Gives a clock that advances with each heartbeat that was written. While the storage does not answer, the clock
    stands still: then the other runners cannot write heartbeats either, and must not count as silent.
    """
    over, n_written = threading.Event(), [0]

    def write_all() -> None:
        with without_retry():
            while not over.wait(HEARTBEAT_SECONDS):
                with suppress(Exception):  # the storage may answer the next one
                    write(n_written[0] + 1)
                    n_written[0] += 1

    write(0)
    thread = threading.Thread(target=write_all, name="paretune-heartbeat", daemon=True)
    thread.start()
    try:
        yield lambda: n_written[0] * HEARTBEAT_SECONDS
    finally:
        over.set()
        thread.join()


@contextmanager
def delay_interrupts() -> Iterator[None]:
    """Delay Ctrl-C and SIGTERM until the block is done, so that a finished trial is stored as a whole.

    The third signal interrupts at once, since the storage may not answer for long.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is interrupted
        return
    caught: list[int] = []

    def delay(number: int, _frame: object) -> None:
        caught.append(number)
        if len(caught) > 2:
            raise KeyboardInterrupt

    handlers = {s: signal.signal(s, delay) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler or signal.SIG_DFL)  # None: another program set the handler
    for caught_number in caught:
        signal.raise_signal(caught_number)
