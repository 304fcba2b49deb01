"""The region of the front: where resampled fronts attain places, and where they pass."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.argument_checks import LIST, check_arguments
from paretune.confidence.attainment import Edges, Fronts, count_at_nodes, exact_surface, surface_on_grid
from paretune.confidence.input_checks import check_count, check_losses
from paretune.confidence.vorobev import Vorobev, exact_vorobev, vorobev_on_grid
from paretune.errors import InvalidInputError

SURFACE_SHARES = (0.05, 0.5, 0.95)
GRID_MARGIN = 0.05
MAX_NODES = 10_000_000


@dataclass(frozen=True, eq=False)
class Region:
    """Two views of the same resampled fronts: the probability that a place is attained, and where the fronts pass.

    A cell contains the losses above its best corner, up to and including its worst corner. A front attains all of a
    cell, a part of it (it then passes through), or nothing. The shares of the three cases add up to 1.

    Args:
        edges: ``m`` ascending arrays of losses, the borders of the cells.
        attainment: ``k_1 x ... x k_m`` shares of 1: the fronts that attain all of a cell, which means its best corner.
        density: ``k_1 x ... x k_m`` shares of 1: the fronts that pass through a cell, with the steps between their
            points.
        surfaces: ``k x m`` points by share: the best places that at least 0.05, 0.5 and 0.95 of the fronts attain.
        vorobev: the mean front and the spread around it.
        n_fronts: the number of fronts; fronts without a point count, and attain nothing.
    """

    edges: Edges
    attainment: NDArray[np.float64]
    density: NDArray[np.float64]
    surfaces: Mapping[float, NDArray[np.float64]]
    vorobev: Vorobev
    n_fronts: int


def region(fronts: Sequence[ArrayLike], grid: int | Sequence[ArrayLike] = 50) -> Region:
    """Compute the attainment probability and the density of resampled fronts for each cell of a grid.

    Attainment is the empirical attainment function of Grunert da Fonseca, Fonseca and Hall (2001). With two objectives
    the surfaces and Vorob'ev's numbers are exact, and the grid only sets the box. With three or four objectives they
    are read off the grid: exact for losses on its edges, otherwise at most one cell worse. Time and memory grow with
    the number of cells: choose about 30 for each side with three objectives, and 12 with four.

    Args:
        fronts: each ``k x m``, m from 2 to 4, such as those of `bootstrap_fronts`, or posterior draws. Rows with a NaN
            are ignored, and dominated points change nothing.
        grid: the number of cells for each side, from the best to the worst loss of all fronts and a twentieth beyond;
            or ``m`` ascending arrays, the edges of the cells. Volumes are measured in the box from the first to the
            last edges.

    Returns:
        A `Region`.

    Raises:
        InvalidInputError: there are no fronts; they are not tables, are infinite, or differ in m; m is not 2, 3 or 4;
            no front has a point and no edges are given; edges are not finite and ascending; there are more than ten
            million cells.

    Example:
        >>> found = region([[[1, 1]], [[2, 0]]], grid=[[0, 1, 2, 3], [-1, 0, 1, 2]])
        >>> found.attainment.tolist()
        [[0.0, 0.0, 0.0], [0.0, 0.0, 0.5], [0.0, 0.5, 1.0]]
        >>> found.density.tolist()
        [[0.0, 0.5, 0.5], [0.5, 1.0, 0.5], [0.5, 0.5, 0.0]]
        >>> found.surfaces[0.95].tolist()
        [[2.0, 1.0]]
    """
    check_arguments(fronts=(fronts, LIST))
    points = _check_fronts(fronts)
    edges = _edges(np.vstack(points), grid)
    n, m = len(points), len(edges)
    counts = count_at_nodes(points, edges)
    best, worst = counts[(slice(None, -1),) * m], counts[(slice(1, None),) * m]
    levels = {share: max(math.ceil(share * n - 1e-9), 1) for share in SURFACE_SHARES}
    if m == 2:
        surfaces = {share: exact_surface(points, level) for share, level in levels.items()}
        vorobev = exact_vorobev(points, edges)
    else:
        surfaces = {share: surface_on_grid(counts, edges, level) for share, level in levels.items()}
        vorobev = vorobev_on_grid(counts, edges, n)
    return Region(edges, best / n, (worst - best) / n, surfaces, vorobev, n)


def _check_fronts(fronts: Sequence[ArrayLike]) -> Fronts:
    tables = [check_losses(front, f"front {i}") for i, front in enumerate(fronts)]
    widths = sorted({table.shape[1] for table in tables})
    if len(widths) != 1 or not 2 <= widths[0] <= 4:
        raise InvalidInputError(f"fronts must all have 2, 3 or 4 objectives, but have {widths or 'no tables'}")
    return [table[~np.isnan(table[:, 0])] for table in tables]


def _edges(points: NDArray[np.float64], grid: int | Sequence[ArrayLike]) -> Edges:
    m = points.shape[1]
    edges = _given_edges(grid) if isinstance(grid, Sequence | np.ndarray) else _even_edges(points, grid)
    if len(edges) != m:
        raise InvalidInputError(f"grid must be a number of cells or {m} arrays of edges, but has {len(edges)} arrays")
    for i, axis in enumerate(edges):
        if axis.ndim != 1 or len(axis) < 2 or not np.isfinite(axis).all() or not (np.diff(axis) > 0).all():
            raise InvalidInputError(f"grid: the edges of objective {i} must be two or more finite, ascending numbers")
    _check_size([len(axis) for axis in edges])
    return edges


def _check_size(lengths: Sequence[int]) -> None:
    if math.prod(lengths) > MAX_NODES:
        raise InvalidInputError(f"grid has more than {MAX_NODES:,} cells: choose fewer for each side")


def _given_edges(grid: Sequence[ArrayLike]) -> Edges:
    try:
        return tuple(np.array(axis, float) for axis in grid)
    except (TypeError, ValueError):
        raise InvalidInputError("grid: edges must be arrays of numbers") from None


def _even_edges(points: NDArray[np.float64], grid: int) -> Edges:
    n_cells = check_count(grid, "grid")
    _check_size([n_cells + 1] * points.shape[1])
    if len(points) == 0:
        raise InvalidInputError("no front has a point, so the grid needs edges: give them as arrays")
    best, worst = points.min(axis=0), points.max(axis=0)
    size = np.where(worst != 0, np.abs(worst), 1.0)
    margin = GRID_MARGIN * np.where(worst > best, worst - best, size)
    return tuple(np.linspace(low, high, n_cells + 1) for low, high in zip(best - margin, worst + margin, strict=True))
