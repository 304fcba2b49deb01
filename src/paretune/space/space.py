"""The space of configurations: parameters by name, some of which exist only with certain values of others."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import fields
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError
from paretune.space.categorical import Categorical
from paretune.space.numeric import Float, Int
from paretune.space.parameter import Parameter
from paretune.space.pinned import PinnedParameter
from paretune.space.values import Conditions, check_text, is_same_value

Params: TypeAlias = Mapping[str, Any]

_KINDS = (Float, Int, Categorical, PinnedParameter)
_TYPES: dict[str, type[Float | Int | Categorical]] = {kind.type: kind for kind in (Float, Int, Categorical)}


class Space(Mapping[str, Parameter]):
    """The parameters of a search, by name.

    A parameter comes after all parameters that its conditions name. In the unit cube, a parameter that does not exist
    in a configuration is NaN.

    Args:
        parameters: the parameters, by name.

    Example:
        >>> space = Space({"optimizer": Categorical(["sgd", "adam"]),
        ...                "momentum": Float(0.0, 0.99, when={"optimizer": "sgd"})})
        >>> space.decode([[0.1, 0.5], [0.9, 0.5]])
        [{'optimizer': 'sgd', 'momentum': 0.495}, {'optimizer': 'adam'}]
    """

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        if not isinstance(parameters, Mapping):
            raise InvalidInputError(f"a space must be a mapping of names to parameters, but is {parameters!r}")
        if not parameters:
            raise InvalidInputError("a space needs at least one parameter")
        seen: dict[str, Parameter] = {}
        for name, parameter in parameters.items():
            if not isinstance(name, str) or not isinstance(parameter, _KINDS):
                raise InvalidInputError(f"parameter {name!r} must be a Float, Int or Categorical, but is {parameter!r}")
            check_text("the name of a parameter", name, may_be_empty=True)
            seen[name] = parameter.with_conditions(_check_conditions(name, parameter, seen))
        self._parameters = seen

    @classmethod
    def of(cls, parameters: Space | Mapping[str, Parameter]) -> Space:
        """Return the space itself, or make one of these parameters."""
        return parameters if isinstance(parameters, Space) else cls(parameters)

    def __getitem__(self, name: str) -> Parameter:
        return self._parameters[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def __repr__(self) -> str:
        return f"Space({self._parameters!r})"

    def is_active(self, name: str, params: Params) -> bool:
        """Check whether a parameter exists, given the values of the parameters before it."""
        return all(
            parent in params and any(is_same_value(params[parent], value) for value in values)
            for parent, values in self[name].when.items()
        )

    def check(self, params: Params) -> dict[str, Any]:
        """Return the configuration with the parameters in this space's order and types.

        Raises:
            InvalidInputError: a parameter is missing, unknown, out of its range, or cannot exist in this configuration.
        """
        self._check_names(params)
        checked: dict[str, Any] = {}
        for name, parameter in self.items():
            if self.is_active(name, checked):
                if name not in params:
                    raise InvalidInputError(f"parameter {name} is missing")
                checked[name] = parameter.check(name, params[name])
            elif name in params:
                raise InvalidInputError(f"parameter {name} does not exist unless {describe_conditions(parameter.when)}")
        return checked

    def contains(self, params: Params) -> bool:
        """Check whether `check` accepts the configuration."""
        try:
            self.check(params)
        except InvalidInputError:
            return False
        return True

    def encode(self, configurations: Sequence[Params]) -> NDArray[np.float64]:
        """Return the positions of configurations in the unit cube.

        Args:
            configurations: ``n`` configurations of this space, as `check` returns them.

        Returns:
            ``n x d``; NaN where a parameter does not exist.
        """
        X = np.full((len(configurations), len(self)), np.nan)
        for j, (name, parameter) in enumerate(self.items()):
            rows = [i for i, params in enumerate(configurations) if name in params]
            if rows:
                X[rows, j] = parameter.encode([configurations[i][name] for i in rows])
        return X

    def decode(self, X: ArrayLike) -> list[dict[str, Any]]:
        """Return the configurations at points of the unit cube; coordinates of absent parameters are ignored.

        Args:
            X: ``n x d``, in [0, 1].

        Returns:
            ``n`` configurations.
        """
        points = np.nan_to_num(np.atleast_2d(np.asarray(X, float)), nan=0.5)
        columns = {name: parameter.decode(points[:, j]) for j, (name, parameter) in enumerate(self.items())}
        configurations: list[dict[str, Any]] = [{} for _ in points]
        for i, params in enumerate(configurations):
            for name in self:
                if self.is_active(name, params):
                    params[name] = columns[name][i]
        return configurations

    def snap(self, X: ArrayLike) -> NDArray[np.float64]:
        """Move points of the unit cube to the nearest configurations.

        Args:
            X: ``n x d``, in [0, 1].

        Returns:
            ``n x d``: the middles of cells for parameters with levels, NaN where a parameter does not exist.
        """
        points = np.asarray(np.nan_to_num(np.atleast_2d(np.array(X, float)), nan=0.5))
        names = list(self)
        for j, parameter in enumerate(self.values()):
            points[:, j] = parameter.encode(parameter.decode(points[:, j]))
            for parent, values in parameter.when.items():
                holds = np.isin(points[:, names.index(parent)], self[parent].encode(values))
                points[~holds, j] = np.nan
        return points

    @property
    def is_finite(self) -> bool:
        """Whether the number of configurations is finite."""
        return all(parameter.n_levels is not None for parameter in self.values())

    def n_configurations(self, at_most: int = 100_000) -> float:
        """Count the configurations; infinity if a parameter is continuous, or if there are more than ``at_most``."""
        if not self.is_finite:
            return math.inf
        if not any(parameter.when for parameter in self.values()):
            count = math.prod(parameter.n_levels or 1 for parameter in self.values())
        else:
            count = sum(1 for _ in itertools.islice(self.configurations(), at_most + 1))
        return count if count <= at_most else math.inf

    def configurations(self) -> Iterator[dict[str, Any]]:
        """Iterate over every configuration of a finite space, each once.

        Raises:
            InvalidInputError: a parameter is continuous.
        """
        if not self.is_finite:
            raise InvalidInputError(
                "a space with a continuous parameter has no list of configurations: give the parameter a step"
            )

        def extend(params: dict[str, Any], names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
            if not names:
                yield params
            elif not self.is_active(names[0], params):
                yield from extend(params, names[1:])
            else:
                parameter = self[names[0]]
                for cell in range(parameter.n_levels or 1):
                    yield from extend({**params, names[0]: parameter.level(cell)}, names[1:])

        return extend({}, tuple(self))

    def fix(self, values: Params) -> Space:
        """Return a space in which some parameters have one value, which may lie outside their range.

        Parameters that cannot exist with these values are removed. To keep all parameters and their positions in the
        unit cube, use `pin`.

        Raises:
            InvalidInputError: a name is unknown, or the parameter cannot exist with the other values.
        """
        self._check_names(values)
        parameters: dict[str, Parameter] = {}
        for name, parameter in self.items():
            unmet = [
                p for p, allowed in parameter.when.items() if p not in parameters or not _holds(p, allowed, values)
            ]
            if unmet and name in values:
                raise InvalidInputError(f"parameter {name} does not exist unless {describe_conditions(parameter.when)}")
            if not unmet:
                remaining = {  # a fixed parameter that has conditions may still be absent
                    p: values.get(p, allowed)
                    for p, allowed in parameter.when.items()
                    if p not in values or parameters[p].when
                }
                with _prefix_errors(name):
                    part = parameter.fix(values[name]) if name in values else parameter
                parameters[name] = part.with_conditions(remaining)
        return Space(parameters)

    def pin(self, values: Params) -> Space:
        """Return the part of this space in which some parameters, if they exist, have these values.

        Unlike `fix`, this keeps every parameter and its position in the unit cube.

        Raises:
            InvalidInputError: a name is unknown, or a value is out of its parameter's range.
        """
        self._check_names(values)
        pinned = {name: PinnedParameter(self[name], self[name].check(name, value)) for name, value in values.items()}
        part = copy(self)  # not Space(...), which checks the conditions and would miss the other values
        part._parameters = {**self._parameters, **pinned}  # noqa: SLF001 (our own copy)
        return part

    def _check_names(self, values: Params) -> None:
        """Raise an `InvalidInputError` that names the first unknown parameter."""
        if not isinstance(values, Mapping):
            raise InvalidInputError(f"values must be a mapping of parameter names to values, but are {values!r}")
        for name in values:
            if name not in self:
                raise InvalidInputError(f"unknown parameter {name!r}; the space has {', '.join(self)}")

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """Return a plain description that JSON or YAML can hold; `from_dict` reads it."""
        return {name: parameter.to_dict() for name, parameter in self.items()}

    @classmethod
    def from_dict(cls, described: Mapping[str, Mapping[str, Any]]) -> Space:
        """Make a space from the description that `to_dict` returns.

        Raises:
            InvalidInputError: the description of a parameter is wrong; the message names the parameter.

        Example:
            >>> Space.from_dict({"x": {"type": "float", "low": 0.0, "high": 1.0}})["x"].high
            1.0
        """
        parameters: dict[str, Parameter] = {}
        for name, entry in described.items():
            if not isinstance(entry, Mapping):
                raise InvalidInputError(f"{name} must be described by a mapping with a type, but is {entry!r}")
            arguments = dict(entry)
            kind = arguments.pop("type", None)
            if kind not in _TYPES:
                raise InvalidInputError(f"{name}: type must be one of {', '.join(_TYPES)}, but is {kind!r}")
            known = [f.name for f in fields(_TYPES[kind])]
            unknown = [key for key in arguments if key not in known]
            if unknown:
                raise InvalidInputError(f"{name}: unknown key {unknown[0]!r}; a {kind} has {', '.join(known)}")
            with _prefix_errors(name):
                parameters[name] = _TYPES[kind](**arguments)
        return cls(parameters)


@contextmanager
def _prefix_errors(name: str) -> Iterator[None]:
    """Begin the message of an error with the parameter's name."""
    try:
        yield
    except (TypeError, InvalidInputError) as error:
        raise InvalidInputError(f"{name}: {error}") from error


def _check_conditions(name: str, parameter: Parameter, before: Mapping[str, Parameter]) -> dict[str, list[Any]]:
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


def _holds(parent: str, allowed: tuple[Any, ...], values: Params) -> bool:
    return parent not in values or any(is_same_value(values[parent], value) for value in allowed)


def describe_conditions(when: Conditions) -> str:
    """Describe conditions in words: ``optimizer is 'sgd' or 'adam' and layers is 2``."""
    return " and ".join(f"{parent} is {' or '.join(map(repr, values))}" for parent, values in when.items())
