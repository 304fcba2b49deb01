"""Drawing of `ParallelCoordinatesView`."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from paretune.figures.labels import name_with_unit, plain_text
from paretune.figures.parallel_coordinates import ParallelCoordinatesView
from paretune.figures.parameter_axis import INACTIVE_POSITION, ticks
from paretune.figures.style import BLACK, COLORMAP, GREY, ORANGE, add_caption, excluded_text, hide_frame, show_message
from paretune.number_format import format_number

_STYLES = ("-", (0, (6, 1.5)), (0, (2, 1.2)), "-.")


def draw_parallel_coordinates(view: ParallelCoordinatesView) -> Figure:
    """Draw a line for each efficient trial across the parameters and the objectives, the best values on top.

    Shades and alternating dashes show the order along the first objective; the knee is thick. Inactive parameters are
    drawn in a band below.
    """
    n_axes = len(view.space) + len(view.objectives)
    fig = Figure(figsize=(float(np.clip(0.95 * n_axes, 7, 14)), 4.8), layout="constrained")
    ax = fig.add_subplot()
    hide_frame(ax)
    if len(view.numbers) == 0:
        show_message(ax, "No trial is complete, so there is no efficient one.")
    else:
        _draw_axes(ax, view)
        _draw_lines(ax, view)
    add_caption(fig, _text(view), excluded_text(view.n_excluded))
    return fig


def _text(view: ParallelCoordinatesView) -> str:
    if view.knee is None:
        return ""
    if len(view.numbers) == 1:
        return f"The only efficient trial is {view.numbers[0]}."
    order = f"from the best {plain_text(view.objectives.names[0])} (dark) to the worst (light)"
    knee = f"The thick line is the knee, trial {view.numbers[view.knee]}."
    return f"{len(view.numbers):,} efficient trials, {order}. {knee}"


def _draw_lines(ax: Axes, view: ParallelCoordinatesView) -> None:
    table = np.hstack([view.X, view.Y])
    table = np.where(np.isnan(table), INACTIVE_POSITION, table)
    across, shade = np.arange(table.shape[1]), Normalize(0, max(len(table) - 1, 1))
    for i, row in enumerate(table):
        is_knee = i == view.knee
        color = ORANGE if is_knee else COLORMAP(shade(i))
        width, order = (3.2, 4) if is_knee else (1.3, 3)
        style = "-" if is_knee else _STYLES[i % len(_STYLES)]
        ax.plot(across, row, color=color, linewidth=width, linestyle=style, marker="o", markersize=4, zorder=order)


def _draw_axes(ax: Axes, view: ParallelCoordinatesView) -> None:
    d, m = len(view.space), len(view.objectives)
    has_inactive = bool(np.isnan(view.X).any())
    bottom = INACTIVE_POSITION - 0.06 if has_inactive else -0.06
    for i, parameter in enumerate(view.space.values()):
        _draw_axis(ax, i, *ticks(parameter, 6 if d + m <= 16 else 4))
    for j in range(m):
        _draw_axis(ax, d + j, *_objective_ticks(view, j))
    if has_inactive:
        ax.axhspan(bottom, INACTIVE_POSITION / 2, color="#EFEFEF", zorder=0)
        ax.text(d + m - 0.75, INACTIVE_POSITION, "inactive", fontsize=7, va="center", ha="left", color=BLACK)
    ax.axvline(d - 0.5, color=GREY, linewidth=0.8, linestyle=":")
    names = [plain_text(name, 22) for name in view.space]
    names += [
        f"{name_with_unit(o)}\n({'higher' if o.goal == 'maximize' else 'lower'} is better)" for o in view.objectives
    ]
    ax.set_xticks(range(d + m), names, rotation=35, ha="right", rotation_mode="anchor", fontsize=8)
    ax.set(xlim=(-0.5, d + m - 0.2), ylim=(bottom, 1.06), yticks=[])
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(length=0)


def _draw_axis(ax: Axes, x: int, places: list[float], texts: list[str]) -> None:
    ax.plot([x, x], [0, 1], color=GREY, linewidth=1, zorder=1)
    ax.plot([x] * len(places), places, "_", color=GREY, markersize=6, zorder=1)
    for place, text in zip(places, texts, strict=True):
        box = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6}
        ax.text(x + 0.07, place, text, fontsize=7, va="center", color=BLACK, zorder=5, bbox=box)


def _objective_ticks(view: ParallelCoordinatesView, j: int) -> tuple[list[float], list[str]]:
    """Positions and texts of the worst and the best drawn value."""
    places, values = view.Y[:, j], view.values[:, j]
    ends = np.unique(places[[places.argmin(), places.argmax()]])
    shown = [float(values[places == end][0]) for end in ends]
    return ends.tolist(), [format_number(value, shown) for value in shown]
