"""Which configurations are there? Parameters by name, some of which exist only with others."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import fields, replace
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError
from paretune.space.parameters import Categorical, Float, Int, Parameter
from paretune.space.pinned import Held
from paretune.space.values import When, same

Params: TypeAlias = Mapping[str, Any]

_TYPES: dict[str, type[Parameter]] = {kind.type: kind for kind in (Float, Int, Categorical)}


class Space(Mapping[str, Parameter]):
    """The parameters of a search, by name.

    A parent stands before the parameters that depend on it. In the unit cube a parameter that does not exist
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
            if not isinstance(name, str) or not isinstance(parameter, (Float, Int, Categorical)):
                raise InvalidInputError(f"parameter {name!r} must be a Float, Int or Categorical, but is {parameter!r}")
            seen[name] = replace(parameter, when=_checked_conditions(name, parameter, seen))
        self._parameters = seen

    @classmethod
    def of(cls, parameters: Space | Mapping[str, Parameter]) -> Space:
        """The space itself, or of these parameters."""
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
        """Whether a parameter exists, given those that stand before it."""
        return all(
            parent in params and any(same(params[parent], value) for value in values)
            for parent, values in self[name].when.items()
        )

    def check(self, params: Params) -> dict[str, Any]:
        """The configuration in the space's order and types.

        Raises:
            InvalidInputError: a parameter is missing, unknown, inactive or out of its range.
        """
        self._know(params)
        checked: dict[str, Any] = {}
        for name, parameter in self.items():
            if self.is_active(name, checked):
                if name not in params:
                    raise InvalidInputError(f"parameter {name} is missing")
                checked[name] = parameter.check(name, params[name])
            elif name in params:
                raise InvalidInputError(f"parameter {name} does not exist unless {conditions_text(parameter.when)}")
        return checked

    def contains(self, params: Params) -> bool:
        """Whether `check` would pass."""
        try:
            self.check(params)
        except InvalidInputError:
            return False
        return True

    def encode(self, configurations: Sequence[Params]) -> NDArray[np.float64]:
        """Places in the unit cube.

        Args:
            configurations: ``n`` configurations of this space (as `check` leaves them).

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
        """Configurations at places of the unit cube; coordinates of parameters that do not exist are ignored.

        Args:
            X: ``n x d``, in [0, 1].
        """
        places = np.nan_to_num(np.atleast_2d(np.asarray(X, float)), nan=0.5)
        columns = {name: parameter.decode(places[:, j]) for j, (name, parameter) in enumerate(self.items())}
        configurations: list[dict[str, Any]] = [{} for _ in places]
        for i, params in enumerate(configurations):
            for name in self:
                if self.is_active(name, params):
                    params[name] = columns[name][i]
        return configurations

    def snap(self, X: ArrayLike) -> NDArray[np.float64]:
        """The nearest places of real configurations: levels exactly, NaN where a parameter does not exist.

        Args:
            X: ``n x d``, in [0, 1].
        """
        places = np.asarray(np.nan_to_num(np.atleast_2d(np.array(X, float)), nan=0.5))
        names = list(self)
        for j, parameter in enumerate(self.values()):
            places[:, j] = parameter.encode(parameter.decode(places[:, j]))
            for parent, values in parameter.when.items():
                holds = np.isin(places[:, names.index(parent)], self[parent].encode(values))
                places[~holds, j] = np.nan
        return places

    @property
    def is_finite(self) -> bool:
        """Whether there are only finitely many configurations."""
        return all(parameter.n_levels is not None for parameter in self.values())

    def n_configurations(self, at_most: int = 100_000) -> float:
        """How many configurations there are: infinity for a continuum or for more than ``at_most``."""
        if not self.is_finite:
            return math.inf
        if not any(parameter.when for parameter in self.values()):
            count = math.prod(parameter.n_levels or 1 for parameter in self.values())
        else:
            count = sum(1 for _ in itertools.islice(self.configurations(), at_most + 1))
        return count if count <= at_most else math.inf

    def configurations(self) -> Iterator[dict[str, Any]]:
        """Every configuration of a finite space, once each."""
        if not self.is_finite:
            raise InvalidInputError("a space with a continuous parameter has no list of configurations")

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
        """The same space with some parameters held at one value, also outside the range that was searched.

        Conditions on a fixed parameter are settled: what it rules out leaves the space.

        Raises:
            InvalidInputError: a name is unknown, or ruled out by another fixed value.
        """
        self._know(values)
        parameters: dict[str, Parameter] = {}
        for name, parameter in self.items():
            gone = [p for p, allowed in parameter.when.items() if p not in parameters or not _holds(p, allowed, values)]
            if gone and name in values:
                raise InvalidInputError(f"parameter {name} does not exist unless {conditions_text(parameter.when)}")
            if not gone:
                open_ = {  # a parent held at one value may still be absent
                    p: values.get(p, allowed)
                    for p, allowed in parameter.when.items()
                    if p not in values or parameters[p].when
                }
                with _naming(name):
                    only = parameter.only(values[name]) if name in values else parameter
                parameters[name] = replace(only, when=open_)
        return Space(parameters)

    def hold(self, values: Params) -> Space:
        """Of this space the configurations that have these values, wherever those parameters exist: to search among.

        Unlike `fix` it leaves every parameter, and where each stands in the unit cube.

        Raises:
            InvalidInputError: a name is unknown, or a value is none of its parameter's.
        """
        self._know(values)
        held = {name: Held(self[name], self[name].check(name, value)) for name, value in values.items()}
        part = copy(self)
        part._parameters = {**self._parameters, **cast("dict[str, Parameter]", held)}  # noqa: SLF001 (our own copy)
        return part

    def _know(self, values: Params) -> None:
        """An `InvalidInputError` that names the first unknown parameter."""
        if not isinstance(values, Mapping):
            raise InvalidInputError(f"values must be given by their parameters' names, but are {values!r}")
        for name in values:
            if name not in self:
                raise InvalidInputError(f"unknown parameter {name!r}; the space has {', '.join(self)}")

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """A plain description that JSON or YAML can hold; `from_dict` reads it."""
        described = {}
        for name, parameter in self.items():
            values = {f.name: getattr(parameter, f.name) for f in fields(parameter)}
            values = {k: list(v) if k == "choices" else v for k, v in values.items()}
            when = {parent: list(allowed) for parent, allowed in parameter.when.items()}
            described[name] = {"type": parameter.type, **values, "when": when}
        return described

    @classmethod
    def from_dict(cls, described: Mapping[str, Mapping[str, Any]]) -> Space:
        """The space of a plain description.

        Example:
            >>> Space.from_dict({"x": {"type": "float", "low": 0.0, "high": 1.0}})["x"].high
            1.0
        """
        parameters = {}
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
            with _naming(name):
                parameters[name] = _TYPES[kind](**arguments)
        return cls(parameters)


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Put the parameter's name before whatever is wrong with it."""
    try:
        yield
    except (TypeError, InvalidInputError) as error:
        raise InvalidInputError(f"{name}: {error}") from error


def _checked_conditions(name: str, parameter: Parameter, before: Mapping[str, Parameter]) -> dict[str, list[Any]]:
    for parent, values in parameter.when.items():
        if parent not in before:
            raise InvalidInputError(f"{name} depends on {parent!r}, which must be a parameter that stands before it")
        if not values:
            raise InvalidInputError(f"{name}: the condition on {parent} must have at least one value")
        if before[parent].n_levels is None:
            raise InvalidInputError(
                f"{name}: the condition on {parent} would never hold, as {parent} is a continuum: "
                f"give {parent} a step, or make it an int or categorical"
            )
    return {
        parent: [before[parent].check(f"{name}: the condition on {parent}", value) for value in values]
        for parent, values in parameter.when.items()
    }


def _holds(parent: str, allowed: tuple[Any, ...], values: Params) -> bool:
    return parent not in values or any(same(values[parent], value) for value in allowed)


def conditions_text(when: When) -> str:
    """Conditions in words: ``optimizer is 'sgd' or 'adam' and layers is 2``."""
    return " and ".join(f"{parent} is {' or '.join(map(repr, values))}" for parent, values in when.items())
