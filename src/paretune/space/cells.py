"""Equal cells of the unit interval, one for each level of a parameter."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def cell_centres(cells: ArrayLike, n_levels: int) -> NDArray[np.float64]:
    """Return the middles of ``n`` cells, of ``n_levels`` equal cells of the unit interval."""
    return (np.asarray(cells, dtype=float) + 0.5) / n_levels


def cells_at(unit: ArrayLike, n_levels: int) -> NDArray[np.int64]:
    """Return the cells, counted from 0, that hold ``n`` points of the unit interval."""
    return clip_cells(np.floor(np.asarray(unit, dtype=float) * n_levels), n_levels)


def clip_cells(cells: NDArray[Any], n_levels: int) -> NDArray[np.int64]:
    """Return ``n`` cells as whole numbers from 0 to ``n_levels`` - 1."""
    return np.asarray(np.clip(cells, 0, None).astype(np.int64).clip(max=n_levels - 1))
