"""Trials in Weights & Biases: one offline run per trial, in a project named after the study.

No server is contacted. ``wandb sync`` uploads the runs.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from paretune.tracking.logged_trial import LoggedTrial

_PREFIX = "offline-run"  # wandb finds offline runs by it
_MAX_PROJECT_LENGTH = 128
_MAX_TAG_LENGTH = 64
_SETTINGS = {
    "mode": "offline",
    "console": "off",
    "silent": True,
    "disable_git": True,
    "save_code": False,
    "x_disable_meta": True,
    "x_disable_stats": True,
    "x_save_requirements": False,
}


class Wandb:
    """A tracker that writes an offline run for each trial that has ended; it appears complete.

    Args:
        folder: the folder of the runs.
        study: name of the study.
    """

    name = "wandb"

    def __init__(self, folder: Path, study: str) -> None:
        self._folder, self._study = folder, study

    @property
    def location(self) -> str:
        """The command that uploads the trials."""
        return f"Weights & Biases: wandb sync {self._folder}/*"

    def known_keys(self) -> Collection[str]:
        """Keys of the trials that have a run."""
        found = self._folder.glob(f"{_PREFIX}-*") if self._folder.is_dir() else ()
        return [path.name.removeprefix(f"{_PREFIX}-") for path in found]

    def write_steps(self, trial: LoggedTrial) -> None:
        """Do nothing: an offline run is seen when it is uploaded, and the end of the trial adds all steps."""

    def write(self, trial: LoggedTrial) -> None:
        """Write the run to a temporary folder and move it into place, unless another process was faster."""
        self._folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{self._folder.name}-", dir=self._folder.parent))
        try:
            written = self._write_run(trial, made)
            target = self._folder / f"{_PREFIX}-{trial.key}"
            if not target.exists():
                written.rename(target)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _write_run(self, trial: LoggedTrial, folder: Path) -> Path:
        """Write a run below a folder, and return the folder of the run."""
        import wandb  # noqa: PLC0415 (only on demand: it takes seconds)

        settings = wandb.Settings(root_dir=str(folder), run_id=trial.key, run_name=f"trial {trial.number}", **_SETTINGS)
        run = wandb.init(
            settings=settings,
            project=_project(self._study),
            group=self._study,
            tags=[tag[:_MAX_TAG_LENGTH] for tag in (trial.state, trial.reason) if tag],
            notes=trial.error or None,
            config={**trial.params, "paretune": _details(trial)},
            reinit="create_new",
        )
        try:
            for step, metrics in sorted(_merge_steps(trial).items()):
                run.log({"step": step, **metrics})
            run.summary.update({**trial.metrics, **{f"seconds/{name}": s for name, s in trial.durations.items()}})
        finally:
            run.finish(exit_code=int(trial.state == "failed"))
        return Path(run.settings.sync_dir)


def _merge_steps(trial: LoggedTrial) -> Mapping[int, Mapping[str, float]]:
    """The metrics of each step, under names that differ from those of the final metrics."""
    merged: dict[int, dict[str, float]] = {}
    for step, metrics in trial.steps:
        merged.setdefault(step, {}).update({f"steps/{name}": value for name, value in metrics.items()})
    return merged


def _details(trial: LoggedTrial) -> Mapping[str, Any]:
    known = {"study": trial.study, "trial": trial.number, "state": trial.state, "reason": trial.reason}
    return {name: value for name, value in {**known, **trial.details}.items() if value != ""}


def _project(study: str) -> str:
    """A name of a project that wandb accepts.

    Example:
        >>> _project("nets: 3/4")
        'nets_ 3_4'
    """
    return re.sub(r"[/\\#?%:\x00-\x1f]", "_", study)[:_MAX_PROJECT_LENGTH]
