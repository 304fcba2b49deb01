"""The executor and the log folder of a study's runs."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import optuna

from paretune.adapters.optuna.internals import study_storage
from paretune.errors import InvalidInputError
from paretune.evaluation.contract import Evaluate
from paretune.execution import Executor, Inline, Pool, make_slots
from paretune.objectives import Objectives
from paretune.space import Int
from paretune.study.file_name import file_name
from paretune.study.storage import sqlite_engine

MAX_WORKERS = 1000  # a larger number is a slip, and would take a machine down
_WORKERS = Int(1, MAX_WORKERS)


def make_executor(evaluate: Evaluate | Executor, workers: int | None, objectives: Objectives, logs: Path) -> Executor:
    """Make the executor of a run.

    Args:
        evaluate: a function from a configuration to its metrics, or an executor, which is returned.
        workers: how many processes evaluate the function; None for this process.
        objectives: what the metrics must contain.
        logs: the folder for what the processes write.

    Raises:
        InvalidInputError: ``evaluate`` is no function, or ``workers`` no whole number from 1 to `MAX_WORKERS`.
    """
    if isinstance(evaluate, Executor):
        return evaluate
    if not callable(evaluate):
        raise InvalidInputError(
            f"evaluate must be a function from a configuration to its metrics, or an executor, but is {evaluate!r}"
        )
    if workers is None:
        return Inline(evaluate, objectives)
    slots = make_slots(_WORKERS.check("workers", workers))
    return Pool(partial(_return_evaluate, evaluate), objectives, slots, logs)


def log_folder(study: optuna.Study) -> Path:
    """The folder for the logs of trials in workers: next to an SQLite file, else in the current folder."""
    return folder_beside_storage(study, "logs")


def folder_beside_storage(study: optuna.Study, content: str) -> Path:
    """The folder for some files of a study: next to an SQLite file, else in the current folder."""
    name = file_name(study.study_name)
    engine = sqlite_engine(study_storage(study))
    file = None if engine is None else engine.url.database
    return Path(f"{file}-{name}-{content}" if file else f"{name}-{content}").absolute()


def _return_evaluate(evaluate: Evaluate) -> Evaluate:
    """Set up a worker that needs no set-up."""
    return evaluate
