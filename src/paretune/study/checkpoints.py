"""The checkpoints of a study's trials: one folder for each trial, deleted as soon as nobody can need it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import optuna
from optuna.trial import FrozenTrial

from paretune.adapters.optuna.attributes import is_queued
from paretune.errors import InvalidInputError
from paretune.evaluation.checkpoint import checkpoint_bytes, delete_checkpoint
from paretune.study.executors import folder_beside_storage
from paretune.study.waiting_trials import checkpoint_folder
from paretune.study.writable import check_writable


def default_folder(study: optuna.Study) -> Path:
    """The folder of all checkpoints: next to an SQLite file, else in the current folder."""
    return folder_beside_storage(study, "checkpoints")


def check_folder(folder: Path) -> None:
    """Check that checkpoints can be written to a folder, which need not exist yet.

    Raises:
        InvalidInputError: it cannot be created or written.
    """
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir():
        raise InvalidInputError(f"checkpoints cannot be saved in {folder}: {existing} is a file; name another folder")
    check_writable(existing, f"checkpoints cannot be saved in {folder}", "name another folder with --checkpoint-dir")


def delete_finished(study: optuna.Study) -> None:
    """Delete the checkpoints of trials that have ended: their run died before it could."""
    for trial in study.get_trials(deepcopy=False):
        if trial.state.is_finished() and (folder := checkpoint_folder(trial)) is not None and folder.is_dir():
            delete_checkpoint(folder)


def size(trials: Iterable[FrozenTrial]) -> int:
    """The bytes of the checkpoints of some trials that this machine has."""
    unfinished = [trial for trial in trials if not trial.state.is_finished() and not is_queued(trial)]
    folders = {folder for trial in unfinished if (folder := checkpoint_folder(trial)) is not None}
    return sum(checkpoint_bytes(folder) for folder in folders)
