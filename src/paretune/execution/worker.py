"""The main function of a worker process: set up once, then evaluate one trial after another."""

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
from paretune.evaluation.checkpoint import Checkpoint
from paretune.evaluation.contract import LOG_FOLDER_VARIABLE, Evaluate, Report, call_evaluate, takes_seed
from paretune.evaluation.outcome import MAX_MESSAGE_CHARACTERS, Outcome
from paretune.evaluation.reporter import Reporter
from paretune.execution.executor import WHOLE_TRAINING, TrainingPart, run_evaluation
from paretune.execution.logs import WORKER_LOG
from paretune.execution.progress_channel import ProgressChannel
from paretune.objectives import Objectives

Prepare: TypeAlias = Callable[[], Evaluate]


@dataclass(frozen=True)
class Task:
    """A trial for a worker.

    Args:
        number: the trial's number.
        params: the configuration.
        folder: the folder of the trial's log.
        part: the part of its training that runs now.
    """

    number: int
    params: Mapping[str, Any]
    folder: Path
    part: TrainingPart = WHOLE_TRAINING


@dataclass(frozen=True)
class Ready:
    """The message of a worker that is set up, with the seconds that it took."""

    seconds: float


@dataclass(frozen=True)
class SetUpFailed:
    """The message of a worker that could not be set up, with the cause."""

    cause: str


def run_worker(connection: Connection, prepare: Prepare, objectives: Objectives, group: int) -> None:
    """Evaluate the tasks that come through a connection, until its other side is closed.

    Args:
        connection: receives `Task`s; sends one `Ready` or `SetUpFailed`, then one `Outcome` per task. While a task
            runs, it sends `ProgressMessage`s and receives `StopRequest`s.
        prepare: sets the worker up and returns the evaluation.
        objectives: the metrics that every trial must report.
        group: the process group to join; it ends with the process that runs the search.
    """
    try:
        os.setpgid(0, group)
    except OSError:  # the process that runs the search died while this one was started, and the group with it
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that runs the search handles Ctrl-C
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _redirect(os.devnull, os.O_RDONLY, 0)
    evaluate = None
    while (task := _receive_task(connection)) is not None:
        _log_to(task.folder)
        if evaluate is None:
            evaluate = _set_up(connection, prepare)
            if evaluate is None:
                return
        connection.send(_evaluate_task(connection, evaluate, task, objectives))


def _receive_task(connection: Connection) -> Task | None:
    """The next task; None if there is none. A request to stop a trial that has ended meanwhile is ignored."""
    try:
        while not isinstance(task := connection.recv(), Task):
            pass
    except (EOFError, ConnectionError):
        return None
    return task


def _evaluate_task(connection: Connection, evaluate: Evaluate, task: Task, objectives: Objectives) -> Outcome:
    reporter = Reporter(until=task.part.until)
    channel = ProgressChannel(connection, task.number, reporter.stop)
    reporter.on_report = channel.put
    try:
        checkpoint = Checkpoint(task.part.checkpoint)
        seed = task.part.seed if takes_seed(evaluate) else None
        return run_evaluation(_with_traceback_in_log(evaluate), task.params, objectives, reporter, checkpoint, seed)
    finally:
        channel.close()


def _set_up(connection: Connection, prepare: Prepare) -> Evaluate | None:
    start = time.perf_counter()
    try:
        evaluate = prepare()
    except (Exception, SystemExit) as error:  # noqa: BLE001 (any exception of a workload is reported, and ends the run)
        connection.send(SetUpFailed(f"{type(error).__name__}: {error}"[:MAX_MESSAGE_CHARACTERS]))
        return None
    connection.send(Ready(time.perf_counter() - start))
    return evaluate


def _with_traceback_in_log(evaluate: Evaluate) -> Evaluate:
    """The same evaluation, which also prints the traceback of an exception to the log."""

    def call(
        params: Mapping[str, Any], report: Report, checkpoint: Checkpoint, seed: int | None = None
    ) -> Mapping[str, Any]:
        try:
            return call_evaluate(evaluate, params, report, checkpoint, seed)
        except BaseException as error:
            if not isinstance(error, TrialFailedError):
                traceback.print_exc()
            raise

    return call


def _log_to(folder: Path) -> None:
    """Redirect the output of this process and its children to a trial's log, or to nowhere if it cannot be written."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    os.environ[LOG_FOLDER_VARIABLE] = str(folder) if folder.is_dir() else ""
    for descriptor in (1, 2):
        try:
            _redirect(folder / WORKER_LOG, flags, descriptor)
        except OSError:
            _redirect(os.devnull, flags, descriptor)


def _redirect(path: str | Path, flags: int, descriptor: int) -> None:
    opened = os.open(path, flags, 0o644)
    os.dup2(opened, descriptor)
    os.close(opened)
