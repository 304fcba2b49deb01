"""Means and standard errors of metrics over trainings that differ in their seed only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from paretune.evaluation.contract import Report, is_asked_to_stop

_LESS_EXACT = ("shared", "from_steps")  # ways to measure a time; a mean is only as exact as its least exact part


class SeedReport:
    """The report of several trainings in a row: each counts its steps on from the one before.

    Args:
        report: the trial's report.
    """

    def __init__(self, report: Report) -> None:
        self._report, self._first, self._is_refused = report, 0, False

    @property
    def is_stopped(self) -> bool:
        """Whether the trial should stop."""
        return self._is_refused or is_asked_to_stop(self._report)

    def __call__(self, step: int, metrics: Mapping[str, Any]) -> bool:
        """Report a step of the training that runs."""
        self._is_refused = not self._report(self._first + step, metrics)
        return not self._is_refused

    def begin_next(self, n_steps: int) -> None:
        """Begin the next training after one of so many steps."""
        self._first += n_steps


def average_over_seeds(
    train: Callable[[int], Mapping[str, Any] | None], seed: int, repeats: int, measured: Sequence[str]
) -> dict[str, Any]:
    """Train with several seeds and average every metric.

    A metric that is not a number is taken from the first training. The ways to measure a time (``measured``,
    ``training_time_from``) become ``shared`` or ``from_steps`` if any training reports that.

    Args:
        train: from a seed to metrics; None ends the trainings, with the metrics of those before.
        seed: the first seed; each further training uses the next one.
        repeats: the number of trainings.
        measured: the metrics that get a standard error over the seeds, as ``<metric>_se``, if there are several
            trainings.

    Example:
        >>> average_over_seeds(lambda seed: {"accuracy": 0.5 + seed / 4}, 0, 2, ["accuracy"])
        {'accuracy': 0.625, 'accuracy_se': 0.125}
    """
    runs = _train_all(train, seed, repeats)
    metrics = {name: _average([run[name] for run in runs if name in run]) for name in runs[0]}
    if len(runs) == 1:
        return metrics
    with np.errstate(invalid="ignore"):  # an infinite metric has no standard error
        errors = {name: float(np.std([run[name] for run in runs], ddof=1) / len(runs) ** 0.5) for name in measured}
    return metrics | {f"{name}_se": error for name, error in errors.items()}


def _train_all(train: Callable[[int], Mapping[str, Any] | None], seed: int, repeats: int) -> list[Mapping[str, Any]]:
    runs: list[Mapping[str, Any]] = []
    for i in range(repeats):
        run = train(seed + i)
        if run is None:
            break
        runs.append(run)
    return runs


def _average(values: Sequence[Any]) -> Any:
    if all(isinstance(value, (int, float)) for value in values):
        return float(np.mean(values))
    return next((value for value in values if value in _LESS_EXACT), values[0])
