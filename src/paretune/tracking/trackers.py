"""Which trackers are there, and is what they need installed?"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.space import Space
from paretune.tracking.mlflow import Mlflow
from paretune.tracking.sender import Tracker
from paretune.tracking.tensorboard import TensorBoard

TRACKERS = (TensorBoard.name, Mlflow.name)  # the names are those of their modules and of our extras, too


def check_tracker(name: str) -> str:
    """The name of a tracker that can be used.

    Raises:
        InvalidInputError: there is none of that name, or its package is missing.
    """
    if name not in TRACKERS:
        raise InvalidInputError(f"log must be one of {', '.join(TRACKERS)}, but is {name!r}")
    if find_spec(name) is None:
        raise InvalidInputError(f'--log {name} needs a package: pip install "paretune[{name}]"')
    return name


def tracker(name: str, study: str, space: Space, objectives: Objectives, folder: Path) -> Tracker:
    """The tracker of that name.

    Args:
        name: one of `TRACKERS`.
        study: the study's name.
        space: the study's.
        objectives: likewise.
        folder: of those that write files.
    """
    return TensorBoard(folder, space, objectives) if name == TensorBoard.name else Mlflow(study)
