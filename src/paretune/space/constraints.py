"""Linear constraints between numeric parameters, and the configurations that satisfy them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune.errors import InvalidInputError
from paretune.space.categorical import Categorical
from paretune.space.parameter import Parameter
from paretune.space.values import check_number

TOLERANCE = 1e-9  # of a constraint, relative to the largest term
_N_SHRINKS, _SHRINK = 60, 0.85
_INSIDE = 1 - 1e-9


@dataclass(frozen=True)
class LinearConstraint:
    """A bound of a weighted sum of numeric parameters, which every configuration satisfies.

    Args:
        weights: factor of each parameter, by name; all of them are whole or real numbers that exist in every
            configuration.
        at_most: upper bound of the sum.
        at_least: lower bound of the sum.

    Example:
        >>> str(LinearConstraint({"dropout": 1, "decay": 2}, at_most=1.5))
        'dropout + 2 decay <= 1.5'
    """

    weights: Mapping[str, float]
    at_most: float | None = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.weights, Mapping) or not self.weights:
            raise InvalidInputError(
                f"weights of a constraint must map parameters to numbers, such as {{'x': 1}}, but are {self.weights!r}"
            )
        weights = {name: check_number(f"the weight of {name}", weight) for name, weight in self.weights.items()}
        object.__setattr__(self, "weights", {name: weight for name, weight in weights.items() if weight != 0})
        for bound in ("at_most", "at_least"):
            if getattr(self, bound) is not None:
                object.__setattr__(self, bound, check_number(bound, getattr(self, bound)))
        if not self.weights or (self.at_most is None and self.at_least is None):
            raise InvalidInputError("a constraint needs a weight that is not 0, and at_most or at_least")
        if self.at_most is not None and self.at_least is not None and not self.at_least < self.at_most:
            raise InvalidInputError(
                f"at_least must be less than at_most, but they are {self.at_least:g} and {self.at_most:g}: to fix the "
                "sum, leave one parameter out and compute it"
            )

    @classmethod
    def of(cls, given: Any) -> LinearConstraint:
        """Return a constraint itself, or make one of its description.

        Raises:
            InvalidInputError: it is none.
        """
        if isinstance(given, cls):
            return given
        if not isinstance(given, Mapping) or "weights" not in given:
            raise InvalidInputError(f"a constraint must have weights and at_most or at_least, but is {given!r}")
        unknown = [key for key in given if key not in ("weights", "at_most", "at_least")]
        if unknown:
            raise InvalidInputError(f"a constraint has no {unknown[0]!r}; it has weights, at_most, at_least")
        return cls(**given)

    def __str__(self) -> str:
        terms = " + ".join(name if weight == 1 else f"{weight:g} {name}" for name, weight in self.weights.items())
        low = "" if self.at_least is None else f"{self.at_least:g} <= "
        high = "" if self.at_most is None else f" <= {self.at_most:g}"
        return f"{low}{terms.replace('+ -', '- ')}{high}"

    def to_dict(self) -> dict[str, Any]:
        """Return a plain description that JSON or YAML can hold."""
        bounds = {"at_most": self.at_most, "at_least": self.at_least}
        return {"weights": dict(self.weights), **{name: bound for name, bound in bounds.items() if bound is not None}}

    def check(self, params: Mapping[str, Any]) -> None:
        """Check a configuration.

        Raises:
            InvalidInputError: it violates the constraint.
        """
        terms = [weight * float(params[name]) for name, weight in self.weights.items()]
        total = math.fsum(terms)
        tolerance = TOLERANCE * max(1.0, *map(abs, terms))
        low = -math.inf if self.at_least is None else self.at_least
        high = math.inf if self.at_most is None else self.at_most
        if not low - tolerance <= total <= high + tolerance:
            raise InvalidInputError(f"the configuration violates {self}: the sum is {total:g}")


class FeasibleRegion:
    """The values of the constrained parameters that satisfy all linear constraints.

    Args:
        parameters: of the space, by name.
        constraints: at least one.

    Raises:
        InvalidInputError: a constraint names an unknown parameter, or one that is no number or may not exist.
    """

    def __init__(self, parameters: Mapping[str, Parameter], constraints: Sequence[LinearConstraint]) -> None:
        named = {name for constraint in constraints for name in constraint.weights}
        for name in named:
            _check_term(name, parameters)
        self.names = [name for name in parameters if name in named]
        self._parameters = [parameters[name] for name in self.names]
        rows, bounds = [], []
        for constraint in constraints:
            row = np.array([constraint.weights.get(name, 0.0) for name in self.names])
            for sign, bound in ((1.0, constraint.at_most), (-1.0, constraint.at_least)):
                if bound is not None:
                    rows.append(sign * row)
                    bounds.append(sign * bound)
        self._rows, self._bounds = np.array(rows), np.array(bounds)
        self._constraints = constraints

    def table(self, columns: Mapping[str, Sequence[Any]]) -> NDArray[np.float64]:
        """Return the ``n`` values of each constrained parameter, by name, as ``n x k``."""
        return np.array([columns[name] for name in self.names], float).T

    def repair_columns(self, columns: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """Return the columns of the constrained parameters, with moved values where a row violates a constraint."""
        before = self.table(columns)
        after, repaired = self.repair(before), {}
        for j, name in enumerate(self.names):
            kind, given = type(columns[name][0]) if len(columns[name]) else float, columns[name]
            is_same = before[:, j] == after[:, j]
            repaired[name] = [given[i] if is_same[i] else kind(after[i, j]) for i in range(len(given))]
        return repaired

    def contains(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Mark the rows of ``n x k`` values that satisfy all constraints: ``n`` booleans."""
        largest = np.maximum(np.abs(values[:, None, :] * self._rows).max(axis=2), 1.0)
        return np.asarray((values @ self._rows.T <= self._bounds + TOLERANCE * largest).all(axis=1))

    def repair(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Move rows that violate a constraint towards the centre, as far as needed; levels stay levels.

        Args:
            values: ``n x k`` values of the constrained parameters.

        Returns:
            ``n x k`` values that satisfy all constraints.
        """
        repaired = values.copy()
        open_rows = np.flatnonzero(~self.contains(values))
        if not len(open_rows):
            return repaired
        steps: NDArray[np.float64] = values[open_rows] - self.centre
        shares = self._largest_shares(steps)
        for _ in range(_N_SHRINKS):
            moved = self._to_levels(self.centre + shares[:, None] * steps)
            is_inside = self.contains(moved)
            repaired[open_rows[is_inside]] = moved[is_inside]
            open_rows, steps = open_rows[~is_inside], steps[~is_inside]
            shares = shares[~is_inside] * _SHRINK
        repaired[open_rows] = self.centre
        return repaired

    def _largest_shares(self, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how much of each step from the centre satisfies all constraints, at most 1."""
        slack, growth = self._bounds - self._rows @ self.centre, steps @ self._rows.T
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.where(growth > 0, np.maximum(slack, 0.0) / growth, np.inf)
        return np.asarray(np.minimum(shares.min(axis=1) * _INSIDE, 1.0))

    def _to_levels(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        ranges = [_range(parameter) for parameter in self._parameters]
        for j, (low, step, n) in enumerate(ranges):
            if n is not None:
                cells = np.clip(np.round((values[:, j] - low) / step), 0, n - 1) if n > 1 else np.zeros(len(values))
                values[:, j] = [float(self._parameters[j].level(int(cell))) for cell in cells]
        return values

    @cached_property
    def centre(self) -> NDArray[np.float64]:
        """``k`` values far from all bounds and constraints (a mixed-integer linear program, solved by HiGHS).

        Raises:
            InvalidInputError: no configuration satisfies the constraints.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 (slow to load; few spaces need it)

        ranges, k = [_range(parameter) for parameter in self._parameters], len(self._parameters)
        low = np.array([low for low, _, _ in ranges])
        unit = np.array([step if n is not None else step or 1.0 for _, step, n in ranges])  # of a variable
        last = np.array([n - 1 if n is not None else 1.0 for _, _, n in ranges])
        rows = self._rows * unit
        norms = np.abs(rows * last).max(axis=1)
        margins = np.vstack(
            [
                np.hstack([rows, norms[:, None]]),
                np.hstack([np.eye(k), last[:, None]]),
                np.hstack([-np.eye(k), last[:, None]]),
            ]
        )
        ends = np.concatenate([self._bounds - self._rows @ low, last, np.zeros(k)])
        found = milp(
            np.append(np.zeros(k), -1.0),
            constraints=LinearConstraint(margins, -np.inf, ends),
            bounds=Bounds(np.zeros(k + 1), np.append(last, 0.5)),
            integrality=[*(int(n is not None) for _, _, n in ranges), 0],
        )
        centre = None if found.x is None else self._to_levels((low + unit * found.x[:k])[None])
        if centre is None or not self.contains(centre)[0]:
            raise InvalidInputError(
                f"no configuration satisfies {' and '.join(map(str, self._constraints))}: widen a range or a bound"
            )
        return np.asarray(centre[0])


def _range(parameter: Parameter) -> tuple[float, float, int | None]:
    """Return the least value, the distance of levels (the range if continuous), and the number of levels."""
    n = parameter.n_levels
    if n is None:
        low, high = parameter.decode([0.0, 1.0])
        return float(low), float(high) - float(low), None
    low = float(parameter.level(0))
    return low, (float(parameter.level(n - 1)) - low) / max(n - 1, 1), n


def _check_term(name: str, parameters: Mapping[str, Parameter]) -> None:
    if name not in parameters:
        raise InvalidInputError(
            f"a constraint names {name!r}, which is no parameter; there are {', '.join(parameters)}"
        )
    if isinstance(parameters[name], Categorical):
        raise InvalidInputError(f"a constraint names {name}, which has choices: it must be a float or int")
    if parameters[name].when:
        raise InvalidInputError(f"a constraint names {name}, which may not exist: leave its condition out")
