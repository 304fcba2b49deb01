"""Numeric parameters: real and whole numbers between two bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError
from paretune.space.cells import cell_centres, cells_at, clip_cells
from paretune.space.parameter import Parameter
from paretune.space.priors import NumericPrior, check_numeric_prior
from paretune.space.values import Conditions, check_conditions, check_number, check_whole_number, describe_fields

MAX_LEVELS = 2**62  # cells are 64-bit integers; above 10**12 levels, neighbours may share a position


@dataclass(frozen=True)
class Float(Parameter):
    """A real parameter between two bounds, both included.

    Args:
        low: lower bound.
        high: upper bound.
        log: search on a logarithmic scale; needs ``low > 0``.
        step: the distance between values: only ``low``, ``low + step``, ... are tried, in decimal arithmetic, so that
            3 steps of 0.1 are 0.3. Without a step the range is continuous.
        when: conditions: the parameter exists only if each parameter named here has the given value, or one of them.
        prior: where the best values are believed to lie, see `paretune.space.priors`.

    Example:
        >>> Float(1e-4, 1.0, log=True).encode([0.01]).round(3).tolist()
        [0.5]
    """

    type: ClassVar[str] = "float"
    low: float
    high: float
    log: bool = False
    step: float | None = None
    when: Conditions = field(default_factory=dict)
    prior: NumericPrior | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        low, high = check_number("low", self.low), check_number("high", self.high)
        if low > high or not math.isfinite(high - low):
            raise InvalidInputError(
                f"low must not exceed high, and the range must be finite, but it is {low!r} to {high!r}"
            )
        if self.log and (low <= 0 or self.step is not None):
            raise InvalidInputError("log=True needs low > 0 and no step")
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)
        object.__setattr__(self, "when", check_conditions(self.when))
        if self.step is not None:
            step = check_number("step", self.step)
            if step <= 0:
                raise InvalidInputError(f"step must be positive, but is {step!r}")
            _check_n_levels((high - low) / step)
            object.__setattr__(self, "step", step)
            n_steps = (Decimal(repr(high)) - Decimal(repr(low))) / Decimal(repr(step))
            object.__setattr__(self, "high", self.level(int(n_steps + Decimal("1e-9"))))
        object.__setattr__(self, "prior", check_numeric_prior(self.prior, low, high))

    @property
    def n_levels(self) -> int | None:
        """The number of values; None for a continuous range."""
        if self.low == self.high:
            return 1
        return None if self.step is None else round((self.high - self.low) / self.step) + 1

    @property
    def is_nominal(self) -> bool:
        """Whether the values have no order."""
        return False

    def level(self, cell: int) -> float:
        """Return the value of a cell, counted from 0; the range must not be continuous."""
        return float(Decimal(repr(self.low)) + cell * Decimal(repr(self.step or 0.0)))

    def cells(self, unit: ArrayLike) -> NDArray[np.int64]:
        """Return the cells of ``n`` points of the unit interval."""
        return cells_at(unit, self.n_levels or 1)

    def encode(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Return the positions of ``n`` values in the unit interval."""
        if self.n_levels is not None:
            return cell_centres(np.round((np.asarray(values, float) - self.low) / (self.step or 1.0)), self.n_levels)
        scale = np.log if self.log else np.asarray
        low, high = scale(self.low), scale(self.high)
        return np.asarray((scale(np.asarray(values, float)) - low) / (high - low), float)

    def decode(self, unit: ArrayLike) -> list[float]:
        """Return the values at ``n`` points of the unit interval."""
        if self.n_levels is not None:
            return [self.level(cell) for cell in self.cells(unit).tolist()]
        if self.log:
            low, high = math.log(self.low), math.log(self.high)
            values = np.exp(low + np.asarray(unit, float) * (high - low))
        else:
            values = self.low + np.asarray(unit, float) * (self.high - self.low)
        return [float(value) for value in np.clip(values, self.low, self.high)]

    def check(self, name: str, value: Any) -> float:
        """Return the value as a float, rounded to its step.

        Raises:
            InvalidInputError: the value is not one of this parameter's; the message begins with the name.
        """
        given = check_number(name, value)
        cell = 0.0 if self.step is None else (given - self.low) / self.step
        level = given if self.step is None else self.level(round(cell))
        if not self.low <= level <= self.high:
            raise InvalidInputError(f"{name} must be between {self.low:g} and {self.high:g}, but is {value!r}")
        if abs(cell - round(cell)) > 1e-8 * max(1.0, abs(cell)):
            raise InvalidInputError(f"{name} must be {self.low:g} plus a multiple of {self.step:g}, but is {value!r}")
        return level

    def fix(self, value: Any) -> Float:
        """Return a parameter that has only this value, which may lie outside the range."""
        return Float(value, value, when=self.when)

    def with_conditions(self, when: Conditions) -> Float:
        """Return the same parameter with other conditions."""
        return replace(self, when=when)

    def to_dict(self) -> dict[str, Any]:
        """Return a plain description that JSON or YAML can hold."""
        return describe_fields(self.type, self)


