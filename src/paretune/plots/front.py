"""The front as Matplotlib axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from paretune.argument_checks import check_arguments
from paretune.figures import FrontView, front_view
from paretune.figures.labels import axis_label
from paretune.plots.axes import BASELINE, FAILED, FRONT, OTHER, axes_for, set_scale
from paretune.trials import Trials

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_front(trials: Trials, baseline: Trials | None = None, ax: Axes | Sequence[Axes] | None = None) -> list[Axes]:
    """Draw the trials, the front among them, and the front of a baseline; one panel for each pair of objectives.

    Args:
        trials: the trials to draw.
        baseline: trials with the same objectives, of which only the front is drawn.
        ax: axes to draw on, one for each pair of objectives; by default those of a new figure.

    Returns:
        The axes.
    """
    check_arguments(trials=(trials, Trials), baseline=(baseline, Trials, None))
    view = front_view(trials, baseline)
    axes = axes_for(len(view.pairs), ax)
    for panel, (y, x) in zip(axes, view.pairs, strict=True):
        _draw(view, panel, x, y)
    axes[0].legend()
    return axes


def _draw(view: FrontView, ax: Axes, x: int, y: int) -> None:
    errors = np.nan_to_num(view.front_se)
    groups: list[tuple[NDArray[np.float64], str, dict[str, Any]]] = [
        (view.dominated, "dominated", {"color": OTHER, "marker": "o"}),
        (view.outside, "outside the limits", {"color": FAILED, "marker": "x"}),
        (view.baseline, "front of the baseline", {"color": BASELINE, "marker": "D"}),
    ]
    for rows, label, style in groups:
        if len(rows):
            ax.plot(rows[:, x], rows[:, y], linestyle="none", label=f"{label} ({len(rows):,})", **style)
    for corners, color in ((view.baseline_staircase, BASELINE), (view.staircase, FRONT)):
        if len(corners):
            ax.plot(corners[:, x], corners[:, y], color=color, linewidth=1)
    ax.errorbar(
        view.front[:, x],
        view.front[:, y],
        xerr=errors[:, x] if errors[:, x].any() else None,
        yerr=errors[:, y] if errors[:, y].any() else None,
        fmt="o",
        color=FRONT,
        label=f"efficient ({len(view.front):,})",
    )
    if view.knee is not None:
        ax.plot(*view.knee[[x, y]], "o", markersize=13, fillstyle="none", color=FRONT, label="knee")
    names = [axis_label(objective) for objective in view.objectives] + ["trial"]
    ax.set(xlabel=names[x], ylabel=names[y])
    is_log = (*view.is_log, False)
    set_scale(ax, x_is_log=is_log[x], y_is_log=is_log[y])
