"""The parameters that tables and pictures show: all of them, or the most important ones of very many."""

from __future__ import annotations

from paretune.reports.summary import Summary

MAX_PARAMETERS = 15


def shown_parameters(summary: Summary) -> tuple[str, ...]:
    """Return the names of at most 15 parameters: the most important ones, in the order of the space."""
    space = tuple(summary.trials.space)
    if len(space) <= MAX_PARAMETERS:
        return space
    importance = summary.importance
    chosen = set(space[:MAX_PARAMETERS] if importance is None else importance.most_important(MAX_PARAMETERS))
    return tuple(name for name in space if name in chosen)


def left_out_sentence(summary: Summary, file_name: str) -> str:
    """Say how many parameters are shown and where the others are; empty if all are shown."""
    n = len(summary.trials.space)
    if n <= MAX_PARAMETERS:
        return ""
    is_known = summary.importance is not None and any(o.is_predicted for o in summary.importance.outcomes.values())
    which = "most important" if is_known else "first"
    return f"Tables and pictures show the {which} {MAX_PARAMETERS} of {n:,} parameters; {file_name} has all of them."
