"""Drawing of `CostView`."""

from __future__ import annotations

import numpy as np

from paretune.argument_checks import COUNT, check_arguments
from paretune.figures.cost import CostCurve, CostView
from paretune.figures.labels import plain_text
from paretune.figures.legend import draw_legend
from paretune.figures.panel import Axis, Panel, bottom_of, grid_boxes
from paretune.figures.scale import Scale
from paretune.figures.style import WIDE
from paretune.figures.svg import Drawing, line


def draw_cost(view: CostView, width: int = WIDE) -> Drawing:
    """Draw a panel for each kind of cost, a step line for each run, and the lines of a baseline dashed.

    Args:
        view: the result of `cost_view`.
        width: width in pixels.
    """
    check_arguments(view=(view, CostView), width=(width, COUNT))
    curves = [curve for found in view.curves.values() for curve in found]
    sides = list(dict.fromkeys(curve.side for curve in curves))
    styles = {side: ("l1", "l2", "l3", "l4")[i % 4] for i, side in enumerate(sides)}
    entries = [(styles[side], plain_text(side, 24)) for side in sides] if len(sides) > 1 else []
    legend, top = draw_legend(entries, width)
    boxes = grid_boxes(max(len(view.curves), 1), width, top, 250, min_width=230)
    parts = [legend]
    for (label, found), box in zip(view.curves.items(), boxes, strict=False):
        highest = max((float(curve.hypervolume.max(initial=0)) for curve in found), default=0.0)
        longest = max((float(curve.spent.max(initial=0)) for curve in found), default=0.0)
        panel = Panel(
            box, Axis(Scale(0, longest * 1.02 or 1), label), Axis(Scale(0, 1.05 * highest or 1), "hypervolume")
        )
        parts += [panel.frame(), panel.clipped("".join(_draw(panel, curve, styles[curve.side]) for curve in found))]
    return Drawing(width, round(bottom_of(boxes)), "".join(parts))


def _draw(panel: Panel, curve: CostCurve, css_class: str) -> str:
    across = np.repeat(np.concatenate([[0.0], curve.spent]), 2)[1:]
    up = np.repeat(np.concatenate([[0.0], curve.hypervolume]), 2)[:-1]
    return line(panel.px(across), panel.py(up), css_class)
