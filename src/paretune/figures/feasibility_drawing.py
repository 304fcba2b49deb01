"""Drawing of `FeasibilityView`."""

from __future__ import annotations

import numpy as np

from paretune.argument_checks import COUNT, check_arguments
from paretune.confidence.interval_estimate import CONFIDENCE_LEVEL
from paretune.figures.feasibility import FeasibilityCurve, FeasibilityView
from paretune.figures.labels import plain_text
from paretune.figures.legend import draw_legend
from paretune.figures.panel import Axis, Box, Panel
from paretune.figures.scale import Scale, whole_ticks
from paretune.figures.style import WIDE
from paretune.figures.svg import Drawing, line

_SHARES = [(0.0, "0 %"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (1.0, "100 %")]


def draw_feasibility(view: FeasibilityView, width: int = WIDE) -> Drawing:
    """Draw the share so far as a thick line, and the moving share as a thin line with its interval.

    Args:
        view: the result of `feasibility_view`, of at most two studies.
        width: width in pixels.
    """
    check_arguments(view=(view, FeasibilityView), width=(width, COUNT))
    curves = [(label, curve, css) for (label, curve), css in zip(view.curves.items(), "12", strict=False)]
    curves = [entry for entry in curves if len(entry[1].cumulative)]
    legend, top = draw_legend([entry for curve in curves for entry in _entries(*curve)], width)
    longest = max((len(curve.cumulative) for _, curve, _ in curves), default=0)
    panel = Panel(
        Box(0, top, width, 0.5 * width + 50),
        Axis(Scale(0.5, longest + 0.5), "trials", whole_ticks(1, longest, 8)),
        Axis(Scale(-0.02, 1.02), "share of trials", _SHARES),
    )
    drawn = "".join(_draw_curve(panel, curve, css) for _, curve, css in curves)
    drawn = drawn or panel.message("No trial has finished yet.")
    return Drawing(width, round(top + panel.box.height), legend + panel.frame() + panel.clipped(drawn))


def _entries(label: str, curve: FeasibilityCurve, css: str) -> list[tuple[str, str]]:
    side, n = f"{plain_text(label, 24)}, " if label else "", len(curve.cumulative)
    level = f"{CONFIDENCE_LEVEL:.0%}".replace("%", " %")
    return [
        (f"l{css}", f"{side}all {n:,} so far: {curve.cumulative[-1]:.0%}".replace("%", " %")),
        (f"b{css}", f"{side}last {curve.window:,}, {level} interval"),
    ]


def _draw_curve(panel: Panel, curve: FeasibilityCurve, css: str) -> str:
    n = len(curve.cumulative)
    across = panel.px(np.concatenate([curve.at, curve.at[::-1]]))
    band = line(across, panel.py(np.concatenate([curve.high, curve.low[::-1]])), f"b{css}", is_closed=True)
    moving = line(panel.px(curve.at), panel.py(curve.moving), f"t{css}")
    return band + moving + line(panel.px(np.arange(1, n + 1)), panel.py(curve.cumulative), f"l{css}")
