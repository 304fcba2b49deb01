"""Trials in TensorBoard: one folder per trial, with hyperparameters, metrics and the result."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

from paretune.objectives import Objectives
from paretune.space import Space
from paretune.tracking.logged_trial import LoggedTrial


class TensorBoard:
    """A tracker that writes one event file per trial and moves it into place when it is complete.

    Args:
        folder: the folder for `tensorboard --logdir`.
        space: search space of the study.
        objectives: objectives of the study.
    """

    name = "tensorboard"

    def __init__(self, folder: Path, space: Space, objectives: Objectives) -> None:
        self._folder, self._space, self._objectives = folder, space, objectives

    @property
    def location(self) -> str:
        """The command that shows the trials."""
        return f"TensorBoard: tensorboard --logdir {self._folder}"

    def known_keys(self) -> Collection[str]:
        """Names of the existing folders of trials."""
        return [path.name for path in self._folder.iterdir()] if self._folder.is_dir() else []

    def write(self, trial: LoggedTrial) -> None:
        """Write the event file to a temporary folder and move it into place, unless another process was faster."""
        from tensorboard.summary.writer.record_writer import RecordWriter  # noqa: PLC0415 (only on demand)

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
