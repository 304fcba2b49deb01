"""What does a worker's process do? It sets a workload up, then evaluates one trial after another."""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeAlias

from paretune.errors import TrialFailedError
from paretune.evaluation.contract import Evaluate
from paretune.evaluation.outcome import MAX_TEXT
from paretune.execution.executor import evaluated
from paretune.execution.logs import LOG
from paretune.objectives import Objectives
from paretune.workloads.commands.command import LOG_FOLDER

Prepare: TypeAlias = Callable[[], Evaluate]


@dataclass(frozen=True)
class Task:
    """What a worker is asked to do.

    Args:
        params: the configuration.
        folder: of the trial's log.
    """

    params: Mapping[str, Any]
    folder: Path


@dataclass(frozen=True)
class Ready:
    """The worker is set up, after so many seconds."""

    seconds: float


@dataclass(frozen=True)
class NotReady:
    """The worker could not be set up."""

    message: str


def serve(connection: Connection, prepare: Prepare, objectives: Objectives, group: int) -> None:
    """The main function of a worker's process; it ends when the other side of the connection does.

    Args:
        connection: from it come `Task`s; into it go `Ready` or `NotReady`, once, then an `Outcome` a task.
        prepare: sets up and gives what evaluates.
        objectives: what the metrics must hold.
        group: the process group to join, which dies with the runner.
    """
    try:
        os.setpgid(0, group)
    except OSError:  # the runner has died while this process was started, and its group with it
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the runner decides what an interruption means
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _redirect(os.devnull, os.O_RDONLY, 0)
    evaluate = None
    while (task := _received(connection)) is not None:
        _log_to(task.folder)
        if evaluate is None:
            evaluate = _set_up(connection, prepare)
            if evaluate is None:
                return
        connection.send(evaluated(_logged(evaluate), task.params, objectives))


def _received(connection: Connection) -> Task | None:
    try:
        task: Task = connection.recv()
    except (EOFError, ConnectionError):
        return None
    return task


def _set_up(connection: Connection, prepare: Prepare) -> Evaluate | None:
    start = time.perf_counter()
    try:
        evaluate = prepare()
    except (Exception, SystemExit) as error:  # noqa: BLE001 (whatever a workload raises is told, and ends the run)
        connection.send(NotReady(f"{type(error).__name__}: {error}"[:MAX_TEXT]))
        return None
    connection.send(Ready(time.perf_counter() - start))
    return evaluate


def _logged(evaluate: Evaluate) -> Evaluate:
    """The same, which also writes to the log what it raises."""

    def call(params: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            return evaluate(params)
        except BaseException as error:
            if not isinstance(error, TrialFailedError):
                traceback.print_exc()
            raise

    return call


def _log_to(folder: Path) -> None:
    """What this process and its children print from now on goes to the trial's log; nowhere, if it cannot be kept."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    os.environ[LOG_FOLDER] = str(folder) if folder.is_dir() else ""
    for descriptor in (1, 2):
        try:
            _redirect(folder / LOG, flags, descriptor)
        except OSError:
            _redirect(os.devnull, flags, descriptor)


def _redirect(path: str | Path, flags: int, descriptor: int) -> None:
    opened = os.open(path, flags, 0o644)
    os.dup2(opened, descriptor)
    os.close(opened)
