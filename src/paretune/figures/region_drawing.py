"""Drawing of `RegionView`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paretune.argument_checks import COUNT, TEXT, check_arguments
from paretune.figures.labels import axis_label, plain_text
from paretune.figures.legend import draw_legend
from paretune.figures.marks import circle
from paretune.figures.panel import Axis, Box, Panel, bottom_of, grid_boxes
from paretune.figures.region import RegionPanel, RegionView
from paretune.figures.scale import Scale
from paretune.figures.style import WIDE
from paretune.figures.svg import Drawing, line

SHARES = (0.05, 0.5, 0.95)  # of the resampled fronts, which attain a point


def draw_region(view: RegionView, width: int = WIDE, name: str = "") -> Drawing:
    """Draw three areas, each inside the one before: what 5, 50 and 95 % of the fronts attain; and the measured front.

    Args:
        view: the result of `region_view`.
        width: width in pixels.
        name: name of the study with the measured front.
    """
    check_arguments(view=(view, RegionView), width=(width, COUNT), name=(name, TEXT))
    n = max(len(view.panels), 1)
    front = f"measured front of {plain_text(name, 24)}" if name else "measured front"
    entries = [("b3", "reached by 5, 50, 95 % of fronts"), ("l1", front)]
    legend, top = draw_legend(entries if view.panels else [], width)
    boxes = grid_boxes(n, width, top, 0.7 * width + 20 if n == 1 else 290)
    if not view.panels:
        empty = Panel(boxes[0], Axis(Scale(0, 1), "", ()), Axis(Scale(0, 1), "", ()))
        return Drawing(width, round(bottom_of(boxes)), empty.message("No trial is complete, so there is no front."))
    drawn = [_draw_panel(view, panel, box) for panel, box in zip(view.panels, boxes, strict=True)]
    return Drawing(width, round(bottom_of(boxes)), legend + "".join(drawn))


def _draw_panel(view: RegionView, found: RegionPanel, box: Box) -> str:
    """Draw one pair: the first objective vertical, the second horizontal, as in the picture of the front."""
    axes = [
        Axis(Scale(float(edges[0]), float(edges[-1]), view.is_log[i]), axis_label(view.objectives[i]))
        for i, edges in zip(found.pair, found.edges, strict=True)
    ]
    panel = Panel(box, axes[1], axes[0])
    worst = [
        edges[0 if view.objectives[i].goal == "maximize" else -1]
        for i, edges in zip(found.pair, found.edges, strict=True)
    ]
    parts = [_draw_surface(panel, found.surfaces[share], worst) for share in SHARES]
    parts.append(line(panel.px(found.border[:, 1]), panel.py(found.border[:, 0]), "l1"))
    places = zip(panel.px(found.front[:, 1]).tolist(), panel.py(found.front[:, 0]).tolist(), strict=True)
    parts.append("".join(circle(x, y, 3.6, "e") for x, y in places))
    return panel.frame() + panel.clipped("".join(parts))


def _draw_surface(panel: Panel, surface: NDArray[np.float64], worst: list[float]) -> str:
    """Fill the region between a surface and the corner with the worst value of both objectives."""
    if len(surface) == 0:
        return ""
    corners = np.vstack([surface, worst])
    x, y = panel.px(corners[:, 1]), panel.py(corners[:, 0])
    return line(x, y, "b3", is_closed=True) + line(x[:-1], y[:-1], "edge")
