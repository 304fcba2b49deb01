"""Parts of charts: a frame with axes, lines, areas and marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from paretune.server.pages.charts.axis import Axis

_NOTHING = Markup()
_TURNED = Markup('<text class="label" transform="translate(14 {}) rotate(-90)" text-anchor="middle">{}</text>')
WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 68, 16, 12, 48


@dataclass(frozen=True)
class Frame:
    """The frame of a chart.

    Args:
        x: the horizontal axis.
        y: the vertical axis.
        x_label: what the horizontal axis shows.
        y_label: what the vertical axis shows.
        strip: pixels below the chart that are left for marks.
    """

    x: Axis
    y: Axis
    x_label: str
    y_label: str
    strip: int = 0

    @classmethod
    def of(
        cls,
        xs: Sequence[float],
        ys: Sequence[float],
        labels: tuple[str, str],
        *,
        strip: int = 0,
        may_be_log: bool = True,
    ) -> Frame:
        """A frame that shows all points."""
        x = Axis.of(xs, LEFT, WIDTH - RIGHT, may_be_log=may_be_log)
        return cls(x, Axis.of(ys, HEIGHT - BOTTOM - strip, TOP, may_be_log=may_be_log), *labels, strip)

    def render(self, name: str, caption: str, *parts: Markup, below: Markup = _NOTHING) -> Markup:
        """The whole chart.

        Args:
            name: identifies it on the page.
            caption: what it shows, for those who cannot see it.
            parts: what is drawn inside, from back to front.
            below: what is drawn in the strip below.
        """
        inner = Markup().join(parts)
        box = Markup('<clipPath id="{}-box"><rect x="{}" y="{}" width="{}" height="{}"/></clipPath>').format(
            name, LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM - self.strip
        )
        return Markup(
            '<svg viewBox="0 0 {w} {h}" role="group" aria-label="{caption}" class="chart" id="chart-{name}">{box}{axes}'
            '<g clip-path="url(#{name}-box)">{inner}</g>{below}</svg>'
        ).format(below=below, w=WIDTH, h=HEIGHT, caption=caption, name=name, box=box, axes=self._axes(), inner=inner)

    def _axes(self) -> Markup:
        bottom, parts = HEIGHT - BOTTOM - self.strip, []
        for value, text in self.x.ticks():
            at = self.x.at(value)
            parts.append(Markup('<path class="grid" d="M{} {}V{}"/>').format(at, TOP, bottom))
            parts.append(
                Markup('<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>').format(
                    at, HEIGHT - BOTTOM + 18, text
                )
            )
        for value, text in self.y.ticks():
            at = self.y.at(value)
            parts.append(Markup('<path class="grid" d="M{} {}H{}"/>').format(LEFT, at, WIDTH - RIGHT))
            parts.append(
                Markup('<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>').format(LEFT - 8, at + 4, text)
            )
        parts.append(
            Markup('<text class="label" x="{}" y="{}" text-anchor="middle">{}</text>').format(
                (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, self.x_label
            )
        )
        parts.append(_TURNED.format((TOP + bottom) / 2, self.y_label))
        return Markup().join(parts)

    def points(self, points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        """The pixels of points."""
        return [(self.x.at(x), self.y.at(y)) for x, y in points]


def line(points: Sequence[tuple[float, float]], kind: str) -> Markup:
    """A line through pixels; nothing for fewer than two."""
    return Markup('<path class="{}" d="{}"/>').format(kind, _path(points)) if len(points) > 1 else Markup()


def area(points: Sequence[tuple[float, float]], kind: str) -> Markup:
    """A filled area."""
    return Markup('<path class="{}" d="{}Z"/>').format(kind, _path(points)) if len(points) > 2 else Markup()


def dots(points: Sequence[tuple[float, float]], kind: str) -> Markup:
    """Dots as one element, so that thousands of them are drawn at once."""
    return (
        Markup('<path class="{}" d="{}"/>').format(kind, "".join(f"M{x} {y}h0" for x, y in points))
        if points
        else Markup()
    )


def mark(point: tuple[float, float], number: int, kind: str, label: str, radius: float = 5.0) -> Markup:
    """A dot of one trial, which can be selected by a pointer or a key."""
    return Markup(
        '<circle class="{}" cx="{}" cy="{}" r="{}" data-trial="{}" tabindex="0" role="button" aria-label="{}">'
        "<title>{}</title></circle>"
    ).format(kind, *point, radius, number, label, label)


def text(point: tuple[float, float], words: str, kind: str = "note") -> Markup:
    """A text at a pixel."""
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(kind, *point, words)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points)
