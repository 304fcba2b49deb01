"""Drawing of `SearchPathView`."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paretune.figures.labels import plain_text
from paretune.figures.parameter_axis import INACTIVE_POSITION, jitter, ticks
from paretune.figures.search_path import SearchPathView
from paretune.figures.style import (
    BLACK,
    COLORMAP,
    MAX_VECTOR_MARKS,
    ORANGE,
    add_caption,
    add_legend,
    excluded_text,
    new_figure,
    show_message,
)


def draw_search_path(view: SearchPathView) -> Figure:
    """Draw each trial at its position, shaded by time; crosses mark failed trials, rings mark efficient ones.

    Trials that share one of few values are spread inside its cell; inactive parameters are drawn in a band.
    """
    fig, (ax,) = new_figure(width=7.2, height=5.0)
    x = _places(view, 0, 0.0)
    y = view.numbers.astype(float) if view.pair[1] is None else _places(view, 1, 0.37)
    if len(view.numbers) == 0:
        show_message(ax, "No trial has finished yet.")
    else:
        _draw_marks(fig, ax, view, x, y)
    _name_axis(ax, view, 0)
    _name_axis(ax, view, 1)
    add_legend(fig, *ax.get_legend_handles_labels(), columns=3)
    add_caption(fig, _spread_text(view), excluded_text(view.n_excluded))
    return fig


def _places(view: SearchPathView, i: int, shift: float) -> NDArray[np.float64]:
    places = jitter(view.places[:, i], view.space[str(view.pair[i])], shift)
    return np.where(np.isnan(places), INACTIVE_POSITION, places)


def _draw_marks(fig: Figure, ax: Axes, view: SearchPathView, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
    shade = Normalize(view.numbers.min(), max(view.numbers.max(), view.numbers.min() + 1))
    groups = {"failed": (view.is_failed, "x", 30, 1.4), "complete": (~view.is_failed, "o", 30, 0.4)}
    for name, (rows, marker, size, width) in groups.items():
        if rows.any():
            ax.scatter(
                x[rows],
                y[rows],
                s=size,
                c=view.numbers[rows],
                cmap=COLORMAP,
                norm=shade,
                marker=marker,
                linewidths=width,
                label=f"{name} ({int(rows.sum()):,})",
                rasterized=bool(rows.sum() > MAX_VECTOR_MARKS),
                edgecolors=None if marker == "x" else BLACK,
            )
    rows = view.is_efficient
    if rows.any():
        name = f"efficient ({int(rows.sum()):,})"
        ax.scatter(x[rows], y[rows], s=110, facecolors="none", edgecolors=ORANGE, linewidths=1.8, label=name, zorder=4)
    bar = fig.colorbar(ax.collections[0], ax=ax, pad=0.02, aspect=30)
    bar.set_label("trial")
    bar.outline.set_visible(False)


def _name_axis(ax: Axes, view: SearchPathView, i: int) -> None:
    axis, name = (ax.xaxis, ax.yaxis)[i], view.pair[i]
    if name is None:
        axis.set_label_text("trial")
        return
    places, texts = ticks(view.space[name])
    has_inactive = bool(np.isnan(view.places[:, i]).any())
    if has_inactive:
        places, texts = [INACTIVE_POSITION, *places], ["inactive", *texts]
        (ax.axvspan, ax.axhspan)[i](INACTIVE_POSITION - 0.06, INACTIVE_POSITION / 2, color="#EFEFEF", zorder=0)
    axis.set_ticks(places, texts)
    axis.set_label_text(plain_text(name))
    (ax.set_xlim, ax.set_ylim)[i](INACTIVE_POSITION - 0.06 if has_inactive else -0.04, 1.04)


def _spread_text(view: SearchPathView) -> str:
    crowded = [plain_text(name) for name in view.pair if name is not None and (view.space[name].n_levels or 99) <= 12]
    return f"Trials that share a value of {' and '.join(crowded)} are spread around it." if crowded else ""
