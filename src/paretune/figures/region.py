"""The confidence region of a baseline's front, with the candidate's front over it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune import confidence, pareto
from paretune.argument_checks import COUNT, FLAGS, WHOLE, check_arguments
from paretune.errors import InvalidInputError
from paretune.figures.axis_scale import log_axes
from paretune.figures.staircase import staircase
from paretune.figures.trial_selection import (
    count_too_large,
    count_unfinished,
    drawable_losses,
    finished_trials,
    sum_counts,
)
from paretune.objectives import Objectives
from paretune.trials import Trials

N_CELLS = 80
EDGE_MARGIN = 0.05
Edges = tuple[NDArray[np.float64], NDArray[np.float64]]
Pair = tuple[int, int]


@dataclass(frozen=True, eq=False)
class RegionPanel:
    """The region of two objectives, in the user's units, both axes ascending.

    Args:
        pair: indices of the two objectives.
        edges: two ascending arrays, the borders of the cells.
        attainment: ``k_1 x k_2`` shares of 1: the fronts that attain (reach or beat) all of a cell.
        density: ``k_1 x k_2`` shares of 1: the fronts that pass through a cell.
        surfaces: ``s x 2`` corners by share: the border of the region that at least 0.05, 0.5 and 0.95 of the fronts
            attain.
        front: ``f x 2`` points of the measured front, sorted by the first loss.
        border: ``s x 2`` corners of the border of the region that this front dominates.
    """

    pair: Pair
    edges: Edges
    attainment: NDArray[np.float64]
    density: NDArray[np.float64]
    surfaces: Mapping[float, NDArray[np.float64]]
    front: NDArray[np.float64]
    border: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RegionView:
    """The data of a picture of a confidence region.

    Args:
        objectives: ``m`` objectives, the axes.
        panels: one for each pair of objectives; none if no draw has a point.
        is_log: ``m`` booleans, true for a logarithmic axis.
        n_trials: number of the baseline's trials, failed ones included.
        size: number of trials in each draw.
        replace: whether a draw can take a trial twice.
        n_fronts: number of draws.
        n_candidate: number of the candidate's trials; None if the region is about the study's own front.
        n_excluded: number of trials of both sides that are not in the picture, by reason.
    """

    objectives: Objectives
    panels: tuple[RegionPanel, ...]
    is_log: tuple[bool, ...]
    n_trials: int
    size: int
    replace: bool
    n_fronts: int
    n_candidate: int | None
    n_excluded: Mapping[str, int]


def region_view(
    baseline: Trials,
    candidate: Trials | None = None,
    *,
    size: int | None = None,
    repeats: int = 800,
    seed: int = 0,
    is_log: tuple[bool, ...] | None = None,
) -> RegionView:
    """Compute the confidence region of a baseline's front, and the candidate's front over it.

    Draws of the baseline's trials give fronts (`paretune.confidence.bootstrap_fronts`), and these give the region
    (`paretune.confidence.region`). SigOpt and NVIDIA (2017) drew the region of random search below their own front in
    this way. With three or four objectives each pair has a panel, which ignores the other objectives.

    Args:
        baseline: the trials behind the region.
        candidate: the trials behind the front over it; if None, those of the baseline.
        size: number of trials in each draw. By default the number of the candidate's trials if the baseline has at
            least as many, else the number of the baseline's. Up to half of the trials are drawn without replacement;
            more are drawn with replacement, since draws of nearly all trials would be nearly equal.
        repeats: number of draws.
        seed: an integer.
        is_log: ``m`` booleans, true for a logarithmic axis; by default `log_axes` of what is drawn.

    Raises:
        InvalidInputError: there is one objective or more than four, the objectives differ, or size or repeats is below
            1.
    """
    check_arguments(
        baseline=(baseline, Trials),
        candidate=(candidate, Trials, None),
        size=(size, COUNT, None),
        repeats=(repeats, COUNT),
        seed=(seed, WHOLE),
        is_log=(is_log, FLAGS, None),
    )
    objectives = _check_objectives(baseline, candidate)
    ours, theirs = finished_trials(baseline), None if candidate is None else finished_trials(candidate)
    n = len(ours)
    default = n if theirs is None or not 0 < len(theirs) <= n else len(theirs)
    size = default if size is None else size
    replace = 2 * size > n
    losses = drawable_losses(ours)
    front = losses if theirs is None else drawable_losses(theirs)
    fronts = confidence.bootstrap_fronts(losses, size, repeats, seed, replace=replace) if n else []
    is_log = log_axes(objectives, objectives.values(np.vstack([*fronts, front]))) if is_log is None else is_log
    pairs = list(itertools.combinations(range(len(objectives)), 2)) if any(map(len, fronts)) else []
    sides = [side for side in (baseline, candidate) if side is not None]
    return RegionView(
        objectives,
        tuple(_panel(objectives, pair, fronts, front, is_log) for pair in pairs),
        is_log,
        n,
        size,
        replace,
        len(fronts),
        None if theirs is None else len(theirs),
        sum_counts([count_unfinished(side) | count_too_large(side) for side in sides]),
    )


def _check_objectives(baseline: Trials, candidate: Trials | None) -> Objectives:
    m = len(baseline.objectives)
    if not 2 <= m <= 4:
        raise InvalidInputError(f"a region needs 2 to 4 objectives, but there are {m}: draw the growth instead")
    if candidate is not None and candidate.objectives != baseline.objectives:
        raise InvalidInputError("the candidate and the baseline must have the same objectives and limits")
    return baseline.objectives


def _panel(
    objectives: Objectives,
    pair: Pair,
    fronts: Sequence[NDArray[np.float64]],
    losses: NDArray[np.float64],
    is_log: tuple[bool, ...],
) -> RegionPanel:
    """Compute one panel; the front in two losses equals that of all trials of the draw in these two."""
    columns, two = list(pair), Objectives([objectives[i] for i in pair])
    drawn = [pareto.front(front[:, columns]) for front in fronts]
    own = pareto.front(losses[:, columns])
    values = two.values(np.vstack([*drawn, own]))
    edges = tuple(_edges(column, is_log=is_log[i]) for i, column in zip(pair, values.T, strict=True))
    signs = [objective.sign for objective in two]
    grid = [np.sort(sign * axis) for sign, axis in zip(signs, edges, strict=True)]
    found = confidence.region(drawn, grid)
    ascending = tuple(slice(None, None, int(sign)) for sign in signs)  # as the edges
    worst = [axis[-1] for axis in grid]
    surfaces = {share: two.values(staircase(surface, worst)) for share, surface in found.surfaces.items()}
    return RegionPanel(
        pair,
        (edges[0], edges[1]),
        found.attainment[ascending],
        found.density[ascending],
        surfaces,
        two.values(own),
        two.values(staircase(np.unique(own, axis=0), worst)),
    )


def _edges(values: NDArray[np.float64], *, is_log: bool) -> NDArray[np.float64]:
    """Cells of equal size on the drawn scale, with a margin of a twentieth on both sides."""
    scaled = np.log10(values) if is_log else values
    low, high = float(scaled.min()), float(scaled.max())
    margin = EDGE_MARGIN * (high - low or abs(high) or 1.0)
    edges = np.linspace(low - margin, high + margin, N_CELLS + 1)
    return 10**edges if is_log else edges
