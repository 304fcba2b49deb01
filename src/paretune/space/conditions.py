"""Conditions of parameters: the values of other parameters with which a parameter exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paretune.errors import InvalidInputError
from paretune.space.parameter import Parameter
from paretune.space.values import Conditions, is_same_value


def check_parents(name: str, parameter: Parameter, before: Mapping[str, Parameter]) -> dict[str, list[Any]]:
    """Return the conditions of a parameter, with the values in the types of the parameters that they name.

    Args:
        name: of the parameter.
        parameter: the parameter.
        before: the parameters before it, by name.

    Raises:
        InvalidInputError: a condition names a parameter that does not come before, or values that it does not have.
    """
    for parent, values in parameter.when.items():
        if parent not in before:
            raise InvalidInputError(f"{name} depends on {parent!r}, which must be a parameter that comes before it")
        if not values:
            raise InvalidInputError(f"{name}: the condition on {parent} must have at least one value")
        if before[parent].n_levels is None:
            raise InvalidInputError(
                f"{name}: the condition on {parent} would never hold, because {parent} is continuous: "
                f"give {parent} a step, or make it an int or categorical"
            )
    return {
        parent: [before[parent].check(f"{name}: the condition on {parent}", value) for value in values]
        for parent, values in parameter.when.items()
    }


def can_hold(parent: str, allowed: tuple[Any, ...], values: Mapping[str, Any]) -> bool:
    """Whether a condition on a parameter can hold, given the values of some parameters."""
    return parent not in values or any(is_same_value(values[parent], value) for value in allowed)


def describe_conditions(when: Conditions) -> str:
    """Describe conditions in words: ``optimizer is 'sgd' or 'adam' and layers is 2``."""
    return " and ".join(f"{parent} is {' or '.join(map(repr, values))}" for parent, values in when.items())
