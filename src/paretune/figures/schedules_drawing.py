"""Drawing of `SchedulesView`."""

from __future__ import annotations

import numpy as np

from paretune.argument_checks import COUNT, check_arguments
from paretune.figures.labels import plain_text
from paretune.figures.legend import draw_legend
from paretune.figures.panel import Axis, Box, Panel, bottom_of, grid_boxes
from paretune.figures.parameter_axis import INACTIVE_POSITION, ticks
from paretune.figures.scale import Scale, whole_ticks
from paretune.figures.schedules import Schedule, SchedulesView
from paretune.figures.style import WIDE
from paretune.figures.svg import Drawing, line, text

_MIN_GAP = 0.07  # of the axis, between the labels of two lines


def draw_schedules(view: SchedulesView, width: int = WIDE) -> Drawing:
    """Draw a panel for each parameter: its value over the steps, a line for each trial, with the trial's number.

    Args:
        view: the result of `schedules_view`.
        width: width in pixels.
    """
    check_arguments(view=(view, SchedulesView), width=(width, COUNT))
    n = len(view.schedules)
    legend, top = draw_legend([("ce", f"efficient {'trial' if n == 1 else 'trials'} ({n})")], width)
    boxes = grid_boxes(len(view.names), width, top, 200 if len(view.names) > 1 else 260, min_width=230)
    parts = [legend]
    for i, box in enumerate(boxes):
        panel = _panel(view, i, box)
        lines = "".join(_line(schedule, i, panel) for schedule in view.schedules)
        parts += [panel.frame(), panel.clipped(lines), _labels(view, i, panel)]
    return Drawing(width, round(bottom_of(boxes)), "".join(parts))


def _panel(view: SchedulesView, i: int, box: Box) -> Panel:
    last = max((schedule.end for schedule in view.schedules), default=1)
    places, texts = ticks(view.space[view.names[i]])
    has_inactive = any(bool(np.isnan(schedule.places[:, i]).any()) for schedule in view.schedules)
    marks = [(INACTIVE_POSITION, "inactive")] * has_inactive + list(zip(places, texts, strict=True))
    low = INACTIVE_POSITION - 0.06 if has_inactive else -0.05
    across = Axis(Scale(-0.02 * last, 1.12 * last), "step", whole_ticks(0, last, 6))
    return Panel(box, across, Axis(Scale(low, 1.05), plain_text(view.names[i]), marks))


def _line(schedule: Schedule, i: int, panel: Panel) -> str:
    ends = [*schedule.begins[1:], schedule.end]
    steps = np.array([step for pair in zip(schedule.begins, ends, strict=True) for step in pair], float)
    places = np.repeat(np.nan_to_num(schedule.places[:, i], nan=INACTIVE_POSITION), 2)
    return line(panel.px(steps), panel.py(places), "ce", data_trial=schedule.numbers[-1])


def _labels(view: SchedulesView, i: int, panel: Panel) -> str:
    """The number of each trial at the end of its line; labels of lines that end together are moved apart."""
    last = [(float(np.nan_to_num(s.places[-1, i], nan=INACTIVE_POSITION)), s) for s in view.schedules]
    drawn, before = "", -np.inf
    for place, schedule in sorted(last, key=lambda pair: pair[0]):
        before = max(place, before + _MIN_GAP)
        x, y = float(panel.px(schedule.end)), float(panel.py(before))
        drawn += text(x + 4, y + 4, schedule.numbers[-1], "s")
    return drawn
