"""Legends: a sample of each mark or line with its name, in as many rows as are needed."""

from __future__ import annotations

from collections.abc import Sequence

from paretune.figures.marks import circle, cross, diamond
from paretune.figures.style import CHARACTER
from paretune.figures.svg import element, text

ROW = 20
TICK = "tick"  # the entry of marks on an axis
_MARKS = {
    "e": (circle, 4.6),
    "d": (circle, 3.6),
    "k": (circle, 6.5),
    "p": (diamond, 4.6),
    "o": (diamond, 4.4),
    "x": (cross, 3.8),
}


def draw_legend(entries: Sequence[tuple[str, str]], width: float) -> tuple[str, float]:
    """Draw a legend at the top of a drawing.

    Args:
        entries: CSS class of the mark, line or area, and its name.
        width: width of the drawing in pixels.

    Returns:
        The elements and their height.
    """
    parts, x, y = [], 0.0, 0.0
    for css_class, name in dict.fromkeys(entries):
        size = 30 + CHARACTER * len(name) + 14
        if x and x + size - 14 > width:
            x, y = 0.0, y + ROW
        parts += [_sample(css_class, x + 12, y + 9), text(x + 30, y + 13, name)]
        x += size
    return "".join(parts), (y + ROW + 4 if entries else 0.0)


def _sample(css_class: str, x: float, y: float) -> str:
    if css_class in _MARKS:
        draw, size = _MARKS[css_class]
        return draw(x, y, size, css_class)
    if css_class == TICK:
        return element("path", d=f"M{x:.1f} {y + 5:.1f}v-10", css_class="x")
    if css_class.startswith("b"):
        return element("rect", x=x - 11, y=y - 6, width=22, height=12, css_class=css_class)
    return element("path", d=f"M{x - 12:.1f} {y:.1f}h24", css_class=css_class)
