"""Conditions on objectives in one text, such as ``accuracy>=0.8 and latency<=0.1``."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.errors import InvalidInputError
from paretune.objectives import Objectives

_CONDITION = re.compile(r"\s*(\S.*?)\s*(>=|<=)\s*(\S+)\s*")
_BETWEEN = re.compile(r"\s+and\s+|,")


@dataclass(frozen=True)
class TargetCondition:
    """A bound of one objective: ``sign * value <= bound``, where ``sign * value`` is the loss.

    Args:
        column: of the objective.
        sign: 1 for an objective that is minimised, else -1.
        bound: the largest loss.
    """

    column: int
    sign: float
    bound: float


def parse_target(target: str, objectives: Objectives) -> list[TargetCondition]:
    """Parse conditions on objectives; none in an empty text.

    Raises:
        InvalidInputError: a condition names no objective, has the wrong direction, or no number.

    Example:
        >>> from paretune.objectives import Maximize
        >>> parse_target("accuracy>=0.8", Objectives([Maximize("accuracy")]))
        [TargetCondition(column=0, sign=-1.0, bound=-0.8)]
    """
    return [_parse_condition(word, objectives) for word in _split(target, objectives)]


def target_losses(target: str, objectives: Objectives) -> NDArray[np.float64]:
    """Return the largest loss of each objective that conditions allow: ``m`` losses, infinite without a condition.

    Raises:
        InvalidInputError: see `parse_target`.
    """
    losses = np.full(len(objectives), np.inf)
    for condition in parse_target(target, objectives):
        losses[condition.column] = min(losses[condition.column], condition.bound)
    return losses


def _parse_condition(word: str, objectives: Objectives) -> TargetCondition:
    parts = _CONDITION.fullmatch(word)
    name, relation, text = parts.groups() if parts else ("", "", "")
    if name not in objectives.names or not _is_number(text):
        raise InvalidInputError(
            f"{word.strip()!r} is no condition of a target: write {objectives.names[0]}>=0.5 and ..., with the "
            f"objectives {', '.join(objectives.names)}"
        )
    column = objectives.names.index(name)
    goal, sign = objectives[column].goal, objectives[column].sign
    expected = "<=" if sign > 0 else ">="
    if relation != expected:
        raise InvalidInputError(
            f"{name} is {goal}d, so write the target as {name}{expected}{text}, not {word.strip()!r}"
        )
    return TargetCondition(column, float(sign), sign * float(text))


def _split(target: str, objectives: Objectives) -> list[str]:
    """Split a target into its conditions; a name may contain a comma or an ``and`` itself."""
    names = "|".join(map(re.escape, sorted(objectives.names, key=len, reverse=True)))
    words, start = [], 0
    for between in _BETWEEN.finditer(target):
        condition = re.match(rf"\s*({names})\s*[<>]=", target[start:])
        if condition is None or between.start() >= start + condition.end():
            words.append(target[start : between.start()])
            start = between.end()
    return [*words, target[start:]] if target.strip() else []


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False
