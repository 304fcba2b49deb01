"""Drawing of `ImportanceView`."""

from __future__ import annotations

import numpy as np

from paretune.argument_checks import COUNT, check_arguments
from paretune.figures.forest import Importances
from paretune.figures.importance import ImportanceView
from paretune.figures.labels import plain_text
from paretune.figures.panel import Box, bottom_of, fit, grid_boxes, wrap
from paretune.figures.scale import Scale
from paretune.figures.style import CHARACTER, WIDE
from paretune.figures.svg import Drawing, element, text

MAX_PARAMETERS = 15
_ROW, _HEAD, _FOOT, _LINE = 20, 40, 40, 16


def draw_importance(view: ImportanceView, width: int = WIDE) -> Drawing:
    """Draw a panel of bars for each outcome, with the most important parameters first; failure is grey.

    A line says why an outcome has no bars.

    Args:
        view: the result of `importance_view`.
        width: width in pixels.
    """
    check_arguments(view=(view, ImportanceView), width=(width, COUNT))
    bars = {name: found for name, found in view.outcomes.items() if found.is_predicted}
    order = view.order[:MAX_PARAMETERS] if bars else []
    boxes = grid_boxes(len(bars), width, 0, _HEAD + _ROW * len(order) + _FOOT, min_width=200)
    label_width = CHARACTER * max([min(len(view.parameters[j]), 22) for j in order] or [0]) + 8
    parts = []
    for box, (name, found) in zip(boxes, bars.items(), strict=True):
        left = min(label_width, 0.45 * box.width)
        parts += [text(box.x, box.y + 14, fit(f"{plain_text(name, 24)} ({found.n_trials:,} trials)", box.width), "b")]
        parts += [text(box.x, box.y + 30, fit(_quality(found), box.width), "s")]
        area = Box(box.x + left, box.y + _HEAD, box.width - left - 14, _ROW * len(order))
        parts.append(_draw_bars(found, order, area, is_failing=name == list(view.outcomes)[-1]))
        parts += [_label(view.parameters[j], area, row, left) for row, j in enumerate(order)]
    bottom = bottom_of(boxes) if boxes else 0.0
    for name, found in view.outcomes.items():
        if not found.is_predicted:
            for i, each in enumerate(wrap(f"{plain_text(name, 40)}: {_why_empty(found)}.", width)):
                parts.append(text(0, bottom + 14 + _LINE * i, each, "s"))
            bottom += 6 + _LINE * (i + 1)
    return Drawing(width, round(bottom + 4), "".join(parts))


def _label(name: str, area: Box, row: int, width: float) -> str:
    return text(area.x - 6, area.y + _ROW * (row + 0.5) + 4, fit(plain_text(name, 22), width), "", "end")


def _draw_bars(found: Importances, order: list[int], area: Box, *, is_failing: bool) -> str:
    largest = float(np.max(found.mean[order] + found.spread[order]))
    scale = Scale(min(0.0, float(np.min(found.mean[order]))), largest or 1.0)
    bottom, parts = area.y + _ROW * len(order), []

    def place(value: float) -> float:
        return area.x + float(scale.positions(value)) * area.width

    for value, name in scale.ticks(3):
        parts += [element("path", d=f"M{place(value):.1f} {area.y:.1f}V{bottom:.1f}", css_class="grid")]
        parts += [text(place(value), bottom + 15, name, "s", "middle")]
    for row, j in enumerate(order):
        y, start, end = area.y + _ROW * row, place(0), place(found.mean[j])
        bar = "bar f" if is_failing else "bar"
        parts.append(
            element("rect", x=min(start, end), y=y + 4, width=abs(end - start), height=_ROW - 8, css_class=bar)
        )
        low, high = (
            min(max(value, scale.low), scale.high)
            for value in (found.mean[j] - found.spread[j], found.mean[j] + found.spread[j])
        )
        parts.append(element("path", d=f"M{place(low):.1f} {y + _ROW / 2:.1f}H{place(high):.1f}", css_class="whisker"))
    parts.append(element("path", d=f"M{place(0):.1f} {area.y:.1f}V{bottom:.1f}", css_class="axis"))
    return "".join(parts) + text(area.x + area.width / 2, bottom + 31, "growth of the error", "s", "middle")


def _why_empty(found: Importances) -> str:
    return f"no bars, because {found.why_not or 'a forest does not predict clearly better than the mean'}"


def _quality(found: Importances) -> str:
    auc = "" if found.auc is None else f", AUC {found.auc:.2f}"
    return f"R² {found.r2:.2f} ± {found.r2_se:.2f}{auc}"
