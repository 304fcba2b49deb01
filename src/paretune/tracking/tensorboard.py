"""Trials in TensorBoard: a run each, in its own folder, with hyperparameters, metrics and how it ended."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

from paretune.objectives import Objectives
from paretune.space import Space
from paretune.tracking.tracked import Tracked


class TensorBoard:
    """Event files below a folder: a whole one for each trial, put there in one move.

    Args:
        folder: what `tensorboard --logdir` is given.
        space: the study's.
        objectives: likewise.
    """

    name = "tensorboard"

    def __init__(self, folder: Path, space: Space, objectives: Objectives) -> None:
        self._folder, self._space, self._objectives = folder, space, objectives

    @property
    def where(self) -> str:
        """The command that shows it."""
        return f"TensorBoard: tensorboard --logdir {self._folder}"

    def known(self) -> Collection[str]:
        """The folders that are there."""
        return [path.name for path in self._folder.iterdir()] if self._folder.is_dir() else []

    def write(self, trial: Tracked) -> None:
        """Write the event file beside, and move it in; another runner may have been faster."""
        from tensorboard.summary.writer.record_writer import RecordWriter  # noqa: PLC0415 (where it is asked for)

        from paretune.tracking.tensorboard_events import events  # noqa: PLC0415

        self._folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{self._folder.name}-", dir=self._folder.parent))
        try:
            with (made / "events.out.tfevents.paretune").open("wb") as file:
                writer = RecordWriter(file)
                for event in events(trial, self._space, self._objectives):
                    writer.write(event.SerializeToString())
            made.chmod(0o755)
            if not (self._folder / trial.key).exists():
                made.rename(self._folder / trial.key)
        finally:
            shutil.rmtree(made, ignore_errors=True)
