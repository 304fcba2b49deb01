"""The choice between a linear and a logarithmic axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.objectives import Objective, Objectives

MIN_LOG_DECADES = 1.5


def is_log_axis(objective: Objective, values: ArrayLike) -> bool:
    """Whether to draw an objective on a logarithmic axis: its values are positive and span more than 1.5 decades.

    A maximised share between 0 and 1 stays linear: a logarithm would compress the good end of the axis.

    Args:
        objective: the objective of the axis.
        values: the values to draw; NaN is ignored.

    Example:
        >>> from paretune import Maximize, Minimize
        >>> is_log_axis(Minimize("time"), [0.01, 1.0]), is_log_axis(Minimize("time"), [0.1, 1.0, 0.0])
        (True, False)
        >>> is_log_axis(Maximize("accuracy"), [0.01, 1.0])
        False
    """
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    if len(known) == 0 or known.min() <= 0 or (objective.goal == "maximize" and known.max() <= 1):
        return False
    return bool(np.log10(known.max()) - np.log10(known.min()) > MIN_LOG_DECADES)


def log_axes(objectives: Objectives, values: NDArray[np.float64]) -> tuple[bool, ...]:
    """Apply `is_log_axis` to each column of ``n x m`` values."""
    return tuple(is_log_axis(o, column) for o, column in zip(objectives, values.T, strict=True))
