"""All trials and the front among them, one panel for each pair of objectives."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paretune import pareto
from paretune.figures.style import BLACK, BLUE, GREY, ORANGE, figure, label
from paretune.objectives import Objectives
from paretune.trials import Trials

_MARKS: dict[str, dict[str, Any]] = {
    "outside the limits": {"marker": "x", "s": 26, "color": GREY, "linewidths": 1},
    "dominated": {"s": 22, "facecolors": "none", "edgecolors": BLUE},
    "efficient": {"s": 34, "color": ORANGE, "edgecolors": BLACK, "linewidths": 0.6, "zorder": 4},
    "knee": {"s": 150, "facecolors": "none", "edgecolors": BLACK, "linewidths": 1.3, "zorder": 5},
}


@dataclass(frozen=True)
class FrontView:
    """What a picture of a front shows, in the user's units.

    Args:
        objectives: ``m`` objectives, the axes; a single one is drawn over the trials' numbers.
        dominated: ``k x (m + 1)`` complete trials off the front, each with its number.
        front: ``f x (m + 1)`` trials on it, likewise, ordered by their first loss.
        front_se: ``f x (m + 1)`` standard errors, NaN where not known.
        outside: ``o x (m + 1)`` trials outside the limits.
        steps: ``s x m`` corners of the border of what the front dominates; none unless there are two objectives.
        knee: ``m`` values and a number; None without a front.
        n_unknown: how many failed trials have no place in the picture.
    """

    objectives: Objectives
    dominated: NDArray[np.float64]
    front: NDArray[np.float64]
    front_se: NDArray[np.float64]
    outside: NDArray[np.float64]
    steps: NDArray[np.float64]
    knee: NDArray[np.float64] | None
    n_unknown: int


def front_view(trials: Trials) -> FrontView:
    """Sort trials into what a picture of the front shows."""
    complete = trials[trials.is_complete]
    on_front = pareto.is_nondominated(complete.losses)
    efficient = complete[on_front]
    order = np.lexsort(efficient.losses.T[::-1])
    failed = trials[trials.is_failed & ~trials.is_lost]
    is_known = np.asarray(np.isfinite(failed.losses).all(axis=1))
    knee = pareto.knee(complete.losses)
    front = efficient[order]
    is_line = len(trials.objectives) == 2
    return FrontView(
        trials.objectives,
        _places(complete[~on_front]),
        _places(front),
        np.column_stack([front.losses_se, np.full(len(front), np.nan)]),
        _places(failed[is_known]),
        trials.objectives.values(_steps(front.losses)) if is_line else front.values[:0],
        None if knee is None else _places(complete)[knee],
        int((~is_known).sum()),
    )


def _places(trials: Trials) -> NDArray[np.float64]:
    return np.column_stack([trials.values, trials.numbers])


def draw_front(view: FrontView) -> Figure:
    """Draw all trials, the front as a line that steps, and the knee."""
    m = len(view.objectives)
    pairs = list(itertools.combinations(range(m), 2)) or [(0, 1)]
    fig, axes = figure(len(pairs))
    for ax, (j, i) in zip(axes, pairs, strict=True):
        _draw_panel(ax, view, i, j)
    if view.n_unknown:
        axes[0].scatter([], [], marker="x", color="none", label=f"failed, nothing measured ({view.n_unknown})")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3, frameon=False, fontsize=9)
    return fig


def _draw_panel(ax: Axes, view: FrontView, x: int, y: int) -> None:
    """One pair of objectives; the cost, by custom, across and the gain up."""
    groups = {"outside the limits": view.outside, "dominated": view.dominated, "efficient": view.front}
    for name, points in groups.items():
        if len(points):
            ax.scatter(points[:, x], points[:, y], label=f"{name} ({len(points)})", **_MARKS[name])
    if len(view.steps):
        ax.plot(view.steps[:, x], view.steps[:, y], color=ORANGE, linewidth=1.4, zorder=3)
    errors = np.nan_to_num(view.front_se[:, [x, y]]).T
    across, up = view.front[:, x], view.front[:, y]
    ax.errorbar(across, up, xerr=errors[0], yerr=errors[1], fmt="none", ecolor=BLACK, elinewidth=0.9, zorder=3)
    if view.knee is not None:
        ax.scatter(view.knee[x], view.knee[y], label="knee", **_MARKS["knee"])
    ax.set_xlabel("trial")
    for i, set_label, line in ((x, ax.set_xlabel, ax.axvline), (y, ax.set_ylabel, ax.axhline)):
        if i < len(view.objectives):
            set_label(label(view.objectives[i]))
            limit = view.objectives[i].limit
            if limit is not None:
                line(limit, color=BLACK, linewidth=0.8, linestyle=":")


def _steps(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """The border of what a front of two objectives dominates: between neighbours, the worse of each loss.

    Args:
        losses: ``f x 2``, ordered along the front.

    Returns:
        ``(2 f - 1) x 2``, or nothing for an empty front.
    """
    path = np.repeat(losses, 2, axis=0)[:-1]
    path[1::2] = np.maximum(losses[:-1], losses[1:])
    return path
