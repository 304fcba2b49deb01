"""Optuna's search spaces as ours, and ours as Optuna's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, Parameter, Space


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
    """Our space of Optuna's distributions by name.

    Raises:
        InvalidInputError: a value is no distribution of Optuna's, or a choice is no string, number, boolean or None.
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
            try:
                return Categorical(choices)
            except InvalidInputError as error:
                raise InvalidInputError(f"{name}: {error}; let words stand for other choices") from error
        case _:
            raise InvalidInputError(f"{name} must be one of Optuna's distributions, but is {distribution!r}")


def restrict(space: Space, names: Collection[str]) -> Space:
    """The space of some of the parameters; conditions on those left out are left out too."""
    return Space(
        {
            name: replace(parameter, when={p: values for p, values in parameter.when.items() if p in names})
            for name, parameter in space.items()
            if name in names
        }
    )
