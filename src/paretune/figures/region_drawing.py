"""How is a confidence region drawn?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paretune.errors import InvalidInputError
from paretune.figures.region import RegionPanel, RegionView
from paretune.figures.style import BLACK, MARKS, ORANGE, caption, figure, left_out, legend, nothing, set_scale
from paretune.figures.words import label

Reading = Literal["attainment", "density"]
READINGS = {
    "attainment": "share of the draws\nwhose front attains a place",
    "density": "share of the draws\nwhose front passes through a place",
}
_SHADES = LinearSegmentedColormap.from_list("region", ["#FFFFFF", "#B5D8EE", "#3F97CD"])
_LINES = {0.05: (0, (1, 1.5)), 0.5: "-", 0.95: (0, (5, 2))}


def draw_region(view: RegionView, reading: Reading = "attainment") -> Figure:
    """Draw the region in one colour, its 5, 50 and 95 % surfaces as lines that can be seen, a measured front over it.

    Args:
        view: what `region_view` computed.
        reading: ``attainment``, how many of the draws' fronts attain a place; or ``density``, how many pass through
            it, as in the article. The picture says which.

    Raises:
        InvalidInputError: there is no such reading.
    """
    if reading not in READINGS:
        raise InvalidInputError(f"reading must be one of {', '.join(READINGS)}, but is {reading!r}")
    fig, axes = figure(max(len(view.panels), 1))
    names = _names(view)
    for ax, panel in zip(axes, view.panels, strict=False):
        _draw_panel(ax, view, panel, reading, names)
    if view.panels:
        most = 1.0 if reading == "attainment" else _most(view)
        for ax in axes:
            ax.collections[0].set_clim(0, most)
        extend = "neither" if most == 1.0 else "max"
        bar = fig.colorbar(axes[0].collections[0], ax=axes, shrink=0.9, pad=0.02, aspect=30, extend=extend)
        bar.set_label(READINGS[reading])
        bar.outline.set_visible(False)
        legend(fig, *axes[0].get_legend_handles_labels(), columns=2)
    else:
        nothing(axes[0], "No trial is complete, so there is no front.")
    said = view.text if view.panels else ""
    projection = "Each panel: these two objectives alone, whatever the others are." if len(view.panels) > 1 else ""
    caption(fig, said, projection, left_out(view.n_excluded))
    return fig


def _most(view: RegionView) -> float:
    """The density of the darkest shade: a few cells, which all fronts pass at their ends, would leave the rest pale."""
    passed = np.concatenate([panel.density[panel.density > 0] for panel in view.panels])
    return float(np.quantile(passed, 0.97))


def _names(view: RegionView) -> dict[float | None, str]:
    """What the lines that can be seen are called: each surface by its share, the measured front by None.

    Lines that coincide in every panel have one name, that of the one which lies above.
    """
    lines: dict[float | None, list[NDArray[np.float64]]] = {
        share: [panel.surfaces[share] for panel in view.panels] for share in _LINES
    }
    lines[None] = [panel.border for panel in view.panels]
    seen: dict[float | None, list[str]] = {}
    for share, line in lines.items():
        above = [other for other, places in lines.items() if all(map(np.array_equal, line, places))][-1]
        seen.setdefault(above, []).extend([] if share is None else [f"{share:.0%}"])
    attained = {line: f"attained by {_listed(shares)} of the draws" for line, shares in seen.items() if shares}
    counts = f" ({len(view.panels[0].front):,})" if len(view.panels) == 1 else ""
    front = f"front of {'all trials' if view.n_candidate is None else 'the candidate'}{counts}"
    return attained | {None: ", ".join(filter(None, [front, attained.get(None)]))}


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _draw_panel(
    ax: Axes, view: RegionView, panel: RegionPanel, reading: Reading, names: Mapping[float | None, str]
) -> None:
    """One pair: the second objective across and the first up, as in the picture of the front."""
    up, across = panel.pair
    shares = panel.attainment if reading == "attainment" else panel.density
    ax.pcolormesh(panel.edges[1], panel.edges[0], shares, cmap=_SHADES, vmin=0, rasterized=True)
    for share, surface in panel.surfaces.items():
        if share in names:
            ax.plot(surface[:, 1], surface[:, 0], color=BLACK, lw=1.1, linestyle=_LINES[share], label=names[share])
    ax.plot(panel.border[:, 1], panel.border[:, 0], color="white", linewidth=4.2)  # a halo: it crosses dark ground
    ax.plot(panel.border[:, 1], panel.border[:, 0], color=ORANGE, linewidth=2.2)
    ax.scatter(panel.front[:, 1], panel.front[:, 0], label=names[None], **MARKS["efficient"])
    ax.set(xlabel=label(view.objectives[across]), ylabel=label(view.objectives[up]))
    ax.set(xlim=np.take(panel.edges[1], [0, -1]), ylim=np.take(panel.edges[0], [0, -1]))
    set_scale(ax, "x", is_log=view.is_log[across])
    set_scale(ax, "y", is_log=view.is_log[up])
    ax.grid(visible=False)
