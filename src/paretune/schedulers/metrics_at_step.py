"""The metrics of trials when they reached a step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.trials import Curves


@dataclass(frozen=True, eq=False)
class MetricsAtStep:
    """The ``p`` trials that reported at a step or after it, and their metrics at the first such report.

    Args:
        numbers: ``p`` trial numbers, in ascending order.
        metrics: by name, ``p`` values: the last known one at that report; NaN where there was none yet.
    """

    numbers: NDArray[np.int64]
    metrics: dict[str, NDArray[np.float64]]

    @classmethod
    def of(cls, curves: Curves, step: int) -> MetricsAtStep:
        """Read the metrics of all trials that reached a step.

        Example:
            >>> curves = Curves.from_steps({0: [{"step": 2, "loss": 0.5}, {"step": 4, "loss": 0.4}], 1: [{"step": 1}]})
            >>> at = MetricsAtStep.of(curves, 3)
            >>> at.numbers.tolist(), at.metrics["loss"].tolist()
            ([0], [0.4])
        """
        rows = np.flatnonzero(curves.steps >= step)
        rows = rows[np.append(True, np.diff(curves.numbers[rows]) != 0)[: len(rows)]]
        numbers = curves.numbers[rows]
        starts = np.searchsorted(curves.numbers, numbers)
        return cls(numbers, {name: _last_known(values, rows, starts) for name, values in curves.metrics.items()})


def _last_known(values: NDArray[np.float64], rows: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the last finite value at or before each row, if it is not before the start of that trial."""
    indices = np.maximum.accumulate(np.where(np.isfinite(values), np.arange(len(values)), -1))[rows]
    return np.where(indices >= starts, values[indices], np.nan)
