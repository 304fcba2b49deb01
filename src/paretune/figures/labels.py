"""Axis labels: names as users wrote them, and short numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paretune.figures.scale import short_exponent
from paretune.objectives import Objective

MAX_LENGTH = 36


def plain_text(text: Any, max_length: int = MAX_LENGTH) -> str:
    r"""Put a user's text on one line, and shorten it.

    Args:
        text: any value.
        max_length: the maximal number of characters; an ellipsis replaces the middle of a longer text.

    Example:
        >>> plain_text("two\nlines"), plain_text("a name that is far too long", max_length=12)
        ('two lines', 'a name… long')
    """
    line = " ".join(str(text).split()) or repr(text)
    if len(line) > max_length:
        line = f"{line[: max_length // 2]}…{line[-(max_length - max_length // 2 - 1) :]}"
    return line


def axis_label(objective: Objective) -> str:
    """An axis label: name, unit and the better direction."""
    better = "higher" if objective.goal == "maximize" else "lower"
    return f"{name_with_unit(objective, 24)} ({better} is better)"


def name_with_unit(objective: Objective, max_length: int = MAX_LENGTH) -> str:
    """An objective's name, with its unit."""
    name = plain_text(objective.name, max_length)
    return name + (f" [{plain_text(objective.unit, 12)}]" if objective.unit else "")


def short_text(value: Any) -> str:
    """A number with at most four digits; any other value as short text."""
    return short_exponent(f"{value:.4g}") if isinstance(value, float) else plain_text(value, 14)


def excluded_text(n_excluded: Mapping[str, int]) -> str:
    """A sentence that counts the trials outside the picture; empty if the picture shows all."""
    counts = ", ".join(f"{n:,} {why}" for why, n in n_excluded.items() if n)
    return f"Not shown: {counts}." if counts else ""
