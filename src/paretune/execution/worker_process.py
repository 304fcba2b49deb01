"""A worker process, seen from the process that runs the search: start, messages, memory and end."""

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
from paretune.execution.progress_channel import StopRequest
from paretune.execution.slots import Slot
from paretune.execution.worker import Prepare, Task, run_worker
from paretune.objectives import Objectives
from paretune.processes.group import process_group, stop_group


class WorkerProcess:
    """A spawned process in a group that ends with this process.

    Args:
        slot: where it runs.
        prepare: sets the worker up and returns the evaluation; it must be picklable.
        objectives: the metrics that every trial must report.

    Attributes:
        connection: to the worker; see `paretune.execution.worker.run_worker`.
        is_ready: whether the worker is set up; the pool sets it as it reads the messages.
        first_memory: the bytes that it held after its first trial; the pool sets it, too.

    Raises:
        InvalidInputError: the evaluation cannot be sent to another process.
    """

    def __init__(self, slot: Slot, prepare: Prepare, objectives: Objectives) -> None:
        self.is_ready, self.first_memory = False, 0
        self._stack = ExitStack()
        try:
            self._group = self._stack.enter_context(process_group())
            self.connection, worker_side = multiprocessing.Pipe()
            self._stack.callback(self.connection.close)
            arguments = (worker_side, prepare, objectives, self._group)
            self._process = multiprocessing.get_context("spawn").Process(target=run_worker, args=arguments)
            with worker_side, _environment(slot.environment), _ctrl_c_blocked():
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
        """The process id."""
        return self._process.pid or 0

    @property
    def handles(self) -> tuple[Connection, int]:
        """The objects for `multiprocessing.connection.wait`: ready at the next message, or at the process's end."""
        return self.connection, self._process.sentinel

    @property
    def exit_code(self) -> int | None:
        """The exit status, as `subprocess` gives it; None while the process runs."""
        return self._process.exitcode

    @property
    def has_exited(self) -> bool:
        """Whether the process ended while it waited for a trial: only then does the idle connection become readable."""
        return self.exit_code is not None or self.connection.poll()

    def send(self, message: Task | StopRequest) -> None:
        """Send the next trial or a request. If the process has died, nothing is raised: `exit_code` shows it."""
        with suppress(ConnectionError):
            self.connection.send(message)

    def receive(self) -> Any:
        """The next message; None if there is none."""
        try:
            return self.connection.recv() if self.connection.poll() else None
        except (EOFError, ConnectionError):
            return None

    def memory_bytes(self) -> int:
        """The resident memory of the process and all processes below it."""
        total = 0
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.pid)
            for each in (process, *process.children(recursive=True)):
                with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    total += each.memory_info().rss
        return total

    def stop(self, grace: float) -> None:
        """End the process and all that it has started: at once if it is idle, else by SIGTERM and SIGKILL.

        Args:
            grace: the longest time between SIGTERM and SIGKILL, in seconds.
        """
        self.connection.close()
        try:
            if self._process.is_alive():
                stop_group(self._wait, self._group, grace)
            self._process.join()
            self._process.close()
        finally:
            self._stack.close()

    def _wait(self, seconds: float | None) -> None:
        self._process.join(seconds)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("worker", seconds or 0.0)


@contextmanager
def _ctrl_c_blocked() -> Iterator[None]:
    """Block SIGINT for a process that starts now, until it ignores the signal itself (`run_worker`)."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _environment(added: Mapping[str, str]) -> Iterator[None]:
    """Set variables for a process that starts now: thread pools read them before any code of Paretune runs."""
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
