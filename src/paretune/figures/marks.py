"""Marks of trials; a page finds those of a trial by ``data-trial``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from paretune.figures.svg import element

Mark = Callable[..., str]


def circle(x: float, y: float, size: float, css_class: str, **attributes: Any) -> str:
    """Draw a circle."""
    return element("circle", cx=float(x), cy=float(y), r=float(size), css_class=css_class, **attributes)


def diamond(x: float, y: float, size: float, css_class: str, **attributes: Any) -> str:
    """Draw a square that stands on a corner."""
    d = f"M{x:.1f} {y - size:.1f}l{size:g} {size:g} {-size:g} {size:g} {-size:g} {-size:g}Z"
    return element("path", d=d, css_class=css_class, **attributes)


def cross(x: float, y: float, size: float, css_class: str, **attributes: Any) -> str:
    """Draw a cross."""
    d = f"M{x - size:.1f} {y - size:.1f}l{2 * size:g} {2 * size:g}m0 {-2 * size:g}l{-2 * size:g} {2 * size:g}"
    return element("path", d=d, css_class=css_class, **attributes)


def trial_marks(
    places: Iterable[tuple[float, float, int]], mark: Mark, size: float, css_class: str, **attributes: Any
) -> str:
    """Draw a mark for each trial.

    Args:
        places: horizontal and vertical place of each mark, and the number of its trial.
        mark: `circle`, `diamond` or `cross`.
        size: radius in pixels.
        css_class: class of the marks.
        attributes: further attributes of each mark.
    """
    return "".join(mark(x, y, size, css_class, data_trial=int(number), **attributes) for x, y, number in places)
