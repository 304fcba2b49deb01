"""Who runs a trial, and does it still live?"""

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

from paretune.study.retry import asking_once

BEAT_SECONDS, SILENCE_SECONDS = 10.0, 45.0


def identity() -> dict[str, Any]:
    """This process: a name of its own, its host and container, its process id, and when it was born.

    Birth is told by a clock that nobody sets, and distinguishes it from a later process of the same id.
    """
    pid = os.getpid()
    return {"run": uuid4().hex, "host": socket.gethostname(), "space": _pid_space(), "pid": pid, "born": _born(pid)}


def is_here(runner: Mapping[str, Any]) -> bool:
    """Whether a runner's process ids are this process's: of the same host, and not in another container."""
    return runner.get("host") == socket.gethostname() and runner.get("space", _pid_space()) == _pid_space()


def has_died(runner: Mapping[str, Any]) -> bool:
    """Whether a runner is known to be gone; of another host nothing is known.

    Args:
        runner: what `identity` gave there.
    """
    if not is_here(runner):
        return False
    try:
        is_same = abs(_born(runner["pid"]) - runner["born"]) < 1.0
        return not is_same or psutil.Process(runner["pid"]).status() == psutil.STATUS_ZOMBIE  # killed, not collected
    except (psutil.NoSuchProcess, OSError):
        return True


def _born(pid: int) -> float:
    """Seconds from the machine's start to the process's, where Linux tells them: no clock that is set moves them."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return psutil.Process(pid).create_time()
    return float(stat.rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")


def _pid_space() -> str:
    """What tells the process ids of a container, and those before a restart of the machine, from others."""
    try:
        restart = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{restart} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


class Silence:
    """For how long has each runner not been heard of? By the clock of the one who listens: no two need agree.

    Args:
        clock: seconds that only grow, such as `beating` gives.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._heard: dict[str, tuple[Any, float, bool]] = {}

    def listen(self, run: str, beat: Any) -> None:
        """Note a runner's beat, which differs from the one before if it lives."""
        before = self._heard.get(run)
        if before is None or before[0] != beat:
            self._heard[run] = beat, self._clock(), before is not None

    def is_dead(self, run: str) -> bool:
        """Whether it has been silent for too long."""
        return run in self._heard and self._clock() - self._heard[run][1] > SILENCE_SECONDS

    def is_alive(self, run: str) -> bool:
        """Whether a beat came while we listened, and none is missing since."""
        return run in self._heard and self._heard[run][2] and not self.is_dead(run)


@contextmanager
def beating(beat: Callable[[int], object]) -> Iterator[Callable[[], float]]:
    """Call ``beat`` with 0, 1, 2 and so on, every ten seconds, in a thread, for as long as the block runs.

    Gives a clock that goes on with each beat that was made: while the storage is away it stands still, and what the
    other runners could not write in that time is no silence of theirs.
    """
    over, made = threading.Event(), [0]

    def go_on() -> None:
        with asking_once():
            while not over.wait(BEAT_SECONDS):
                with suppress(Exception):  # a storage that does not answer now may answer the next beat
                    beat(made[0] + 1)
                    made[0] += 1

    beat(0)
    thread = threading.Thread(target=go_on, name="paretune-beat", daemon=True)
    thread.start()
    try:
        yield lambda: made[0] * BEAT_SECONDS
    finally:
        over.set()
        thread.join()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back Ctrl-C and SIGTERM until the block is done: a finished trial must be written down whole.

    Who insists, a third time, is heard at once: the storage may not answer for long.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is interrupted
        return
    caught: list[int] = []

    def hold(number: int, _frame: object) -> None:
        caught.append(number)
        if len(caught) > 2:
            raise KeyboardInterrupt

    handlers = {s: signal.signal(s, hold) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler or signal.SIG_DFL)  # None: it was not Python that set it
    for caught_number in caught:
        signal.raise_signal(caught_number)
