"""The available trackers, and a check that their packages are installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from paretune.argument_checks import NAME, PATH, TEXT, check_arguments
from paretune.errors import InvalidInputError, did_you_mean, pip_line
from paretune.objectives import Objectives
from paretune.space import Space
from paretune.tracking.mlflow import Mlflow
from paretune.tracking.sender import Tracker
from paretune.tracking.tensorboard import TensorBoard
from paretune.tracking.wandb import Wandb


@dataclass(frozen=True)
class _RegisteredTracker:
    """A tracker.

    Args:
        make: the tracker of a study's name, space, objectives, and a folder for its files.
        package: the package that it needs, also the name of our extra; empty if it needs none.
    """

    make: Callable[[str, Space, Objectives, Path], Tracker]
    package: str = ""


_REGISTRY = {
    TensorBoard.name: _RegisteredTracker(
        lambda _, space, objectives, folder: TensorBoard(folder, space, objectives), "tensorboard"
    ),
    Mlflow.name: _RegisteredTracker(lambda study, *_: Mlflow(study), "mlflow"),
    Wandb.name: _RegisteredTracker(lambda study, _, __, folder: Wandb(folder, study), "wandb"),
}
TRACKERS = tuple(_REGISTRY)


def check_tracker(name: str) -> str:
    """Return the name if the tracker exists and is installed.

    Raises:
        InvalidInputError: no tracker has this name, or its package is missing.
    """
    check_arguments(name=(name, TEXT))
    if name not in TRACKERS:
        near = did_you_mean(name, TRACKERS)
        raise InvalidInputError(f"log must be one of {', '.join(TRACKERS)}, but is {name!r}{near}")
    package = _REGISTRY[name].package
    if package and find_spec(package) is None:
        raise InvalidInputError(f"--log {name} needs a package: {pip_line(package)}")
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
    check_tracker(name)
    check_arguments(
        study=(study, NAME), space=(space, Space), objectives=(objectives, Objectives), folder=(folder, PATH)
    )
    return _REGISTRY[name].make(study, space, objectives, folder)
