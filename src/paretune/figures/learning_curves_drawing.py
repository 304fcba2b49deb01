"""Drawing of `LearningCurvesView`."""

from __future__ import annotations

import numpy as np

from paretune.argument_checks import COUNT, check_arguments
from paretune.figures.labels import plain_text
from paretune.figures.learning_curves import GROUPS, LearningCurvesView
from paretune.figures.legend import draw_legend
from paretune.figures.panel import Axis, Panel, bottom_of, grid_boxes
from paretune.figures.scale import Scale, whole_ticks
from paretune.figures.style import WIDE
from paretune.figures.svg import Drawing, element, line

_CLASSES = {"efficient": "ce", "complete": "c", "stopped": "cs", "other": "cs"}


def draw_learning_curves(view: LearningCurvesView, width: int = WIDE) -> Drawing:
    """Draw a panel for each metric and a line for each trial: efficient ones coloured, stopped ones grey.

    Args:
        view: the result of `learning_curves_view`.
        width: width in pixels.
    """
    check_arguments(view=(view, LearningCurvesView), width=(width, COUNT))
    names = {"other": "failed or running", "stopped": "stopped early"}
    entries = [(_CLASSES[g], f"{names.get(g, g)} ({view.count(g):,})") for g in GROUPS if view.count(g)]
    legend, top = draw_legend([*entries, *([("limit", "steps of decisions")] if view.rungs else [])], width)
    boxes = grid_boxes(max(len(view.metrics), 1), width, top, 0.62 * min(width, 480) + 20)
    last = int(view.curves.steps.max(initial=1))
    parts = [legend]
    for i, (name, box) in enumerate(zip(view.metrics, boxes, strict=False)):
        values = view.curves.metrics[name]
        axis = Axis(Scale.around(values[np.abs(values) <= 1e60], is_log=view.is_log[i]), plain_text(name))
        first = int(view.curves.steps.min(initial=last))
        panel = Panel(box, Axis(Scale(first - 0.01 * last, 1.02 * last), "step", whole_ticks(first, last, 7)), axis)
        parts += [panel.frame(), panel.clipped(_draw_rungs(view, panel) + _draw_lines(view, panel, values))]
    return Drawing(width, round(bottom_of(boxes)), "".join(parts))


def _draw_lines(view: LearningCurvesView, panel: Panel, values: np.ndarray) -> str:
    starts = (
        np.flatnonzero(np.append(True, np.diff(view.curves.numbers) != 0)) if len(view.curves) else np.empty(0, int)
    )
    ends = np.append(starts[1:], len(view.curves))
    drawn: dict[str, list[str]] = {group: [] for group in GROUPS}
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        number = int(view.curves.numbers[start])
        group, steps, column = view.groups[number], view.curves.steps[start:end], values[start:end]
        known = np.isfinite(column) & (np.abs(column) <= 1e60)
        path = line(panel.px(steps[known]), panel.py(column[known]), _CLASSES[group], data_trial=number)
        drawn[group].append(path)
    return "".join("".join(drawn[group]) for group in reversed(GROUPS))


def _draw_rungs(view: LearningCurvesView, panel: Panel) -> str:
    area = panel.inner
    d = "".join(f"M{float(panel.px(step)):.1f} {area.y:.1f}v{area.height:.1f}" for step in view.rungs)
    return element("path", d=d, css_class="limit") if d else ""
