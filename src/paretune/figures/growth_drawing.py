"""Drawing of `GrowthView`."""

from __future__ import annotations

import numpy as np

from paretune.argument_checks import COUNT, NAMES, check_arguments
from paretune.confidence.interval_estimate import CONFIDENCE_LEVEL
from paretune.figures.growth import GrowthCurve, GrowthView
from paretune.figures.labels import plain_text
from paretune.figures.legend import TICK, draw_legend
from paretune.figures.panel import Axis, Box, Panel
from paretune.figures.scale import Scale, whole_ticks
from paretune.figures.style import WIDE
from paretune.figures.svg import Drawing, element, line


def draw_growth(view: GrowthView, width: int = WIDE, names: tuple[str, str] = ("", "")) -> Drawing:
    """Draw each side as a step line with its band, the baseline dashed, and failures as marks below.

    Args:
        view: the result of `growth_view`.
        width: width in pixels.
        names: the names of the study and of its baseline; empty without a baseline.
    """
    check_arguments(view=(view, GrowthView), width=(width, COUNT), names=(names, NAMES))
    sides = [(view.candidate, names[0], "1")] + ([(view.baseline, names[1], "2")] if view.baseline else [])
    legend, top = draw_legend([entry for side in sides for entry in _entries(*side)], width)
    longest = max(len(curve.hypervolume) for curve, _, _ in sides)
    highest = max((float(curve.high.max(initial=0)) for curve, _, _ in sides), default=0)
    panel = Panel(
        Box(0, top, width, 0.62 * width + 40),
        Axis(Scale(0.5, longest + 1.5), "trials", whole_ticks(1, longest, 8)),
        Axis(Scale(0, 1.05 * highest or 1), "hypervolume"),
    )
    drawn = "".join(_draw_curve(panel, curve, css) for curve, _, css in sides if len(curve.hypervolume))
    drawn += _draw_failures(panel, view.candidate)
    if longest == 0:
        drawn = panel.message("No trial has finished yet.")
    return Drawing(width, round(top + panel.box.height), legend + panel.frame() + panel.clipped(drawn))


def _entries(curve: GrowthCurve, name: str, css: str) -> list[tuple[str, str]]:
    n = len(curve.hypervolume)
    if n == 0:
        return []
    side = f"{plain_text(name, 24)}, " if name else ""
    runs = f"mean of {curve.n_runs} runs" if curve.n_runs > 1 else f"{n:,} trials"
    found = [(f"l{css}", f"{side}{runs}"), (f"b{css}", f"{side}{CONFIDENCE_LEVEL:.0%} band".replace("%", " %"))]
    failed = [(TICK, f"failed ({len(curve.failed):,})")] if len(curve.failed) and css == "1" else []
    return found + failed


def _draw_curve(panel: Panel, curve: GrowthCurve, css: str) -> str:
    at = np.append(curve.at, len(curve.hypervolume) + 1)
    low, high = (np.append(ends, ends[-1]) for ends in (curve.low, curve.high))
    across = np.concatenate([_steps(at), _steps(at)[::-1]])
    band = line(panel.px(across), panel.py(np.concatenate([_held(high), _held(low)[::-1]])), f"b{css}", is_closed=True)
    extended = np.append(curve.hypervolume, curve.hypervolume[-1])  # one more step, so that the last gain is visible
    trials = np.arange(1, len(extended) + 1)
    return band + line(panel.px(_steps(trials)), panel.py(_held(extended)), f"l{css}")


def _steps(at: np.ndarray) -> np.ndarray:
    """Repeat the places at which a step line turns."""
    return np.repeat(at, 2)[1:]


def _held(values: np.ndarray) -> np.ndarray:
    """Repeat the values between the turns of a step line."""
    return np.repeat(values, 2)[:-1]


def _draw_failures(panel: Panel, curve: GrowthCurve) -> str:
    bottom = panel.inner.y + panel.inner.height
    places = panel.px(curve.failed).tolist()
    return element("path", d="".join(f"M{x:.1f} {bottom:.1f}v-9" for x in places), css_class="x") if places else ""
