"""The objectives that several studies have in common, so that they can be compared."""

from __future__ import annotations

from collections.abc import Sequence

from paretune.errors import InvalidInputError
from paretune.number_format import MAX_DIGITS, format_number
from paretune.objectives import Maximize, Objective, Objectives


def common_objectives(studies: Sequence[tuple[str, Objectives]]) -> Objectives:
    """Return the objectives of all studies. A unit that one study lacks is taken from the others.

    Args:
        studies: the name and the objectives of each study; at least one.

    Raises:
        InvalidInputError: two studies have different objectives, limits or units; the message says which, and what to
            do.

    Example:
        >>> from paretune import Minimize
        >>> common_objectives([(unit, Objectives([Minimize("latency", unit=unit)])) for unit in ("", "s")])[0].unit
        's'
    """
    (name, objectives), *others = studies
    for other_name, other in others:
        if [(o.goal, o.name) for o in objectives] != [(o.goal, o.name) for o in other]:
            raise InvalidInputError(
                f"different objectives cannot be compared: {name} is to {_describe_goals(objectives)}, "
                f"{other_name} to {_describe_goals(other)}"
            )
        for first, second in zip(objectives, other, strict=True):
            if difference := _describe_difference(name, first, other_name, second):
                raise InvalidInputError(difference)
        objectives = Objectives(
            [first if first.unit else second for first, second in zip(objectives, other, strict=True)]
        )
    return objectives


def _describe_difference(name: str, first: Objective, other_name: str, second: Objective) -> str:
    """Describe the difference between two objectives of one name, and what to do; empty if there is none."""
    if first.limit != second.limit:
        option = "at-least" if isinstance(first, Maximize) else "at-most"
        limit = second.limit if first.limit is None else first.limit
        return (
            f"different limits cannot be compared: {name} has {_describe_limit(first)}, "
            f"{other_name} {_describe_limit(second)}: give both the same limit, such as --{option} "
            f"{first.name}={_format_exactly(limit)}"
        )
    if first.unit and second.unit and first.unit != second.unit:
        units = f"{first.name} is in {first.unit} in {name}, in {second.unit} in {other_name}"
        return f"different units cannot be compared: {units}: convert one of them"
    return ""


def _describe_goals(objectives: Objectives) -> str:
    return ", ".join(f"{o.goal} {o.name}" for o in objectives)


def _describe_limit(objective: Objective) -> str:
    if objective.limit is None:
        return f"no limit of {objective.name}"
    bound = "at least" if isinstance(objective, Maximize) else "at most"
    return f"{objective.name} {bound} {_format_exactly(objective.limit)}"


def _format_exactly(limit: float | None) -> str:
    """Format a limit with all its digits."""
    return "" if limit is None else format_number(limit, min_digits=MAX_DIGITS)
