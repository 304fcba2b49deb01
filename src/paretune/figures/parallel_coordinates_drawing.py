"""Drawing of `ParallelCoordinatesView`."""

from __future__ import annotations

import numpy as np

from paretune.argument_checks import COUNT, check_arguments
from paretune.figures.labels import name_with_unit, plain_text
from paretune.figures.marks import circle
from paretune.figures.panel import fit
from paretune.figures.parallel_coordinates import ParallelCoordinatesView
from paretune.figures.parameter_axis import INACTIVE_POSITION, ticks
from paretune.figures.scale import Scale
from paretune.figures.style import CHARACTER, WIDE
from paretune.figures.svg import Drawing, element, line, text
from paretune.number_format import format_number

MAX_LINES = 300
_ROW, _TOP = 50, 18  # height of an axis with its ticks; space above the first one


def draw_parallel_coordinates(view: ParallelCoordinatesView, width: int = WIDE) -> Drawing:
    """Draw a line for each efficient trial down the parameters and the objectives, the best values at the right.

    The axes lie one below the other, so that any number of them has room on any page. The knee is thick. Inactive
    parameters are drawn in a band at the left.

    Args:
        view: the result of `parallel_coordinates_view`.
        width: width in pixels.
    """
    check_arguments(view=(view, ParallelCoordinatesView), width=(width, COUNT))
    if len(view.numbers) == 0:
        message = text(width / 2, 60, "No trial is complete, so there is no efficient one.", "s", "middle")
        return Drawing(width, 120, message)
    labels = [plain_text(name, 40) for name in view.parameters]
    labels += [
        f"{name_with_unit(o)} ({'higher' if o.goal == 'maximize' else 'lower'} is better)" for o in view.objectives
    ]
    has_inactive = bool(np.isnan(view.X).any())
    scale = Scale(INACTIVE_POSITION - 0.05 if has_inactive else -0.05, 1.05)
    places = np.nan_to_num(np.hstack([view.X, view.Y]), nan=INACTIVE_POSITION)
    x = scale.positions(places) * width
    y = _TOP + _ROW * np.arange(places.shape[1]) + 14
    parts = [_draw_inactive(scale, width, float(y[len(view.parameters) - 1]))] if has_inactive else []
    ends = [float(scale.positions(value)) * width for value in (0, 1)]
    parts += [element("path", d=f"M{ends[0]:.1f} {place:.1f}H{ends[1]:.1f}", css_class="axis") for place in y.tolist()]
    parts += [_draw_line(view, row, x[row], y) for row in range(min(len(x), MAX_LINES)) if row != view.knee]
    parts.append(_draw_line(view, view.knee, x[view.knee], y) if view.knee is not None else "")
    for i, label in enumerate(labels):
        marks = (
            _parameter_ticks(view, i) if i < len(view.parameters) else _objective_ticks(view, i - len(view.parameters))
        )
        parts.append(_name_axis(scale, width, float(y[i]), label, marks))
    return Drawing(width, int(y[-1] + 30), "".join(parts))


def _draw_line(view: ParallelCoordinatesView, row: int, x: np.ndarray, y: np.ndarray) -> str:
    css_class = "pk" if row == view.knee else "pc"
    dots = "".join(circle(a, b, 3, "e" if row == view.knee else "d") for a, b in zip(x, y, strict=True))
    return element("g", line(x, y, css_class) + dots, data_trial=int(view.numbers[row]))


def _name_axis(scale: Scale, width: float, y: float, label: str, marks: list[tuple[float, str]]) -> str:
    """Write the name and the ticks of an axis, over the lines."""
    start = float(scale.positions(0)) * width
    parts = [text(start, y - 9, fit(label, width - start), "b halo")]
    free = -np.inf
    for value, name in marks:
        x, half = float(scale.positions(value)) * width, CHARACTER * len(name) / 2
        parts.append(element("path", d=f"M{x:.1f} {y - 3:.1f}v6", css_class="axis"))
        centre = min(max(x, half), width - half)
        if centre - half >= free:
            parts.append(text(centre, y + 15, name, "s halo", "middle"))
            free = centre + half + 8
    return "".join(parts)


def _draw_inactive(scale: Scale, width: float, bottom: float) -> str:
    x = float(scale.positions(INACTIVE_POSITION / 2)) * width
    return element("rect", x=0, y=_TOP - 8, width=x, height=bottom - _TOP + 26, css_class="strip")


def _parameter_ticks(view: ParallelCoordinatesView, i: int) -> list[tuple[float, str]]:
    places, texts = ticks(view.space[view.parameters[i]], 5)
    return list(zip(places, texts, strict=True))


def _objective_ticks(view: ParallelCoordinatesView, j: int) -> list[tuple[float, str]]:
    """Positions and texts of the worst and the best drawn value."""
    places, values = view.Y[:, j], view.values[:, j]
    ends = np.unique(places[[places.argmin(), places.argmax()]])
    shown = [float(values[places == end][0]) for end in ends]
    return [(end, format_number(value, shown)) for end, value in zip(ends.tolist(), shown, strict=True)]
