"""Drawing of `SignalsView`."""

from __future__ import annotations

import numpy as np

from paretune.argument_checks import COUNT, check_arguments
from paretune.figures.labels import plain_text
from paretune.figures.legend import draw_legend
from paretune.figures.marks import circle
from paretune.figures.panel import Axis, Panel, bottom_of, grid_boxes
from paretune.figures.scale import Scale
from paretune.figures.signals import SignalsView
from paretune.figures.style import WIDE
from paretune.figures.svg import Drawing, element, line

_STYLES = ("l1", "l2", "l3", "l4")


def draw_signals(view: SignalsView, width: int = WIDE) -> Drawing:
    """Draw a panel for each objective: the rank correlation of each metric with its final value, over the steps.

    Args:
        view: the result of `signals_view`.
        width: width in pixels.
    """
    check_arguments(view=(view, SignalsView), width=(width, COUNT))
    names = list(next(iter(view.correlations.values())))
    styles = dict(zip(names, _STYLES, strict=False))
    legend, top = draw_legend([(styles[name], plain_text(name, 30)) for name in names], width)
    boxes = grid_boxes(len(view.correlations), width, top, 0.62 * min(width, 480) + 20)
    is_log = view.steps[-1] >= 10 * view.steps[0] > 0
    parts = [legend]
    for (objective, found), box in zip(view.correlations.items(), boxes, strict=True):
        low = min(0.0, *(float(np.nanmin(np.append(values, 0.0))) for values in found.values()))
        label = f"rank correlation with the final {plain_text(objective, 24)}"
        panel = Panel(box, Axis(Scale.around(view.steps, is_log=is_log), "step"), Axis(Scale(low - 0.03, 1.03), label))
        zero = f"M{panel.inner.x:.1f} {float(panel.py(0)):.1f}h{panel.inner.width:.1f}"
        drawn = [element("path", d=zero, css_class="axis"), *(_draw(view, panel, found[n], styles[n]) for n in names)]
        parts += [panel.frame(), panel.clipped("".join(drawn))]
    return Drawing(width, round(bottom_of(boxes)), "".join(parts))


def _draw(view: SignalsView, panel: Panel, values: np.ndarray, css_class: str) -> str:
    known = np.isfinite(values)
    x, y = panel.px(view.steps[known]), panel.py(values[known])
    dots = "".join(circle(a, b, 2.6, css_class) for a, b in zip(x.tolist(), y.tolist(), strict=True))
    return line(x, y, css_class) + dots
