"""What stands on an axis? Names as their users wrote them, and numbers short."""

from __future__ import annotations

from typing import Any

from paretune.objectives import Objective

LONGEST = 36
ONE_LINE = 20


def plain(text: Any, longest: int = LONGEST) -> str:
    r"""Text of a user on one line, no longer than it may be, in which Matplotlib finds no mathematics.

    Args:
        text: whatever is to be shown.
        longest: the most characters; what is cut out in the middle becomes an ellipsis.

    Example:
        >>> plain("a_$1$"), plain("a name that is far too long", longest=12)
        ('a_\\$1\\$', 'a name… long')
    """
    line = " ".join(str(text).split()) or repr(text)
    if len(line) > longest:
        line = f"{line[: longest // 2]}…{line[-(longest - longest // 2 - 1) :]}"
    return line.replace("$", r"\$")


def label(objective: Objective) -> str:
    """An axis label: name, unit and which way is better, on two lines where the name is long."""
    name, better = named(objective), "higher" if objective.goal == "maximize" else "lower"
    return f"{name}{' ' if len(name) <= ONE_LINE else chr(10)}({better} is better)"


def named(objective: Objective) -> str:
    """An objective's name, with its unit."""
    return plain(objective.name) + (f" [{plain(objective.unit, 12)}]" if objective.unit else "")


def short(value: Any) -> str:
    """A number in four digits at most, anything else as it is."""
    return f"{value:.4g}" if isinstance(value, float) else plain(value, 14)
