"""Do studies want the same, so that they can be compared?"""

from __future__ import annotations

from collections.abc import Sequence

from paretune.digits import MOST, written
from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Objective, Objectives


def agreed(wanted: Sequence[tuple[str, Objectives]]) -> Objectives:
    """What all studies want. A unit that one of them does not tell is that of the others.

    Args:
        wanted: of each study its name and its objectives; one at least.

    Raises:
        InvalidInputError: two of them want different things; the message says which, and what to do.

    Example:
        >>> from paretune import Minimize
        >>> agreed([(unit, Objectives([Minimize("latency", unit=unit)])) for unit in ("", "s")])[0].unit
        's'
    """
    (name, objectives), *others = wanted
    for other_name, other in others:
        if [(o.goal, o.name) for o in objectives] != [(o.goal, o.name) for o in other]:
            raise InvalidInputError(
                f"different objectives cannot be compared: {name} is to {_goals(objectives)}, "
                f"{other_name} to {_goals(other)}"
            )
        for ours, theirs in zip(objectives, other, strict=True):
            if difference := _difference(name, ours, other_name, theirs):
                raise InvalidInputError(difference)
        objectives = Objectives([ours if ours.unit else theirs for ours, theirs in zip(objectives, other, strict=True)])
    return objectives


def _difference(name: str, ours: Objective, other_name: str, theirs: Objective) -> str:
    """What is different about one objective, and what to do; empty where nothing is."""
    if ours.limit != theirs.limit:
        option = "at-least" if isinstance(ours, Maximize) else "at-most"
        limit = theirs.limit if ours.limit is None else ours.limit
        return (
            f"different limits cannot be compared: {name} has {_limit(ours)}, {other_name} {_limit(theirs)}: "
            f"give both one, such as --{option} {ours.name}={_exactly(limit)}"
        )
    if ours.unit and theirs.unit and ours.unit != theirs.unit:
        told = f"{ours.name} is in {ours.unit} in {name}, in {theirs.unit} in {other_name}"
        return f"different units cannot be compared: {told}: bring both to one"
    return ""


def _goals(objectives: Objectives) -> str:
    return ", ".join(f"{o.goal} {o.name}" for o in objectives)


def _limit(objective: Objective) -> str:
    if objective.limit is None:
        return f"no limit of {objective.name}"
    bound = "at least" if isinstance(objective, Maximize) else "at most"
    return f"{objective.name} {bound} {_exactly(objective.limit)}"


def _exactly(limit: float | None) -> str:
    """A limit in all digits that someone gave it."""
    return "" if limit is None else written(limit, least=MOST)
