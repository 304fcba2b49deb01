"""What values may one parameter take, and where do they stand in the unit interval?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError
from paretune.space.values import When, conditions, key, number, same, whole

MAX_LEVELS = 2**62  # what 64-bit cells hold; beyond 10**12 levels neighbours are taken for one another


@dataclass(frozen=True)
class Float:
    """A real parameter between two bounds, both included.

    Args:
        low: lower bound.
        high: upper bound.
        log: search on a logarithmic scale; needs ``low > 0``.
        step: where given, only ``low``, ``low + step``, ... are tried, counted in decimals: thrice 0.1 is 0.3.
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
        low, high = number("low", self.low), number("high", self.high)
        if low > high or not math.isfinite(high - low):
            raise InvalidInputError(f"low must not exceed high and their range be finite: {low!r} to {high!r}")
        if self.log and (low <= 0 or self.step is not None):
            raise InvalidInputError("log=True needs low > 0 and no step")
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)
        object.__setattr__(self, "when", conditions(self.when))
        if self.step is not None:
            step = number("step", self.step)
            if step <= 0:
                raise InvalidInputError(f"step must be positive, but is {step!r}")
            _check_levels((high - low) / step)
            object.__setattr__(self, "step", step)
            n_steps = (Decimal(repr(high)) - Decimal(repr(low))) / Decimal(repr(step))
            object.__setattr__(self, "high", self.level(int(n_steps + Decimal("1e-9"))))

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

    def level(self, cell: int) -> float:
        """The value of a cell; cells are counted from 0, where there is no continuum."""
        return float(Decimal(repr(self.low)) + cell * Decimal(repr(self.step or 0.0)))

    def cells(self, unit: ArrayLike) -> NDArray[np.int64]:
        """The cells of places in the unit interval."""
        return _cells(unit, self.n_levels or 1)

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
            return [self.level(cell) for cell in self.cells(unit).tolist()]
        if self.log:
            low, high = math.log(self.low), math.log(self.high)
            values = np.exp(low + np.asarray(unit, float) * (high - low))
        else:
            values = self.low + np.asarray(unit, float) * (self.high - self.low)
        return [float(value) for value in np.clip(values, self.low, self.high)]

    def check(self, name: str, value: Any) -> float:
        """The value as a float, on its step; an `InvalidInputError` if it is none of this parameter's."""
        given = number(name, value)
        cell = 0.0 if self.step is None else (given - self.low) / self.step
        level = given if self.step is None else self.level(round(cell))
        if not self.low <= level <= self.high:
            raise InvalidInputError(f"{name} must be between {self.low:g} and {self.high:g}, but is {value!r}")
        if abs(cell - round(cell)) > 1e-8 * max(1.0, abs(cell)):
            raise InvalidInputError(f"{name} must be {self.low:g} plus a multiple of {self.step:g}, but is {value!r}")
        return level

    def only(self, value: Any) -> Float:
        """A parameter of this kind with this value alone."""
        return Float(value, value, when=self.when)


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
            object.__setattr__(self, bound, whole(bound, getattr(self, bound)))
        if self.low > self.high or self.step < 1:
            raise InvalidInputError(
                f"low must not exceed high and step be at least 1: {self.low} to {self.high} by {self.step}"
            )
        if self.log and (self.low < 1 or self.step != 1):
            raise InvalidInputError("log=True needs low >= 1 and no step")
        _check_levels((self.high - self.low) // self.step)
        object.__setattr__(self, "high", self.low + (self.high - self.low) // self.step * self.step)
        object.__setattr__(self, "when", conditions(self.when))

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

    def level(self, cell: int) -> int:
        """The value of a cell; cells are counted from 0."""
        return self.low + cell * self.step

    def cells(self, unit: ArrayLike) -> NDArray[np.int64]:
        """The cells of places in the unit interval: as wide as their share of the scale."""
        if not self.log:
            return _cells(unit, self.n_levels)
        low, high = self._log_bounds()
        values = np.exp(low + np.asarray(unit, float) * (high - low))
        return _clipped(np.round(values) - self.low, self.n_levels)

    def encode(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Places of the values in the unit interval: middles of cells, or their own on a log scale."""
        if self.log:
            low, high = self._log_bounds()
            return np.asarray((np.log(np.asarray(values, float)) - low) / (high - low), float)
        return _centres([(value - self.low) // self.step for value in values], self.n_levels)

    def decode(self, unit: ArrayLike) -> list[int]:
        """Values at places of the unit interval."""
        return [self.level(cell) for cell in self.cells(unit).tolist()]

    def check(self, name: str, value: Any) -> int:
        """The value as an int; an `InvalidInputError` if it is none of this parameter's."""
        given = whole(name, value)
        if not self.low <= given <= self.high:
            raise InvalidInputError(f"{name} must be between {self.low} and {self.high}, but is {value!r}")
        if (given - self.low) % self.step:
            raise InvalidInputError(f"{name} must be {self.low} plus a multiple of {self.step}, but is {value!r}")
        return given

    def only(self, value: Any) -> Int:
        """A parameter of this kind with this value alone."""
        return Int(value, value, when=self.when)


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
        if isinstance(self.choices, str) or not isinstance(self.choices, (Sequence, np.ndarray)):
            raise InvalidInputError(f"choices must be a list of values, but is {self.choices!r}")
        choices = tuple(c.item() if isinstance(c, np.generic) else c for c in self.choices)
        if not choices:
            raise InvalidInputError("choices must have at least one value")
        seen = set()
        for choice in choices:
            is_nan = isinstance(choice, float) and math.isnan(choice)
            if is_nan or not isinstance(choice, (str, bool, int, float, type(None))):
                raise InvalidInputError(f"a choice must be a string, number, boolean or None, but is {choice!r}")
            if key(choice) in seen:
                raise InvalidInputError(f"choices must differ, but {choice!r} stands twice")
            seen.add(key(choice))
        object.__setattr__(self, "choices", choices)
        object.__setattr__(self, "when", conditions(self.when))

    @property
    def n_levels(self) -> int:
        """How many values there are."""
        return len(self.choices)

    @cached_property
    def _is_scale(self) -> bool:
        are_numbers = all(isinstance(c, (int, float)) and not isinstance(c, bool) for c in self.choices)
        return self.ordered is None and are_numbers and len(self.choices) >= 3

    @property
    def is_nominal(self) -> bool:
        """Whether the values have no order."""
        return not (self.ordered or self._is_scale)

    @cached_property
    def _levels(self) -> Sequence[Any]:
        return sorted(self.choices) if self._is_scale else self.choices

    @cached_property
    def _cell_of(self) -> dict[tuple[bool, Any], int]:
        return {key(choice): cell for cell, choice in enumerate(self._levels)}

    def level(self, cell: int) -> Any:
        """The choice of a cell; cells are counted from 0."""
        return self._levels[cell]

    def cells(self, unit: ArrayLike) -> NDArray[np.int64]:
        """The cells of places in the unit interval."""
        return _cells(unit, self.n_levels)

    def encode(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Places of the values in the unit interval: each choice is the middle of its cell."""
        return _centres([self._cell_of[key(value)] for value in values], self.n_levels)

    def decode(self, unit: ArrayLike) -> list[Any]:
        """Values at places of the unit interval."""
        return [self.level(cell) for cell in self.cells(unit).tolist()]

    def check(self, name: str, value: Any) -> Any:
        """The choice that equals the value; an `InvalidInputError` if it is none of this parameter's."""
        for choice in self.choices:
            if same(choice, value):
                return choice
        raise InvalidInputError(f"{name} must be one of {', '.join(map(repr, self.choices))}, but is {value!r}")

    def only(self, value: Any) -> Categorical:
        """A parameter of this kind with this value alone."""
        return Categorical((value,), when=self.when)


Parameter: TypeAlias = Float | Int | Categorical


def _check_levels(n_steps: float) -> None:
    if n_steps >= MAX_LEVELS:
        raise InvalidInputError("there are more than 2**62 values between low and high: narrow the range")


def _centres(cells: ArrayLike, n_levels: int) -> NDArray[np.float64]:
    """The middles of ``n_levels`` equal cells of the unit interval."""
    return (np.asarray(cells, dtype=float) + 0.5) / n_levels


def _cells(unit: ArrayLike, n_levels: int) -> NDArray[np.int64]:
    return _clipped(np.floor(np.asarray(unit, dtype=float) * n_levels), n_levels)


def _clipped(cells: NDArray[Any], n_levels: int) -> NDArray[np.int64]:
    return np.asarray(np.clip(cells, 0, None).astype(np.int64).clip(max=n_levels - 1))
