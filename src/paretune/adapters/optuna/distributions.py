"""Optuna's search spaces as ours, and ours as Optuna's."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import replace
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
from paretune.space.values import same


def to_distribution(parameter: Parameter) -> BaseDistribution:
    """Optuna's distribution of a parameter; its conditions, which Optuna does not know, are left out."""
    match parameter:
        case Float(low=low, high=high, log=log, step=step):
            return FloatDistribution(low, high, log=log, step=step)
        case Int(low=low, high=high, log=log, step=step):
            return IntDistribution(low, high, log=log, step=step)
        case Categorical(choices=choices):
            return CategoricalDistribution(choices)


def to_space(distributions: Mapping[str, BaseDistribution]) -> Space:
    """Our space of Optuna's distributions by name; choices as `to_value` has them, each once.

    Raises:
        InvalidInputError: a value is no distribution of Optuna's.
    """
    if not isinstance(distributions, Mapping):
        raise InvalidInputError(f"search_space must map names to Optuna's distributions, but is {distributions!r}")
    return Space({name: _parameter(name, distribution) for name, distribution in distributions.items()})


def _parameter(name: str, distribution: BaseDistribution) -> Parameter:
    match distribution:
        case FloatDistribution(low=low, high=high, log=log, step=step):
            return Float(low, high, log=log, step=step)
        case IntDistribution(low=low, high=high, log=log, step=step):
            return Int(low, high, log=log, step=step)
        case CategoricalDistribution(choices=choices):
            return Categorical(list(dict.fromkeys(map(to_value, choices))))  # Optuna takes 1 for True where both are
        case _:
            raise InvalidInputError(f"{name} must be one of Optuna's distributions, but is {distribution!r}")


def to_value(choice: Any) -> Any:
    """A choice of Optuna's as a space has it: itself, or its text where it is no string, number, boolean or None.

    The text is that of JSON, in which tuples are lists: so does a database give them back.

    Example:
        >>> to_value("adam"), to_value(64), to_value((64, 32))
        ('adam', 64, '[64, 32]')
    """
    value = choice.item() if isinstance(choice, np.generic) else choice
    if isinstance(value, (str, int, type(None))) or (isinstance(value, float) and not math.isnan(value)):
        return value
    try:
        return json.dumps(value)
    except (TypeError, ValueError):  # of objects that no database takes
        return repr(value)


def meant(distribution: BaseDistribution, value: Any) -> list[Any]:
    """The choices of Optuna's that a value of ours stands for; none where it is no categorical that has it."""
    return [choice for choice in getattr(distribution, "choices", ()) if same(to_value(choice), value)]


def has_texts(distribution: BaseDistribution) -> bool:
    """Whether a value of ours is not itself a choice, but stands for one."""
    return any(to_value(choice) is not choice for choice in getattr(distribution, "choices", ()))


def restrict(space: Space, names: Collection[str]) -> Space:
    """The space of some of the parameters; conditions on those left out are left out too."""
    return Space(
        {
            name: replace(parameter, when={p: values for p, values in parameter.when.items() if p in names})
            for name, parameter in space.items()
            if name in names
        }
    )
