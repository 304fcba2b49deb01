"""How much do metrics depend on the seed? Trainings that differ by it alone, their means and standard errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

_OPEN = ("shared", "from_steps")  # how a time was got: a mean is as sure as the least sure of them


def over_seeds(
    train: Callable[[int], Mapping[str, Any]], seed: int, repeats: int, measured: Sequence[str]
) -> dict[str, Any]:
    """The mean of every metric over several trainings.

    Args:
        train: from a seed to metrics. Of what is no number, the first training's counts; but how a time was got
            (``measured``, ``training_time_from``) is ``shared`` or ``from_steps`` as soon as it was once.
        seed: the first; each of the others is one higher.
        repeats: how many trainings.
        measured: the metrics whose standard error over the seeds is told, as ``<metric>_se``; of one training none is
            known.

    Example:
        >>> over_seeds(lambda seed: {"accuracy": 0.5 + seed / 4}, 0, 2, ["accuracy"])
        {'accuracy': 0.625, 'accuracy_se': 0.125}
    """
    runs = [train(seed + i) for i in range(repeats)]
    metrics = {name: _joined([run[name] for run in runs if name in run]) for name in runs[0]}
    if repeats == 1:
        return metrics
    with np.errstate(invalid="ignore"):  # an infinite metric has no standard error
        errors = {name: float(np.std([run[name] for run in runs], ddof=1) / repeats**0.5) for name in measured}
    return metrics | {f"{name}_se": error for name, error in errors.items()}


def _joined(values: Sequence[Any]) -> Any:
    if all(isinstance(value, (int, float)) for value in values):
        return float(np.mean(values))
    return next((value for value in values if value in _OPEN), values[0])
