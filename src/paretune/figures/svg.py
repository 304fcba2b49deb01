"""SVG as text: elements, and drawings that a page shows inline or a file holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from paretune.figures.style import THEME

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # no XML file may hold these


@dataclass(frozen=True)
class Drawing:
    """A picture as SVG.

    Args:
        width: width in CSS pixels; its text is 12 of them high.
        height: height in CSS pixels.
        body: the elements.
    """

    width: int
    height: int
    body: str

    def inline(self, label: str, css_class: str = "") -> str:
        """Return the picture as a part of a page that has `THEME`.

        Args:
            label: what the picture shows, for readers who cannot see it.
            css_class: further classes of the element.
        """
        role = "group" if "tabindex" in self.body else "img"
        names = f'class="{f"fig {css_class}".strip()}" role="{role}" aria-label="{clean(label)}"'
        return f"<svg {names} {self._size}>{self.body}</svg>"

    @property
    def _size(self) -> str:
        return f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}"'

    def file_bytes(self, label: str) -> bytes:
        """Return the picture as a file, which follows the light or dark colours of the reader."""
        paper = element("rect", width=self.width, height=self.height, css_class="paper")
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="fig" role="img" {self._size}><title>{clean(label)}</title>'
        )
        return f"{head}<style>{THEME}</style>{paper}{self.body}</svg>\n".encode()


def element(tag: str, content: str = "", **attributes: Any) -> str:
    """Return an element; ``css_class`` becomes ``class``, and underscores in other names become hyphens.

    Example:
        >>> element("circle", cx=1.04, r=2, css_class="e", data_trial=3)
        '<circle cx="1" r="2" class="e" data-trial="3"/>'
    """
    written = "".join(f' {_attribute(name)}="{_value(value)}"' for name, value in attributes.items() if value != "")
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def text(x: float, y: float, content: object, css_class: str = "", anchor: str = "") -> str:
    """Return a line of text; ``anchor`` is ``middle`` or ``end``, by default the start."""
    return element("text", clean(content), x=x, y=y, css_class=css_class, text_anchor=anchor)


def clean(content: object) -> str:
    """Escape a text for an element or an attribute, without the characters that XML forbids."""
    return escape(_FORBIDDEN.sub("\ufffd", str(content)))


def path(points: Iterable[str], css_class: str) -> str:
    """Return a path of commands."""
    return element("path", d="".join(points), css_class=css_class)


def line(x: ArrayLike, y: ArrayLike, css_class: str, *, is_closed: bool = False, **attributes: Any) -> str:
    """Return the line through points; nothing for fewer than two."""
    places = _places(x, y)
    if len(places) < 2:
        return ""
    end = "Z" if is_closed else ""
    return element("path", d="M" + "L".join(places) + end, css_class=css_class, **attributes)


def cloud(x: ArrayLike, y: ArrayLike, css_class: str) -> str:
    """Return many round dots as one element; dots at the same place are drawn once."""
    return element("path", d="".join(f"M{place}h0" for place in dict.fromkeys(_places(x, y))), css_class=css_class)


def _places(x: ArrayLike, y: ArrayLike) -> list[str]:
    return [f"{a:g} {b:g}" for a, b in np.round(np.column_stack([np.ravel(x), np.ravel(y)]), 1).tolist()]


def _attribute(name: str) -> str:
    return "class" if name == "css_class" else name.replace("_", "-") if name != "viewBox" else name


def _value(value: Any) -> str:
    return f"{round(float(value), 1):g}" if isinstance(value, (float, np.floating)) else str(value)
