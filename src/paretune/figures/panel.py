"""A panel: two axes with labels, grid and ticks, and the places of values in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.figures.scale import Scale
from paretune.figures.style import CHARACTER
from paretune.figures.svg import element, text

Tick = tuple[float, str]
TOP, BOTTOM, RIGHT = 24, 40, 12  # pixels around the plotting area: label of the y axis, ticks and label of the x axis


@dataclass(frozen=True)
class Box:
    """A rectangle of a drawing, in pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Axis:
    """An axis.

    Args:
        scale: where values lie.
        label: its name.
        ticks: values and texts; None for round numbers.
    """

    scale: Scale
    label: str
    ticks: Sequence[Tick] | None = None

    def chosen_ticks(self, length: float, *, is_horizontal: bool) -> list[Tick]:
        """Return the ticks that have room on an axis of some pixels."""
        if self.ticks is not None:
            return _thin(list(self.ticks), self.scale, length) if is_horizontal else list(self.ticks)
        for n in range(8, 1, -1):
            found = self.scale.ticks(n)
            if n * 34 <= length + 40 and (not is_horizontal or _has_room(found, self.scale, length)):
                return found
        return self.scale.ticks(2)


@dataclass(frozen=True)
class Panel:
    """A plotting area inside a box.

    Args:
        box: the rectangle, labels included.
        x: the horizontal axis.
        y: the vertical axis; its label stands above the panel.
    """

    box: Box
    x: Axis
    y: Axis
    inner: Box = field(init=False)

    def __post_init__(self) -> None:
        height = self.box.height - TOP - BOTTOM
        widest = max((len(name) for _, name in self.y.chosen_ticks(height, is_horizontal=False)), default=0)
        left = min(CHARACTER * widest + 10, self.box.width / 3)
        inner = Box(self.box.x + left, self.box.y + TOP, self.box.width - left - RIGHT, height)
        object.__setattr__(self, "inner", inner)  # the class is frozen

    def px(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the horizontal places of values."""
        return np.asarray(self.inner.x + self.x.scale.positions(values) * self.inner.width)

    def py(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the vertical places of values."""
        return np.asarray(self.inner.y + (1 - self.y.scale.positions(values)) * self.inner.height)

    def frame(self) -> str:
        """Draw the grid, the axes, their ticks and labels."""
        area, parts = self.inner, []
        bottom, right = area.y + area.height, area.x + area.width
        for value, name in self.y.chosen_ticks(area.height, is_horizontal=False):
            y = float(self.py(value))
            parts += [element("path", d=f"M{area.x:.1f} {y:.1f}H{right:.1f}", css_class="grid")]
            parts += [text(area.x - 6, y + 4, name, "s", "end")]
        for value, name in self.x.chosen_ticks(area.width, is_horizontal=True):
            x = float(self.px(value))
            parts += [element("path", d=f"M{x:.1f} {area.y:.1f}V{bottom:.1f}", css_class="grid")]
            parts += [text(x, bottom + 16, name, "s", "middle")]
        parts.append(element("path", d=f"M{area.x:.1f} {area.y:.1f}V{bottom:.1f}H{right:.1f}", css_class="axis"))
        parts.append(text(self.box.x, self.box.y + 13, fit(self.y.label, self.box.width)))
        half = min(len(self.x.label) * CHARACTER / 2, self.box.width / 2)
        centre = min(max(area.x + area.width / 2, self.box.x + half), self.box.x + self.box.width - half)
        parts.append(text(centre, bottom + 33, fit(self.x.label, self.box.width), "", "middle"))
        return "".join(parts)

    def clipped(self, content: str) -> str:
        """Cut content at the border of the plotting area."""
        a = self.inner
        view = f"{a.x:.1f} {a.y:.1f} {a.width:.1f} {a.height:.1f}"
        return element("svg", content, x=a.x, y=a.y, width=a.width, height=a.height, viewBox=view) if content else ""

    def message(self, content: str) -> str:
        """Write in the middle of the panel why it is empty."""
        x, y = self.inner.x + self.inner.width / 2, self.inner.y + self.inner.height / 2
        lines = wrap(content, self.inner.width - 10)
        return "".join(
            text(x, y + 16 * (i - (len(lines) - 1) / 2), each, "s", "middle") for i, each in enumerate(lines)
        )


def grid_boxes(n: int, width: float, top: float, height: float, *, min_width: float = 300) -> list[Box]:
    """Return the boxes of ``n`` panels in rows, as many in a row as have room."""
    columns = max(1, min(n, int(width // min_width)))
    gap = 18.0
    size = (width - gap * (columns - 1)) / columns
    return [Box((i % columns) * (size + gap), top + (i // columns) * height, size, height) for i in range(n)]


def bottom_of(boxes: Sequence[Box]) -> float:
    """Return the lower end of some boxes."""
    return max(box.y + box.height for box in boxes)


def fit(label: str, width: float) -> str:
    """Shorten a text to a width; an ellipsis replaces the middle."""
    n = max(int(width / CHARACTER), 4)
    return label if len(label) <= n else f"{label[: n // 2]}…{label[-(n - n // 2 - 1) :]}"


def wrap(content: str, width: float) -> list[str]:
    """Break a text into lines of a width."""
    lines, current = [], ""
    for word in content.split():
        if current and len(current) + 1 + len(word) > width / CHARACTER:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}".strip()
    return [*lines, current]


def _has_room(ticks: list[Tick], scale: Scale, length: float) -> bool:
    places = scale.positions([value for value, _ in ticks]) * length
    sizes = [CHARACTER * len(name) + 12 for _, name in ticks]
    return all(b - a >= (s + t) / 2 for a, b, s, t in zip(places, places[1:], sizes, sizes[1:], strict=False))


def _thin(ticks: list[Tick], scale: Scale, length: float) -> list[Tick]:
    step = 1
    while step < len(ticks) and not _has_room(ticks[::step], scale, length):
        step += 1
    return ticks[::step]
