"""Drawing of `FrontView`: all trials, the front as a staircase, its knee, and failures in a strip below."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paretune.argument_checks import COUNT, TEXT, check_arguments
from paretune.figures.front import FrontView
from paretune.figures.labels import axis_label, plain_text
from paretune.figures.legend import draw_legend
from paretune.figures.marks import Mark, circle, cross, diamond, trial_marks
from paretune.figures.panel import Axis, Box, Panel, bottom_of, grid_boxes
from paretune.figures.scale import Scale, whole_ticks
from paretune.figures.style import CHARACTER, WIDE
from paretune.figures.svg import Drawing, cloud, element, line, text

MAX_MARKS = 1500  # more marks are drawn as one element, which a page cannot select one by one
_EMPTY = "No trial has finished with values that can be drawn."
_STRIP = 30  # height of the strip of failed trials


def draw_front(view: FrontView, width: int = WIDE, baseline_name: str = "baseline") -> Drawing:
    """Draw all trials, the front as a staircase, the knee, and failed trials without values in a strip below.

    Each mark has the attribute ``data-trial`` with the number of its trial, and the efficient ones can have the focus.

    Args:
        view: the result of `front_view`.
        width: width in pixels.
        baseline_name: name of the other side in the legend, if there is one.
    """
    check_arguments(view=(view, FrontView), width=(width, COUNT), baseline_name=(baseline_name, TEXT))
    height = 0.72 * min(width, 560) if len(view.pairs) == 1 else 0.95 * min(width, 310)
    if not has_marks(view):
        panel = Panel(Box(0, 0, width, height), Axis(Scale(0, 1), "", ()), Axis(Scale(0, 1), "", ()))
        return Drawing(width, round(height), panel.message(_EMPTY))
    legend, top = draw_legend(legend_entries(view, baseline_name), width)
    boxes = grid_boxes(len(view.pairs), width, top, height)
    parts = [legend]
    for box, (y, x) in zip(boxes, view.pairs, strict=True):
        panel = front_panel(view, box, x, y)
        parts += [panel.frame(), panel.clipped(draw_limits(view, panel, x, y) + draw_marks(view, panel, x, y))]
    bottom = bottom_of(boxes)
    if len(view.unknown) and len(view.objectives) > 1:
        parts.append(_draw_strip(view, Box(0, bottom + 8, width, _STRIP)))
        bottom += 8 + _STRIP
    return Drawing(width, round(bottom + 2), "".join(parts))


def has_marks(view: FrontView) -> bool:
    """Whether there is a trial to draw."""
    return bool(len(view.front) or len(view.outside) or len(view.unknown))


def legend_entries(view: FrontView, baseline_name: str) -> list[tuple[str, str]]:
    """Return the marks of the picture and their names."""
    errors = " ± standard error" if np.nan_to_num(view.front_se).any() else ""
    groups = [
        ("e", f"efficient ({len(view.front):,}){errors}", len(view.front)),
        ("k", "knee", view.knee is not None),
        ("d", f"dominated ({len(view.dominated):,})", len(view.dominated)),
        ("o", f"outside the limits ({len(view.outside):,})", len(view.outside)),
        ("x", f"failed, no values ({len(view.unknown):,})", len(view.unknown)),
        ("p", f"front of {plain_text(baseline_name, 24)} ({len(view.baseline):,})", len(view.baseline)),
        ("limit", "limit", any(objective.limit is not None for objective in view.objectives)),
    ]
    return [(mark, name) for mark, name, is_shown in groups if is_shown]


def front_panel(view: FrontView, box: Box, x: int, y: int) -> Panel:
    """Return the panel of two objectives; ``m`` in place of the horizontal one stands for the trial number."""
    return Panel(box, _axis(view, x), _axis(view, y))


def draw_marks(view: FrontView, panel: Panel, x: int, y: int) -> str:
    """Draw the trials, the front as a staircase, and the knee."""
    parts = []
    for points, many, mark, size, css_class in (
        (view.dominated, "dots", circle, 3.6, "d"),
        (view.outside, "odots", diamond, 4.4, "o"),
    ):
        parts.append(_draw_group(panel, points[:, [x, y, -1]], many, mark, size, css_class))
    if x == len(view.objectives):  # over the trial numbers there is room for failed trials without a value
        bottom = panel.inner.y + panel.inner.height - 7
        parts.append(trial_marks([(float(panel.px(n)), bottom, n) for n in view.unknown], cross, 3.8, "x"))
    for corners, css_class in ((view.baseline_staircase, "l2"), (view.staircase, "l1")):
        if len(corners):
            parts.append(line(panel.px(corners[:, x]), panel.py(corners[:, y]), css_class))
    parts.append(
        trial_marks(_places(panel, view.baseline[:, [x, y, -1]]), diamond, 4.6, "p").replace("data-trial", "data-other")
    )
    parts += [_draw_errors(view, panel, x, y), _draw_efficient(view, panel, x, y)]
    if view.knee is not None:
        parts.append(circle(float(panel.px(view.knee[x])), float(panel.py(view.knee[y])), 9, "k"))
    return "".join(parts)


def draw_limits(view: FrontView, panel: Panel, x: int, y: int) -> str:
    """Draw the limits of the two objectives as dotted lines."""
    area, parts = panel.inner, []
    for i, axis in ((x, panel.x), (y, panel.y)):
        limit = None if i == len(view.objectives) else view.objectives[i].limit
        if limit is None or not axis.scale.low <= limit <= axis.scale.high:
            continue
        d = f"M{panel.px(limit):.1f} {area.y:.1f}v{area.height:.1f}" if axis is panel.x else ""
        d = d or f"M{area.x:.1f} {panel.py(limit):.1f}h{area.width:.1f}"
        parts.append(element("path", d=d, css_class="limit"))
    return "".join(parts)


def _axis(view: FrontView, i: int) -> Axis:
    if i == len(view.objectives):
        scale = Scale(-0.02 * view.n_last - 0.5, 1.02 * view.n_last + 0.5)
        return Axis(scale, "trial", whole_ticks(0, view.n_last, 8))
    groups = [group[:, i] for group in (view.dominated, view.front, view.outside, view.baseline)]
    errors = np.nan_to_num(view.front_se[:, i])
    ends = [] if view.is_log[i] else [view.front[:, i] - errors, view.front[:, i] + errors]
    return Axis(Scale.around(np.concatenate([*groups, *ends]), is_log=view.is_log[i]), axis_label(view.objectives[i]))


def _places(panel: Panel, points: NDArray[np.float64]) -> list[tuple[float, float, int]]:
    columns = panel.px(points[:, 0]).tolist(), panel.py(points[:, 1]).tolist(), points[:, 2].astype(int).tolist()
    return list(zip(*columns, strict=True))


def _draw_group(panel: Panel, points: NDArray[np.float64], many: str, mark: Mark, size: float, css_class: str) -> str:
    if len(points) > MAX_MARKS:
        return cloud(panel.px(points[:, 0]), panel.py(points[:, 1]), many)
    return trial_marks(_places(panel, points), mark, size, css_class)


def _draw_efficient(view: FrontView, panel: Panel, x: int, y: int) -> str:
    places = _places(panel, view.front[:, [x, y, -1]])
    is_first = (y, x) == view.pairs[0]
    focus = {"tabindex": 0, "role": "button"} if is_first and len(places) <= MAX_MARKS else {}
    return trial_marks(places, circle, 5, "e", **focus)


def _draw_errors(view: FrontView, panel: Panel, x: int, y: int) -> str:
    """Draw the standard errors of the efficient trials."""
    parts = []
    for row, errors in zip(view.front, np.nan_to_num(view.front_se), strict=True):
        ends = {
            i: (max(row[i] - errors[i], axis.scale.low), row[i] + errors[i]) for i, axis in ((x, panel.x), (y, panel.y))
        }
        if errors[x] > 0:
            parts.append(line(panel.px(ends[x]), panel.py([row[y]] * 2), "whisker"))
        if errors[y] > 0:
            parts.append(line(panel.px([row[x]] * 2), panel.py(ends[y]), "whisker"))
    return "".join(parts)


def _draw_strip(view: FrontView, box: Box) -> str:
    """Draw failed trials with an unmeasured objective, in the order of their numbers."""
    label = "failed, in order"
    start = box.x + CHARACTER * len(label) + 12
    places = Scale(0, max(view.n_last, 1)).positions(view.unknown) * (box.x + box.width - 14 - start) + start
    y = box.y + box.height / 2
    marks = [(float(place), y, int(number)) for place, number in zip(places, view.unknown, strict=True)]
    many = len(marks) > MAX_MARKS
    drawn = cloud(places, np.full(len(places), y), "odots") if many else trial_marks(marks, cross, 3.8, "x")
    strip = element("rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=4, css_class="strip")
    return strip + text(box.x + 8, y + 4, label, "s") + drawn
