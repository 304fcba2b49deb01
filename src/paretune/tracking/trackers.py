"""The available trackers, and a check that their packages are installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.space import Space
from paretune.tracking.mlflow import Mlflow
from paretune.tracking.sender import Tracker
from paretune.tracking.tensorboard import TensorBoard

TRACKERS = (TensorBoard.name, Mlflow.name)  # also the names of their modules and of our extras


def check_tracker(name: str) -> str:
    """Return the name if the tracker exists and is installed.

    Raises:
        InvalidInputError: no tracker has this name, or its package is missing.
    """
    if name not in TRACKERS:
        raise InvalidInputError(f"log must be one of {', '.join(TRACKERS)}, but is {name!r}")
    if find_spec(name) is None:
        raise InvalidInputError(f'--log {name} needs a package: pip install "paretune[{name}]"')
    return name


def make_tracker(name: str, study: str, space: Space, objectives: Objectives, folder: Path) -> Tracker:
    """Make the tracker with the given name.

    Args:
        name: one of `TRACKERS`.
        study: name of the study.
        space: search space of the study.
        objectives: objectives of the study.
        folder: folder for trackers that write files.
    """
    return TensorBoard(folder, space, objectives) if name == TensorBoard.name else Mlflow(study)
