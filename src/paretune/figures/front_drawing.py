"""Drawing of `FrontView`: all trials, the front as a staircase, its knee, and failures in the margin."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from paretune.figures.front import FrontView
from paretune.figures.labels import axis_label
from paretune.figures.style import (
    BLACK,
    GREY,
    MARK_STYLES,
    MAX_VECTOR_MARKS,
    ORANGE,
    add_caption,
    add_legend,
    excluded_text,
    hide_frame,
    new_figure,
    set_scale,
    show_message,
)


def draw_front(view: FrontView) -> Figure:
    """Draw all trials, the front as a staircase, the knee, and failed trials without values in the margin.

    In an SVG each efficient trial is a group with the id ``trial-<number>``. From the second panel on (three or more
    objectives) the id is ``trial-<number>-<panel>``, since ids must be unique.
    """
    if not (len(view.front) or len(view.outside) or len(view.unknown)):
        return _empty(view)
    has_margin = len(view.unknown) > 0 and len(view.objectives) > 1
    fig, axes = new_figure(len(view.pairs), margin=has_margin)
    panels = axes[: len(view.pairs)]
    draw_marks(view, panels)
    name_axes(view, panels)
    if len(view.unknown):
        (_draw_margin if has_margin else _draw_below)(axes[-1], view)
    found = [ax.get_legend_handles_labels() for ax in axes]
    add_legend(fig, [h for handles, _ in found for h in handles], [name for _, names in found for name in names])
    add_caption(fig, excluded_text(view.n_excluded))
    return fig


def _empty(view: FrontView) -> Figure:
    fig, (ax,) = new_figure()
    show_message(ax, "No trial has finished with values that can be drawn.")
    add_caption(fig, excluded_text(view.n_excluded))
    return fig


def name_axes(view: FrontView, axes: list[Axes]) -> None:
    """Label the axes of each panel, set their scales and draw the limits."""
    for ax, (y, x) in zip(axes, view.pairs, strict=True):
        ax.set(xlabel="trial" if x == len(view.objectives) else axis_label(view.objectives[x]))
        ax.set(ylabel=axis_label(view.objectives[y]))
        for i, which, line in ((x, "x", ax.axvline), (y, "y", ax.axhline)):
            if i == len(view.objectives):
                continue
            set_scale(ax, "x" if which == "x" else "y", is_log=view.is_log[i])
            limit = view.objectives[i].limit
            if limit is not None and not (view.is_log[i] and limit <= 0):
                line(limit, color=BLACK, linewidth=0.8, linestyle=":", label="limit")


def draw_marks(view: FrontView, axes: list[Axes]) -> None:
    """Draw into each panel the trials, the front as a staircase, and the knee."""
    for panel, (ax, (y, x)) in enumerate(zip(axes, view.pairs, strict=True), 1):
        _draw_efficient(ax, view, x, y, "" if panel == 1 else f"-{panel}")
        if len(view.staircase):
            ax.plot(view.staircase[:, x], view.staircase[:, y], color=ORANGE, linewidth=1.4, zorder=3)
        if view.knee is not None:
            ax.scatter(view.knee[x], view.knee[y], label="knee", **MARK_STYLES["knee"])
        _draw_others(ax, view.dominated[:, [x, y]], "dominated", "dominated")
        _draw_others(ax, view.outside[:, [x, y]], "failed", "outside the limits")


def _draw_others(ax: Axes, points: NDArray[np.float64], mark: str, name: str) -> None:
    if len(points):
        is_many = len(points) > MAX_VECTOR_MARKS
        ax.scatter(*points.T, label=f"{name} ({len(points):,})", rasterized=is_many, **MARK_STYLES[mark])


def _draw_efficient(ax: Axes, view: FrontView, x: int, y: int, suffix: str) -> None:
    """Draw one mark for each trial, so that a page can find it, and its standard errors."""
    if len(view.front) == 0:
        return
    name = f"efficient ({len(view.front):,})"
    errors = np.nan_to_num(view.front_se[:, [x, y]]).T
    across, up = view.front[:, x], view.front[:, y]
    if errors.any():
        name += " ± standard error"
        ax.errorbar(across, up, xerr=errors[0], yerr=errors[1], fmt="none", ecolor=BLACK, elinewidth=0.9, zorder=3)
    for point in view.front:
        mark = Line2D([point[x]], [point[y]], marker="o", markersize=5.8, color=ORANGE, linestyle="none", zorder=4)
        mark.set(markeredgecolor=BLACK, markeredgewidth=0.6, gid=f"trial-{int(point[-1])}{suffix}", label=f"_{name}")
        mark.set_in_layout(False)  # else the layout measures thousands of marks one by one
        ax.add_artist(mark)
    mark.set_label(name)
    ax.update_datalim(view.front[:, [x, y]])
    ax.autoscale_view()


def _margin_name(view: FrontView) -> str:
    return f"failed, not all measured ({len(view.unknown):,})"


def _draw_below(ax: Axes, view: FrontView) -> None:
    """Draw failed trials without a value below a panel that has trial numbers on its axis."""
    places = np.full(len(view.unknown), 0.02)
    ax.scatter(
        view.unknown, places, transform=ax.get_xaxis_transform(), label=_margin_name(view), **MARK_STYLES["failed"]
    )


def _draw_margin(ax: Axes, view: FrontView) -> None:
    """Draw failed trials with an unmeasured objective over their numbers."""
    hide_frame(ax)
    ax.set_facecolor("#F4F4F4")
    ax.scatter(np.zeros(len(view.unknown)), view.unknown, label=_margin_name(view), **MARK_STYLES["failed"])
    ax.set(xlim=(-1, 1), ylim=(-0.02 * view.n_last - 0.5, 1.02 * view.n_last + 0.5), xticks=[])
    ax.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.yaxis.tick_right()
    ax.tick_params(labelsize=7, colors=GREY)
    ax.set_title("failed\ntrial", fontsize=7, color=BLACK)
