"""Means and standard errors of metrics over trainings that differ in their seed only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

_LESS_EXACT = ("shared", "from_steps")  # ways to measure a time; a mean is only as exact as its least exact part


def average_over_seeds(
    train: Callable[[int], Mapping[str, Any]], seed: int, repeats: int, measured: Sequence[str]
) -> dict[str, Any]:
    """Train with several seeds and average every metric.

    A metric that is not a number is taken from the first training. The ways to measure a time (``measured``,
    ``training_time_from``) become ``shared`` or ``from_steps`` if any training reports that.

    Args:
        train: from a seed to metrics.
        seed: the first seed; each further training uses the next one.
        repeats: the number of trainings.
        measured: the metrics that get a standard error over the seeds, as ``<metric>_se``, if there are several
            trainings.

    Example:
        >>> average_over_seeds(lambda seed: {"accuracy": 0.5 + seed / 4}, 0, 2, ["accuracy"])
        {'accuracy': 0.625, 'accuracy_se': 0.125}
    """
    runs = [train(seed + i) for i in range(repeats)]
    metrics = {name: _average([run[name] for run in runs if name in run]) for name in runs[0]}
    if repeats == 1:
        return metrics
    with np.errstate(invalid="ignore"):  # an infinite metric has no standard error
        errors = {name: float(np.std([run[name] for run in runs], ddof=1) / repeats**0.5) for name in measured}
    return metrics | {f"{name}_se": error for name, error in errors.items()}


def _average(values: Sequence[Any]) -> Any:
    if all(isinstance(value, (int, float)) for value in values):
        return float(np.mean(values))
    return next((value for value in values if value in _LESS_EXACT), values[0])
