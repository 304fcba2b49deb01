"""Conversion between Optuna's distributions and Paretune's spaces."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, Parameter, Space
from paretune.space.values import is_same_value


def to_distribution(parameter: Parameter) -> BaseDistribution:
    """The Optuna distribution of a parameter, without its conditions, which Optuna does not have."""
    match parameter:
        case Float(low=low, high=high, log=log, step=step):
            return FloatDistribution(low, high, log=log, step=step)
        case Int(low=low, high=high, log=log, step=step):
            return IntDistribution(low, high, log=log, step=step)
        case Categorical(choices=choices):
            return CategoricalDistribution(choices)
        case _:
            raise InvalidInputError(f"a parameter must be a Float, Int or Categorical, but is {parameter!r}")


def to_space(distributions: Mapping[str, BaseDistribution]) -> Space:
    """The space of Optuna distributions by name; its choices are those of `to_value`, without duplicates.

    Raises:
        InvalidInputError: a value is no Optuna distribution.
    """
    if not isinstance(distributions, Mapping):
        raise InvalidInputError(
            f"search_space must be a dict from names to Optuna distributions, but is {distributions!r}"
        )
    return Space({name: _to_parameter(name, distribution) for name, distribution in distributions.items()})


def _to_parameter(name: str, distribution: BaseDistribution) -> Parameter:
    match distribution:
        case FloatDistribution(low=low, high=high, log=log, step=step):
            return Float(low, high, log=log, step=step)
        case IntDistribution(low=low, high=high, log=log, step=step):
            return Int(low, high, log=log, step=step)
        case CategoricalDistribution(choices=choices):
            return Categorical(list(dict.fromkeys(map(to_value, choices))))  # Optuna takes 1 for True where both are
        case _:
            raise InvalidInputError(f"{name} must be an Optuna distribution, but is {distribution!r}")


def to_value(choice: Any) -> Any:
    """An Optuna choice as a value of a space: strings, numbers, booleans and None as they are, others as text.

    The text is JSON, which writes tuples as lists: a database returns them as lists, too.

    Example:
        >>> to_value("adam"), to_value(64), to_value((64, 32))
        ('adam', 64, '[64, 32]')
    """
    value = choice.item() if isinstance(choice, np.generic) else choice
    if isinstance(value, (str, int, type(None))) or (isinstance(value, float) and not math.isnan(value)):
        return value
    try:
        return json.dumps(value)
    except (TypeError, ValueError):  # an object that no database can hold
        return repr(value)


def matching_choices(distribution: BaseDistribution, value: Any) -> list[Any]:
    """The Optuna choices that a value of a space stands for; empty if the distribution has no such choice."""
    return [choice for choice in getattr(distribution, "choices", ()) if is_same_value(to_value(choice), value)]


def has_text_choices(distribution: BaseDistribution) -> bool:
    """Whether the space has text in place of some choice of a distribution."""
    return any(to_value(choice) is not choice for choice in getattr(distribution, "choices", ()))


def subset_space(space: Space, names: Collection[str]) -> Space:
    """The space of the named parameters; conditions and constraints on other parameters are dropped."""
    return Space(
        {
            name: parameter.with_conditions({p: values for p, values in parameter.when.items() if p in names})
            for name, parameter in space.items()
            if name in names
        },
        [constraint for constraint in space.constraints if constraint.weights.keys() <= set(names)],
    )
