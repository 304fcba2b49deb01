"""The state of a training as arrays by name, saved to one file, and the time that it took in several parts."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

State: TypeAlias = dict[str, NDArray[Any]]
_TIME = "time"  # the name of the metrics of the training time among the arrays
_SUMS = ("training_time", "training_compilation")


def write_state(path: Path, state: Mapping[str, Any], time: Mapping[str, Any]) -> None:
    """Save the state of a training, and the metrics of the time that it has taken so far.

    Args:
        path: of the file.
        state: arrays and numbers by name.
        time: metrics of the time, such as `paretune.measure.TrainingTime.metrics`.
    """
    arrays = {name: np.asarray(value) for name, value in {**state, _TIME: json.dumps(dict(time))}.items()}
    with path.open("wb") as opened:  # an open file, since NumPy would change the name
        np.savez(opened, **arrays)  # type: ignore[arg-type]


def read_state(path: Path) -> tuple[State, dict[str, Any]]:
    """Read what `write_state` saved; a damaged file raises an error, since the archive has a checksum of each array."""
    with np.load(path, allow_pickle=False) as arrays:
        state = {name: arrays[name] for name in arrays.files}
    return state, json.loads(str(state.pop(_TIME)))


def write_metrics(path: Path, metrics: Mapping[str, Any]) -> None:
    """Save metrics as JSON."""
    path.write_text(json.dumps(dict(metrics)), encoding="utf-8")


def read_metrics(path: Path) -> dict[str, Any]:
    """Read what `write_metrics` saved."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def add_time(now: Mapping[str, Any], earlier: Mapping[str, Any]) -> dict[str, Any]:
    """The metrics of the time of a training in two parts.

    Args:
        now: ``training_time`` in seconds, and what belongs to it, of the part that ran now.
        earlier: the same of the part before; empty if there was none.

    Example:
        >>> add_time({"training_time": 2.0, "training_time_from": "whole"}, {"training_time": 1.5})
        {'training_time': 3.5, 'training_time_from': 'whole'}
    """
    if not earlier:
        return dict(now)
    total = dict(now) | {name: now.get(name, 0.0) + earlier[name] for name in _SUMS if name in earlier}
    error = math.hypot(*(part.get("training_time_se", 0.0) for part in (now, earlier)))
    sources = {part.get("training_time_from") for part in (now, earlier)} - {None}
    return (
        total
        | ({"training_time_se": error} if error else {})
        | ({"training_time_from": "from_steps" if "from_steps" in sources else "whole"} if sources else {})
    )
