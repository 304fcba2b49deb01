"""Trials in TensorBoard: one folder per trial, with hyperparameters, metrics and the result."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from paretune.objectives import Objectives
from paretune.space import Space
from paretune.tracking.logged_trial import LoggedTrial
from paretune.tracking.sent_steps import SentSteps

_FILE = "events.out.tfevents.paretune"
_STEPS_FILE = "events.out.tfevents.0-steps"  # TensorBoard reads the files of a folder in order of their names


class TensorBoard:
    """A tracker that writes the steps of a trial while it runs, and the rest in one file that appears complete.

    Args:
        folder: the folder for `tensorboard --logdir`.
        space: search space of the study.
        objectives: objectives of the study.
    """

    name = "tensorboard"

    def __init__(self, folder: Path, space: Space, objectives: Objectives) -> None:
        self._folder, self._space, self._objectives = folder, space, objectives
        self._sent = SentSteps()

    @property
    def location(self) -> str:
        """The command that shows the trials."""
        return f"TensorBoard: tensorboard --logdir {self._folder}"

    def known_keys(self) -> Collection[str]:
        """Names of the folders of trials that have ended."""
        found = self._folder.iterdir() if self._folder.is_dir() else ()
        return [path.name for path in found if path.is_dir() and _has_ended(path)]

    def write_steps(self, trial: LoggedTrial) -> None:
        """Append new steps to the file of steps in the trial's folder."""
        from paretune.tracking.tensorboard_events import step_events  # noqa: PLC0415 (only on demand)

        folder, new = self._folder / trial.key, self._sent.new_steps(trial)
        if not (folder / _STEPS_FILE).exists():
            if folder.exists():  # another process has written the whole trial
                return
            folder.mkdir(parents=True)
        with (folder / _STEPS_FILE).open("ab") as file:
            _write_events(file, step_events(new, time.time(), with_header=file.tell() == 0))
        self._sent.add(trial.key, new)

    def write(self, trial: LoggedTrial) -> None:
        """Write the event file to a temporary folder and move it into place, unless another process was faster."""
        from paretune.tracking.tensorboard_events import events  # noqa: PLC0415

        self._folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{self._folder.name}-", dir=self._folder.parent))
        try:
            unsent = replace(trial, steps=self._sent.new_steps(trial))
            with (made / _FILE).open("wb") as file:
                _write_events(file, events(unsent, self._space, self._objectives))
            made.chmod(0o755)
            self._move(made, trial)
            self._sent.forget(trial.key)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _move(self, made: Path, trial: LoggedTrial) -> None:
        """Move a written file or folder into place."""
        folder = self._folder / trial.key
        if not folder.exists():
            made.rename(folder)
            return
        if _has_ended(folder):
            return
        if trial.key not in self._sent:  # the steps of a process that has died: the new file has them all
            (folder / _STEPS_FILE).unlink(missing_ok=True)
        (made / _FILE).rename(folder / _FILE)


def _has_ended(folder: Path) -> bool:
    """Whether a trial's folder has more than a file of steps."""
    return any(file.name != _STEPS_FILE for file in folder.iterdir())


def _write_events(file: BinaryIO, events: Iterable[Any]) -> None:
    from tensorboard.summary.writer.record_writer import RecordWriter  # noqa: PLC0415 (only on demand)

    writer = RecordWriter(file)
    for event in events:
        writer.write(event.SerializeToString())
