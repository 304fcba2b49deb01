"""Where does the baseline's front lie, as far as its trials tell, and where the candidate's?"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune import confidence, pareto
from paretune.errors import InvalidInputError
from paretune.figures.shown import are_log, finished, points, too_large, total, unfinished
from paretune.figures.steps import steps
from paretune.objectives import Objectives
from paretune.trials import Trials

N_CELLS = 80
MARGIN = 0.05
Edges = tuple[NDArray[np.float64], NDArray[np.float64]]
Pair = tuple[int, int]


@dataclass(frozen=True, eq=False)
class RegionPanel:
    """The region of two objectives, in the user's units, both axes ascending.

    Args:
        pair: which two of the objectives.
        edges: two ascending arrays, the borders of the cells.
        attainment: ``k_1 x k_2`` shares of 1, the fronts that attain all of a cell.
        density: ``k_1 x k_2`` shares of 1, the fronts that pass through a cell.
        surfaces: ``s x 2`` corners by share: the border of what at least 0.05, 0.5 and 0.95 of the fronts attain.
        front: ``f x 2``, the measured front that lies over the region, ordered by its first loss.
        border: ``s x 2`` corners of the border of what it dominates.
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
    """What a picture of a confidence region shows.

    Args:
        objectives: ``m`` objectives, the axes.
        panels: one for each pair of objectives; none where no draw has a point.
        is_log: ``m`` booleans, whose axis is logarithmic.
        n_trials: the baseline's trials, failed ones included.
        size: how many each draw takes of them.
        replace: whether a draw can take a trial twice.
        n_fronts: how many draws.
        n_candidate: the candidate's trials; None where the front is the study's own.
        n_excluded: how many trials are not in the picture, by why, of both sides.
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

    @property
    def text(self) -> str:
        """What was resampled, and what may be concluded from it."""
        whose = "this study" if self.n_candidate is None else "the baseline"
        way = "with" if self.replace else "without"
        drawn = f"Region: {self.n_fronts:,} draws of {self.size:,} of {self.n_trials:,} trials of {whose}, {way} "
        drawn += "replacement, a failed one giving no point."
        if self.n_candidate is not None:
            return f"{drawn} Line: all {self.n_candidate:,} trials of the candidate."
        return (
            f"{drawn} It tells how much the front hangs on a few of its trials. It is no region for another run: "
            "a search that learns chose its trials by earlier ones, which resampling does not repeat."
        )


def region_view(
    baseline: Trials, candidate: Trials | None = None, *, size: int | None = None, repeats: int = 800, seed: int = 0
) -> RegionView:
    """The confidence region of a baseline's front, and the candidate's front over it.

    Draws of the baseline's trials give fronts (`paretune.confidence.bootstrap_fronts`), and these the region
    (`paretune.confidence.region`), as SigOpt and NVIDIA (2017) drew random search's beneath their own front. Of three
    or four objectives each pair has its panel: the region and the front of these two alone, whatever the others are.

    Args:
        baseline: whose front is uncertain.
        candidate: whose front lies over it; the baseline's own where None.
        size: how many trials each draw takes; by default as many as the candidate has, if the baseline has at least
            as many, else as many as the baseline has. Up to half of the trials are drawn without replacement; more
            are drawn with it, since draws of nearly all trials are nearly alike.
        repeats: how many draws.
        seed: a whole number.

    Raises:
        InvalidInputError: one objective, or more than four; objectives differ; size or repeats is below 1.
    """
    objectives = _checked(baseline, candidate)
    ours, theirs = finished(baseline), None if candidate is None else finished(candidate)
    n = len(ours)
    default = n if theirs is None or not 0 < len(theirs) <= n else len(theirs)
    size = default if size is None else size
    replace = 2 * size > n
    losses = points(ours)
    front = losses if theirs is None else points(theirs)
    fronts = confidence.bootstrap_fronts(losses, size, repeats, seed, replace=replace) if n else []
    is_log = are_log(objectives, objectives.values(np.vstack([*fronts, front])))
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
        total([unfinished(side) | too_large(side) for side in sides]),
    )


def _checked(baseline: Trials, candidate: Trials | None) -> Objectives:
    m = len(baseline.objectives)
    if not 2 <= m <= 4:
        raise InvalidInputError(f"a region is drawn for 2 to 4 objectives, but there are {m}: draw the growth instead")
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
    """Of each front, what two of its losses attain, which is what all trials of the draw attain in these two."""
    columns, two = list(pair), Objectives([objectives[i] for i in pair])
    drawn = [pareto.front(front[:, columns]) for front in fronts]
    own = pareto.front(losses[:, columns])
    values = two.values(np.vstack([*drawn, own]))
    edges = tuple(_edges(column, is_log=is_log[i]) for i, column in zip(pair, values.T, strict=True))
    signs = [objective.sign for objective in two]
    grid = [np.sort(sign * axis) for sign, axis in zip(signs, edges, strict=True)]
    found = confidence.region(drawn, grid)
    turned = tuple(slice(None, None, int(sign)) for sign in signs)  # ascending values, as edges are
    worst = [axis[-1] for axis in grid]
    surfaces = {share: two.values(steps(surface, worst)) for share, surface in found.surfaces.items()}
    return RegionPanel(
        pair,
        (edges[0], edges[1]),
        found.attainment[turned],
        found.density[turned],
        surfaces,
        two.values(own),
        two.values(steps(np.unique(own, axis=0), worst)),
    )


def _edges(values: NDArray[np.float64], *, is_log: bool) -> NDArray[np.float64]:
    """Even cells on the scale that is drawn, a twentieth beyond the values on both sides."""
    scaled = np.log10(values) if is_log else values
    low, high = float(scaled.min()), float(scaled.max())
    margin = MARGIN * (high - low or abs(high) or 1.0)
    edges = np.linspace(low - margin, high + margin, N_CELLS + 1)
    return 10**edges if is_log else edges
