"""How is a worker's process started, watched and ended, seen from the runner?"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

import psutil

from paretune.errors import InvalidInputError
from paretune.execution.slots import Slot
from paretune.execution.worker import Prepare, Task, serve
from paretune.objectives import Objectives
from paretune.processes.group import process_group, stop


class Process:
    """A worker's process: spawned, in a group that dies with this process.

    Args:
        slot: where it runs.
        prepare: sets up what evaluates; it must be picklable.
        objectives: what the metrics must hold.

    Attributes:
        connection: to it; see `paretune.execution.worker.serve`.
        is_ready: whether it was set up; the pool's to note, as it reads the connection.
        first_memory: the bytes that it held after its first trial, likewise.

    Raises:
        InvalidInputError: what evaluates cannot be sent to another process.
    """

    def __init__(self, slot: Slot, prepare: Prepare, objectives: Objectives) -> None:
        self.is_ready, self.first_memory = False, 0
        self._stack = ExitStack()
        try:
            self._group = self._stack.enter_context(process_group())
            self.connection, theirs = multiprocessing.Pipe()
            self._stack.callback(self.connection.close)
            arguments = (theirs, prepare, objectives, self._group)
            self._process = multiprocessing.get_context("spawn").Process(target=serve, args=arguments)
            with theirs, _environment(slot.environment), _ctrl_c_held():
                self._process.start()
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            self._stack.close()
            raise InvalidInputError(
                f"evaluate cannot be sent to a worker ({error}): define it at the top of a module, not in a function"
            ) from error
        except BaseException:
            self._stack.close()
            raise

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid or 0

    @property
    def handles(self) -> tuple[Connection, int]:
        """What `multiprocessing.connection.wait` waits for: its next message, and its death."""
        return self.connection, self._process.sentinel

    @property
    def exit_code(self) -> int | None:
        """How it ended, as `subprocess` has it; None while it runs."""
        return self._process.exitcode

    @property
    def has_gone(self) -> bool:
        """Whether it has died while it waited for a trial: then nothing but its end is to be read from it."""
        return self.exit_code is not None or self.connection.poll()

    def send(self, task: Task) -> None:
        """Hand it its next trial; where it has died meanwhile, its exit code tells."""
        with suppress(ConnectionError):
            self.connection.send(task)

    def received(self) -> Any:
        """Its next message; None where there is none."""
        try:
            return self.connection.recv() if self.connection.poll() else None
        except (EOFError, ConnectionError):
            return None

    def memory(self) -> int:
        """The bytes of memory that it and all below it hold."""
        total = 0
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.pid)
            for each in (process, *process.children(recursive=True)):
                with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    total += each.memory_info().rss
        return total

    def end(self, grace: float) -> None:
        """End it, and whatever it has started: at once if it waits for a trial, else by SIGTERM and SIGKILL."""
        self.connection.close()
        try:
            if self._process.is_alive():
                stop(self._wait, self._group, grace)
            self._process.join()
            self._process.close()
        finally:
            self._stack.close()

    def _wait(self, seconds: float | None) -> None:
        self._process.join(seconds)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("worker", seconds or 0.0)


@contextmanager
def _ctrl_c_held() -> Iterator[None]:
    """For a process that starts now: until it ignores Ctrl-C (`serve`), a terminal sends it to it, too."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _environment(added: Mapping[str, str]) -> Iterator[None]:
    """Variables for a process that starts now: thread pools read them before any code of ours runs."""
    before = {name: os.environ.get(name) for name in added}
    os.environ.update(added)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
