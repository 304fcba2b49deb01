"""Axis labels: names as users wrote them, and short numbers."""

from __future__ import annotations

from typing import Any

from paretune.objectives import Objective

MAX_LENGTH = 36
MAX_LENGTH_ON_ONE_LINE = 20


def plain_text(text: Any, max_length: int = MAX_LENGTH) -> str:
    r"""Put a user's text on one line, shorten it, and escape what Matplotlib would read as mathematics.

    Args:
        text: any value.
        max_length: the maximal number of characters; an ellipsis replaces the middle of a longer text.

    Example:
        >>> plain_text("a_$1$"), plain_text("a name that is far too long", max_length=12)
        ('a_\\$1\\$', 'a name… long')
    """
    line = " ".join(str(text).split()) or repr(text)
    if len(line) > max_length:
        line = f"{line[: max_length // 2]}…{line[-(max_length - max_length // 2 - 1) :]}"
    return line.replace("$", r"\$")


def axis_label(objective: Objective) -> str:
    """An axis label: name, unit and the better direction; on two lines if the name is long."""
    name, better = name_with_unit(objective), "higher" if objective.goal == "maximize" else "lower"
    return f"{name}{' ' if len(name) <= MAX_LENGTH_ON_ONE_LINE else chr(10)}({better} is better)"


def name_with_unit(objective: Objective) -> str:
    """An objective's name, with its unit."""
    return plain_text(objective.name) + (f" [{plain_text(objective.unit, 12)}]" if objective.unit else "")


def short_text(value: Any) -> str:
    """A number with at most four digits; any other value as short text."""
    return f"{value:.4g}" if isinstance(value, float) else plain_text(value, 14)
