"""Drawing of `RegionView`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paretune.errors import InvalidInputError
from paretune.figures.labels import axis_label
from paretune.figures.region import RegionPanel, RegionView
from paretune.figures.style import (
    BLACK,
    MARK_STYLES,
    ORANGE,
    add_caption,
    add_legend,
    excluded_text,
    new_figure,
    set_scale,
    show_message,
)

Quantity = Literal["attainment", "density"]
QUANTITIES = {
    "attainment": "share of the draws that\nreach or beat a point (attain it)",
    "density": "share of the draws\nwith a front through a point",
}
_COLORMAP = LinearSegmentedColormap.from_list("region", ["#FFFFFF", "#B5D8EE", "#3F97CD"])
_LINES = {0.05: (0, (1, 1.5)), 0.5: "-", 0.95: (0, (5, 2))}


def draw_region(view: RegionView, quantity: Quantity = "attainment") -> Figure:
    """Draw the region in one colour, its 5, 50 and 95 % surfaces as lines, and the measured front over it.

    Args:
        view: the result of `region_view`.
        quantity: ``attainment``, the share of fronts that attain a point (reach or beat it in every objective); or
            ``density``, the share of fronts that pass through it, as SigOpt and NVIDIA (2017) drew it. The
            picture names the quantity.

    Raises:
        InvalidInputError: there is no such quantity.
    """
    if quantity not in QUANTITIES:
        raise InvalidInputError(f"quantity must be one of {', '.join(QUANTITIES)}, but is {quantity!r}")
    fig, axes = new_figure(max(len(view.panels), 1))
    names = _names(view)
    for ax, panel in zip(axes, view.panels, strict=False):
        _draw_panel(ax, view, panel, quantity, names)
    if view.panels:
        darkest = 1.0 if quantity == "attainment" else _darkest_density(view)
        for ax in axes:
            ax.collections[0].set_clim(0, darkest)
        extend = "neither" if darkest == 1.0 else "max"
        bar = fig.colorbar(axes[0].collections[0], ax=axes, shrink=0.9, pad=0.02, aspect=30, extend=extend)
        bar.set_label(QUANTITIES[quantity])
        bar.outline.set_visible(False)
        add_legend(fig, *axes[0].get_legend_handles_labels(), columns=2)
    else:
        show_message(axes[0], "No trial is complete, so there is no front.")
    source = view.text if view.panels else ""
    projection = "Each panel considers two objectives and ignores the others." if len(view.panels) > 1 else ""
    add_caption(fig, source, projection, excluded_text(view.n_excluded))
    return fig


def _darkest_density(view: RegionView) -> float:
    """The density of the darkest shade; the maximum, reached by few cells, would leave all others pale."""
    passed = np.concatenate([panel.density[panel.density > 0] for panel in view.panels])
    return float(np.quantile(passed, 0.97))


def _names(view: RegionView) -> dict[float | None, str]:
    """Legend texts of the visible lines, by share of a surface, and by None for the measured front.

    Lines that coincide in every panel share one text, under the key of the line on top.
    """
    lines: dict[float | None, list[NDArray[np.float64]]] = {
        share: [panel.surfaces[share] for panel in view.panels] for share in _LINES
    }
    lines[None] = [panel.border for panel in view.panels]
    seen: dict[float | None, list[str]] = {}
    for share, line in lines.items():
        above = [other for other, places in lines.items() if all(map(np.array_equal, line, places))][-1]
        seen.setdefault(above, []).extend([] if share is None else [f"{share:.0%}"])
    attained = {line: f"attained by {_join_words(shares)} of the draws" for line, shares in seen.items() if shares}
    counts = f" ({len(view.panels[0].front):,})" if len(view.panels) == 1 else ""
    front = f"front of {'all trials' if view.n_candidate is None else 'the candidate'}{counts}"
    return attained | {None: ", ".join(filter(None, [front, attained.get(None)]))}


def _join_words(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _draw_panel(
    ax: Axes, view: RegionView, panel: RegionPanel, quantity: Quantity, names: Mapping[float | None, str]
) -> None:
    """Draw one pair: the first objective vertical, the second horizontal, as in the picture of the front."""
    up, across = panel.pair
    shares = panel.attainment if quantity == "attainment" else panel.density
    ax.pcolormesh(panel.edges[1], panel.edges[0], shares, cmap=_COLORMAP, vmin=0, rasterized=True)
    for share, surface in panel.surfaces.items():
        if share in names:
            ax.plot(surface[:, 1], surface[:, 0], color=BLACK, lw=1.1, linestyle=_LINES[share], label=names[share])
    ax.plot(panel.border[:, 1], panel.border[:, 0], color="white", linewidth=4.2)  # a halo on dark background
    ax.plot(panel.border[:, 1], panel.border[:, 0], color=ORANGE, linewidth=2.2)
    ax.scatter(panel.front[:, 1], panel.front[:, 0], label=names[None], **MARK_STYLES["efficient"])
    ax.set(xlabel=axis_label(view.objectives[across]), ylabel=axis_label(view.objectives[up]))
    ax.set(xlim=np.take(panel.edges[1], [0, -1]), ylim=np.take(panel.edges[0], [0, -1]))
    set_scale(ax, "x", is_log=view.is_log[across])
    set_scale(ax, "y", is_log=view.is_log[up])
    ax.grid(visible=False)