@dataclass(frozen=True)
class Int(Parameter):
    """A whole-number parameter between two bounds, both included.

    Args:
        low: lower bound.
        high: upper bound.
        log: search on a logarithmic scale; needs ``low >= 1``.
        step: the distance between values: only ``low``, ``low + step``, ... are tried.
        when: conditions: the parameter exists only if each parameter named here has the given value, or one of them.
        prior: where the best values are believed to lie, see `paretune.space.priors`.

    Example:
        >>> Int(8, 32).encode([8, 32]).tolist()
        [0.02, 0.98]
    """

    type: ClassVar[str] = "int"
    low: int
    high: int
    log: bool = False
    step: int = 1
    when: Conditions = field(default_factory=dict)
    prior: NumericPrior | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        for bound in ("low", "high", "step"):
            object.__setattr__(self, bound, check_whole_number(bound, getattr(self, bound)))
        if self.low > self.high or self.step < 1:
            raise InvalidInputError(
                f"low must not exceed high, and step must be at least 1, but the range is "
                f"{self.low} to {self.high} by {self.step}"
            )
        if self.log and (self.low < 1 or self.step != 1):
            raise InvalidInputError("log=True needs low >= 1 and no step")
        _check_n_levels((self.high - self.low) // self.step)
        object.__setattr__(self, "high", self.low + (self.high - self.low) // self.step * self.step)
        object.__setattr__(self, "when", check_conditions(self.when))
        object.__setattr__(self, "prior", check_numeric_prior(self.prior, self.low, self.high))

    @property
    def n_levels(self) -> int:
        """The number of values."""
        return (self.high - self.low) // self.step + 1

    @property
    def is_nominal(self) -> bool:
        """Whether the values have no order."""
        return False

    def _log_bounds(self) -> tuple[float, float]:
        return math.log(self.low - 0.5), math.log(self.high + 0.5)

    def level(self, cell: int) -> int:
        """Return the value of a cell, counted from 0."""
        return self.low + cell * self.step

    def cells(self, unit: ArrayLike) -> NDArray[np.int64]:
        """Return the cells of ``n`` points of the unit interval; on a log scale, cells differ in width."""
        if not self.log:
            return cells_at(unit, self.n_levels)
        low, high = self._log_bounds()
        values = np.exp(low + np.asarray(unit, float) * (high - low))
        return clip_cells(np.round(values) - self.low, self.n_levels)

    def encode(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Return the positions of ``n`` values: the middles of their cells, or the exact ones on a log scale."""
        if self.log:
            low, high = self._log_bounds()
            return np.asarray((np.log(np.asarray(values, float)) - low) / (high - low), float)
        return cell_centres([(value - self.low) // self.step for value in values], self.n_levels)

    def decode(self, unit: ArrayLike) -> list[int]:
        """Return the values at ``n`` points of the unit interval."""
        return [self.level(cell) for cell in self.cells(unit).tolist()]

    def check(self, name: str, value: Any) -> int:
        """Return the value as an int.

        Raises:
            InvalidInputError: the value is not one of this parameter's; the message begins with the name.
        """
        given = check_whole_number(name, value)
        if not self.low <= given <= self.high:
            raise InvalidInputError(f"{name} must be between {self.low} and {self.high}, but is {value!r}")
        if (given - self.low) % self.step:
            raise InvalidInputError(f"{name} must be {self.low} plus a multiple of {self.step}, but is {value!r}")
        return given

    def fix(self, value: Any) -> Int:
        """Return a parameter that has only this value, which may lie outside the range."""
        return Int(value, value, when=self.when)

    def with_conditions(self, when: Conditions) -> Int:
        """Return the same parameter with other conditions."""
        return replace(self, when=when)

    def to_dict(self) -> dict[str, Any]:
        """Return a plain description that JSON or YAML can hold."""
        return describe_fields(self.type, self)


def _check_n_levels(n_steps: float) -> None:
    if n_steps >= MAX_LEVELS:
        raise InvalidInputError("there are more than 2**62 values between low and high: narrow the range")
