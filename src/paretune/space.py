"""What may vary: the parameters of a search, and their places in the unit cube."""

from __future__ import annotations

import itertools
import math
import numbers
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError

Params: TypeAlias = Mapping[str, Any]
When: TypeAlias = Mapping[str, Any]


def _conditions(when: When) -> dict[str, tuple[Any, ...]]:
    return {
        parent: tuple(values) if isinstance(values, (tuple, list)) else (values,) for parent, values in when.items()
    }


def _number(name: str, value: Any) -> float:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise InvalidInputError(f"{name} must be a number, but is {value!r}")
    if not math.isfinite(value):
        raise InvalidInputError(f"{name} must be finite, but is {value!r}")
    return float(value)


def _centres(cells: ArrayLike, n_levels: int) -> NDArray[np.float64]:
    """The middles of ``n_levels`` equal cells of the unit interval."""
    return (np.asarray(cells, dtype=float) + 0.5) / n_levels


def _cells(unit: ArrayLike, n_levels: int) -> NDArray[np.int64]:
    cells = np.clip(np.floor(np.asarray(unit, dtype=float) * n_levels), 0, n_levels - 1)
    return np.asarray(cells, dtype=np.int64)


@dataclass(frozen=True)
class Float:
    """A real parameter between two bounds, both included.

    Args:
        low: lower bound.
        high: upper bound.
        log: search on a logarithmic scale; needs ``low > 0``.
        step: where given, only ``low``, ``low + step``, ... are tried.
        when: the parameter exists only when each parent named here has (one of) the given values.

    Example:
        >>> Float(1e-4, 1.0, log=True).encode([0.01]).round(3).tolist()
        [0.5]
    """

    type: ClassVar[str] = "float"
    low: float
    high: float
    log: bool = False
    step: float | None = None
    when: When = field(default_factory=dict)

    def __post_init__(self) -> None:
        low, high = _number("low", self.low), _number("high", self.high)
        if low > high or not math.isfinite(high - low):
            raise InvalidInputError(f"low must not exceed high and their range be finite: {low!r} to {high!r}")
        if self.log and (low <= 0 or self.step is not None):
            raise InvalidInputError("log=True needs low > 0 and no step")
        if self.step is not None:
            step = _number("step", self.step)
            if step <= 0:
                raise InvalidInputError(f"step must be positive, but is {step!r}")
            object.__setattr__(self, "step", step)
            high = low + step * math.floor((high - low) / step + 1e-9)
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)
        object.__setattr__(self, "when", _conditions(self.when))

    @property
    def n_levels(self) -> int | None:
        """How many values there are; None where there is a continuum."""
        if self.low == self.high:
            return 1
        return None if self.step is None else round((self.high - self.low) / self.step) + 1

    @property
    def is_nominal(self) -> bool:
        """Whether the values have no order."""
        return False

    def encode(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Places of the values in the unit interval."""
        if self.n_levels is not None:
            return _centres(np.round((np.asarray(values, float) - self.low) / (self.step or 1.0)), self.n_levels)
        scale = np.log if self.log else np.asarray
        low, high = scale(self.low), scale(self.high)
        return np.asarray((scale(np.asarray(values, float)) - low) / (high - low), float)

    def decode(self, unit: ArrayLike) -> list[float]:
        """Values at places of the unit interval."""
        if self.n_levels is not None:
            values = self.low + _cells(unit, self.n_levels) * (self.step or 0.0)
        elif self.log:
            low, high = math.log(self.low), math.log(self.high)
            values = np.exp(low + np.asarray(unit, float) * (high - low))
        else:
            values = self.low + np.asarray(unit, float) * (self.high - self.low)
        return [float(value) for value in np.clip(values, self.low, self.high)]

    def check(self, name: str, value: Any) -> float:
        """The value as a float; an `InvalidInputError` if it is none of this parameter's."""
        number = _number(name, value)
        if not self.low <= number <= self.high:
            raise InvalidInputError(f"{name} must be between {self.low:g} and {self.high:g}, but is {value!r}")
        if self.step is not None:
            cell = (number - self.low) / self.step
            if abs(cell - round(cell)) > 1e-8 * max(1.0, abs(cell)):
                raise InvalidInputError(
                    f"{name} must be {self.low:g} plus a multiple of {self.step:g}, but is {value!r}"
                )
        return number

    def only(self, value: Any) -> Float:
        """The same parameter with this value alone."""
        return Float(value, value, log=self.log, when=self.when)


@dataclass(frozen=True)
class Int:
    """A whole-number parameter between two bounds, both included.

    Args:
        low: lower bound.
        high: upper bound.
        log: search on a logarithmic scale; needs ``low >= 1``.
        step: only ``low``, ``low + step``, ... are tried.
        when: the parameter exists only when each parent named here has (one of) the given values.

    Example:
        >>> Int(8, 32).encode([8, 32]).tolist()
        [0.02, 0.98]
    """

    type: ClassVar[str] = "int"
    low: int
    high: int
    log: bool = False
    step: int = 1
    when: When = field(default_factory=dict)

    def __post_init__(self) -> None:
        for bound in ("low", "high", "step"):
            object.__setattr__(self, bound, _whole(bound, getattr(self, bound)))
        if self.low > self.high or self.step < 1:
            raise InvalidInputError(
                f"low must not exceed high and step be at least 1: {self.low} to {self.high} by {self.step}"
            )
        if self.log and (self.low < 1 or self.step != 1):
            raise InvalidInputError("log=True needs low >= 1 and no step")
        object.__setattr__(self, "high", self.low + (self.high - self.low) // self.step * self.step)
        object.__setattr__(self, "when", _conditions(self.when))

    @property
    def n_levels(self) -> int:
        """How many values there are."""
        return (self.high - self.low) // self.step + 1

    @property
    def is_nominal(self) -> bool:
        """Whether the values have no order."""
        return False

    def _log_bounds(self) -> tuple[float, float]:
        return math.log(self.low - 0.5), math.log(self.high + 0.5)

    def encode(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Places of the values in the unit interval: each level is the middle of its cell."""
        numbers_ = np.asarray(values, float)
        if self.log:
            low, high = self._log_bounds()
            return np.asarray((np.log(numbers_) - low) / (high - low), float)
        return _centres((numbers_ - self.low) / self.step, self.n_levels)

    def decode(self, unit: ArrayLike) -> list[int]:
        """Values at places of the unit interval."""
        if self.log:
            low, high = self._log_bounds()
            places = np.round(np.exp(low + np.asarray(unit, float) * (high - low)))
            return [int(value) for value in np.clip(places, self.low, self.high)]
        return [self.low + cell * self.step for cell in _cells(unit, self.n_levels).tolist()]

    def check(self, name: str, value: Any) -> int:
        """The value as an int; an `InvalidInputError` if it is none of this parameter's."""
        number = _whole(name, value)
        if not self.low <= number <= self.high:
            raise InvalidInputError(f"{name} must be between {self.low} and {self.high}, but is {value!r}")
        if (number - self.low) % self.step:
            raise InvalidInputError(f"{name} must be {self.low} plus a multiple of {self.step}, but is {value!r}")
        return number

    def only(self, value: Any) -> Int:
        """The same parameter with this value alone."""
        return Int(value, value, log=self.log, when=self.when)


def _whole(name: str, value: Any) -> int:
    number = _number(name, value)
    if number != math.floor(number):
        raise InvalidInputError(f"{name} must be a whole number, but is {value!r}")
    return int(value)


@dataclass(frozen=True)
class Categorical:
    """A parameter that takes one of some choices.

    Args:
        choices: the values: strings, numbers, booleans or None.
        ordered: whether the choices stand in an order that matters; found out if None: three or more numbers
            do, in the order of their size.
        when: the parameter exists only when each parent named here has (one of) the given values.

    Example:
        >>> Categorical(["relu", "tanh"]).is_nominal, Categorical([64, 16, 32]).is_nominal
        (True, False)
    """

    type: ClassVar[str] = "categorical"
    choices: Sequence[Any]
    ordered: bool | None = None
    when: When = field(default_factory=dict)

    def __post_init__(self) -> None:
        if isinstance(self.choices, str) or not self.choices:
            raise InvalidInputError(f"choices must be a list of at least one value, but is {self.choices!r}")
        choices = tuple(c.item() if isinstance(c, np.generic) else c for c in self.choices)
        for i, choice in enumerate(choices):
            is_nan = isinstance(choice, float) and math.isnan(choice)
            if is_nan or not isinstance(choice, (str, bool, int, float, type(None))):
                raise InvalidInputError(f"a choice must be a string, number, boolean or None, but is {choice!r}")
            if any(_same(choice, other) for other in choices[:i]):
                raise InvalidInputError(f"choices must differ, but {choice!r} stands twice")
        if self.ordered is None:
            are_numbers = all(isinstance(c, (int, float)) and not isinstance(c, bool) for c in choices)
            object.__setattr__(self, "ordered", are_numbers and len(choices) >= 3)
            choices = tuple(sorted(choices)) if are_numbers and len(choices) >= 3 else choices
        object.__setattr__(self, "choices", choices)
        object.__setattr__(self, "when", _conditions(self.when))

    @property
    def n_levels(self) -> int:
        """How many values there are."""
        return len(self.choices)

    @property
    def is_nominal(self) -> bool:
        """Whether the values have no order."""
        return not self.ordered

    def encode(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Places of the values in the unit interval: each choice is the middle of its cell."""
        cells = [next(i for i, choice in enumerate(self.choices) if _same(choice, value)) for value in values]
        return _centres(cells, self.n_levels)

    def decode(self, unit: ArrayLike) -> list[Any]:
        """Values at places of the unit interval."""
        return [self.choices[cell] for cell in _cells(unit, self.n_levels)]

    def check(self, name: str, value: Any) -> Any:
        """The choice that equals the value; an `InvalidInputError` if it is none of this parameter's."""
        for choice in self.choices:
            if _same(choice, value):
                return choice
        raise InvalidInputError(f"{name} must be one of {', '.join(map(repr, self.choices))}, but is {value!r}")

    def only(self, value: Any) -> Categorical:
        """The same parameter with this value alone."""
        return Categorical((value,), when=self.when)


def _same(a: Any, b: Any) -> bool:
    """Equality that tells True from 1: they are different choices."""
    return bool(isinstance(a, (bool, np.bool_)) == isinstance(b, (bool, np.bool_)) and a == b)


Parameter: TypeAlias = Float | Int | Categorical
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
        if not parameters:
            raise InvalidInputError("a space needs at least one parameter")
        self._parameters = dict(parameters)
        seen: dict[str, Parameter] = {}
        for name, parameter in self._parameters.items():
            if not isinstance(name, str) or not isinstance(parameter, (Float, Int, Categorical)):
                raise InvalidInputError(f"parameter {name!r} must be a Float, Int or Categorical, but is {parameter!r}")
            for parent, values in parameter.when.items():
                if parent not in seen:
                    raise InvalidInputError(
                        f"{name} depends on {parent!r}, which must be a parameter that stands before it"
                    )
                for value in values:
                    seen[parent].check(f"{name}: the condition on {parent}", value)
            seen[name] = parameter

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
            parent in params and any(_same(params[parent], value) for value in values)
            for parent, values in self[name].when.items()
        )

    def check(self, params: Params) -> dict[str, Any]:
        """The configuration in the space's order and types.

        Raises:
            InvalidInputError: a parameter is missing, unknown, inactive or out of its range.
        """
        unknown = [name for name in params if name not in self]
        if unknown:
            raise InvalidInputError(f"unknown parameter {unknown[0]!r}; the space has {', '.join(self)}")
        checked: dict[str, Any] = {}
        for name, parameter in self.items():
            if self.is_active(name, checked):
                if name not in params:
                    raise InvalidInputError(f"parameter {name} is missing")
                checked[name] = parameter.check(name, params[name])
            elif name in params:
                raise InvalidInputError(f"parameter {name} does not exist unless {_conditions_text(parameter.when)}")
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
                n_levels = parameter.n_levels or 1
                for value in parameter.decode(_centres(np.arange(n_levels), n_levels)):
                    yield from extend({**params, names[0]: value}, names[1:])

        return extend({}, tuple(self))

    def fix(self, values: Params) -> Space:
        """The same space with some parameters held at one value, also outside the range that was searched.

        Conditions on a fixed parameter are settled: what it rules out leaves the space.

        Raises:
            InvalidInputError: a name is unknown, or ruled out by another fixed value.
        """
        for name in values:
            if name not in self:
                raise InvalidInputError(f"unknown parameter {name!r}; the space has {', '.join(self)}")
        parameters: dict[str, Parameter] = {}
        for name, parameter in self.items():
            gone = [p for p, allowed in parameter.when.items() if p not in parameters or not _holds(p, allowed, values)]
            if gone and name in values:
                raise InvalidInputError(f"parameter {name} does not exist unless {_conditions_text(parameter.when)}")
            if not gone:
                open_ = {p: allowed for p, allowed in parameter.when.items() if p not in values}
                settled = replace(parameter, when=open_)
                parameters[name] = settled.only(values[name]) if name in values else settled
        return Space(parameters)

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
            arguments = dict(entry)
            kind = arguments.pop("type", None)
            if kind not in _TYPES:
                raise InvalidInputError(f"{name}: type must be one of {', '.join(_TYPES)}, but is {kind!r}")
            known = [f.name for f in fields(_TYPES[kind])]
            unknown = [key for key in arguments if key not in known]
            if unknown:
                raise InvalidInputError(f"{name}: unknown key {unknown[0]!r}; a {kind} has {', '.join(known)}")
            try:
                parameters[name] = _TYPES[kind](**arguments)
            except TypeError as error:
                raise InvalidInputError(f"{name}: {error}") from error
            except InvalidInputError as error:
                raise InvalidInputError(f"{name}: {error}") from error
        return cls(parameters)


def _holds(parent: str, allowed: tuple[Any, ...], values: Params) -> bool:
    return parent not in values or any(_same(values[parent], value) for value in allowed)


def _conditions_text(when: When) -> str:
    return " and ".join(f"{parent} is {' or '.join(map(repr, values))}" for parent, values in when.items())
