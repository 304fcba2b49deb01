"""Drawing of `SearchPathView`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paretune.argument_checks import COUNT, check_arguments
from paretune.figures.front_drawing import MAX_MARKS
from paretune.figures.labels import plain_text
from paretune.figures.legend import draw_legend
from paretune.figures.marks import Mark, circle, cross, trial_marks
from paretune.figures.panel import Axis, Box, Panel, bottom_of, grid_boxes
from paretune.figures.parameter_axis import INACTIVE_POSITION, jitter, ticks
from paretune.figures.scale import Scale, whole_ticks
from paretune.figures.search_path import SearchPathView
from paretune.figures.style import WIDE
from paretune.figures.svg import Drawing, cloud, element


def draw_search_path(view: SearchPathView, width: int = WIDE) -> Drawing:
    """Draw a panel for each parameter: its values over the numbers of the trials.

    Trials that share one of few values are spread inside its cell; inactive parameters are drawn in a band below.

    Args:
        view: the result of `search_path_view`.
        width: width in pixels.
    """
    check_arguments(view=(view, SearchPathView), width=(width, COUNT))
    n = len(view.numbers)
    groups = [
        ("e", "efficient", view.is_efficient),
        ("d", "other", ~view.is_efficient & ~view.is_failed),
        ("x", "failed", view.is_failed),
    ]
    legend, top = draw_legend(
        [(css, f"{name} ({int(rows.sum()):,})") for css, name, rows in groups if rows.any()], width
    )
    boxes = grid_boxes(len(view.names), width, top, 200 if len(view.names) > 1 else 260, min_width=230)
    parts = [legend]
    for i, box in enumerate(boxes):
        panel = _panel(view, i, box)
        drawn = "".join(_draw_group(view, panel, i, rows, css) for css, _, rows in reversed(groups))
        parts += [_band(view, panel, i), panel.frame(), drawn if n else panel.message("No trial has finished yet.")]
    return Drawing(width, round(bottom_of(boxes)), "".join(parts))


def _panel(view: SearchPathView, i: int, box: Box) -> Panel:
    name, last = view.names[i], int(view.numbers.max(initial=1))
    places, texts = ticks(view.space[name])
    has_inactive = bool(np.isnan(view.places[:, i]).any())
    marks = [(INACTIVE_POSITION, "inactive")] * has_inactive + list(zip(places, texts, strict=True))
    low = INACTIVE_POSITION - 0.06 if has_inactive else -0.05
    across = Axis(Scale(-0.02 * last - 0.5, 1.02 * last + 0.5), "trial", whole_ticks(0, last, 8))
    return Panel(box, across, Axis(Scale(low, 1.05), plain_text(name), marks))


def _draw_group(view: SearchPathView, panel: Panel, i: int, rows: NDArray[np.bool_], css: str) -> str:
    values = jitter(view.places[:, i], view.space[view.names[i]], 0.37 * i)
    values = np.where(np.isnan(values), INACTIVE_POSITION, values)[rows]
    x, y = panel.px(view.numbers[rows]), panel.py(values)
    if len(x) > MAX_MARKS and css != "e":
        return cloud(x, y, "odots" if css == "x" else "dots")
    mark: Mark = cross if css == "x" else circle
    places = zip(x.tolist(), y.tolist(), view.numbers[rows].tolist(), strict=True)
    return trial_marks(places, mark, {"x": 3.2, "e": 4.6, "d": 3.2}[css], css)


def _band(view: SearchPathView, panel: Panel, i: int) -> str:
    if not np.isnan(view.places[:, i]).any():
        return ""
    top, area = float(panel.py(INACTIVE_POSITION / 2)), panel.inner
    height = area.y + area.height - top
    return element("rect", x=area.x, y=top, width=area.width, height=height, css_class="strip")
