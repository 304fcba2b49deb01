"""How are the efficient configurations drawn?"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from paretune.digits import written
from paretune.figures.parallel import ParallelView
from paretune.figures.parameter_axis import INACTIVE, ticks
from paretune.figures.style import BLACK, GREY, ORANGE, SHADES, bare, caption, left_out, nothing
from paretune.figures.words import named, plain

_STYLES = ("-", (0, (6, 1.5)), (0, (2, 1.2)), "-.")


def draw_parallel(view: ParallelView) -> Figure:
    """Draw a line for each efficient trial over the parameters, then the objectives, of which the best is above.

    The shade of a line, and the dashes that take turns, tell the order along the first objective; the knee is thick.
    A parameter that does not exist in a configuration stands in the band below.
    """
    n_axes = len(view.space) + len(view.objectives)
    fig = Figure(figsize=(float(np.clip(0.95 * n_axes, 7, 14)), 4.8), layout="constrained")
    ax = fig.add_subplot()
    bare(ax)
    if len(view.numbers) == 0:
        nothing(ax, "No trial is complete, so none is efficient.")
    else:
        _draw_axes(ax, view)
        _draw_lines(ax, view)
    caption(fig, _text(view), left_out(view.n_excluded))
    return fig


def _text(view: ParallelView) -> str:
    if view.knee is None:
        return ""
    if len(view.numbers) == 1:
        return f"One efficient trial, {view.numbers[0]}."
    order = f"dark to light from the best {plain(view.objectives.names[0])} to the worst"
    return f"{len(view.numbers):,} efficient trials, {order}; thick: the knee, trial {view.numbers[view.knee]}."


def _draw_lines(ax: Axes, view: ParallelView) -> None:
    table = np.hstack([view.X, view.Y])
    table = np.where(np.isnan(table), INACTIVE, table)
    across, shade = np.arange(table.shape[1]), Normalize(0, max(len(table) - 1, 1))
    for i, row in enumerate(table):
        is_knee = i == view.knee
        color = ORANGE if is_knee else SHADES(shade(i))
        width, order = (3.2, 4) if is_knee else (1.3, 3)
        style = "-" if is_knee else _STYLES[i % len(_STYLES)]
        ax.plot(across, row, color=color, linewidth=width, linestyle=style, marker="o", markersize=4, zorder=order)


def _draw_axes(ax: Axes, view: ParallelView) -> None:
    d, m = len(view.space), len(view.objectives)
    has_inactive = bool(np.isnan(view.X).any())
    bottom = INACTIVE - 0.06 if has_inactive else -0.06
    for i, parameter in enumerate(view.space.values()):
        _draw_axis(ax, i, *ticks(parameter, 6 if d + m <= 16 else 4))
    for j in range(m):
        _draw_axis(ax, d + j, *_objective_ticks(view, j))
    if has_inactive:
        ax.axhspan(bottom, INACTIVE / 2, color="#EFEFEF", zorder=0)
        ax.text(d + m - 0.75, INACTIVE, "does not\nexist", fontsize=7, va="center", ha="left", color=BLACK)
    ax.axvline(d - 0.5, color=GREY, linewidth=0.8, linestyle=":")
    names = [plain(name, 22) for name in view.space]
    names += [f"{named(o)}\n({'higher' if o.goal == 'maximize' else 'lower'} is better)" for o in view.objectives]
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


def _objective_ticks(view: ParallelView, j: int) -> tuple[list[float], list[str]]:
    """The worst and the best value among those that are drawn."""
    places, values = view.Y[:, j], view.values[:, j]
    ends = np.unique(places[[places.argmin(), places.argmax()]])
    shown = [float(values[places == end][0]) for end in ends]
    return ends.tolist(), [written(value, shown) for value in shown]
