"""Categorical parameters: one of several choices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError
from paretune.space.cells import cell_centres, cells_at
from paretune.space.parameter import Parameter
from paretune.space.priors import Weights, check_weights
from paretune.space.values import Conditions, check_conditions, check_text, describe_fields, is_same_value, value_key


@dataclass(frozen=True)
class Categorical(Parameter):
    """A parameter that takes one of several choices.

    Args:
        choices: the values: strings, numbers, booleans or None.
        ordered: whether the order of the choices matters. By default, three or more numbers are ordered by size, and
            other choices have no order.
        when: conditions: the parameter exists only if each parameter named here has the given value, or one of them.
        prior: how likely each choice is the best one: `Weights`, or a list of them.

    Example:
        >>> Categorical(["relu", "tanh"]).is_nominal, Categorical([64, 16, 32]).is_nominal
        (True, False)
    """

    type: ClassVar[str] = "categorical"
    choices: Sequence[Any]
    ordered: bool | None = None
    when: Conditions = field(default_factory=dict)
    prior: Weights | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if isinstance(self.choices, (str, bytes)) or not isinstance(self.choices, (Sequence, np.ndarray)):
            raise InvalidInputError(f"choices must be a list of values, but is {self.choices!r}")
        choices = tuple(c.item() if isinstance(c, np.generic) else c for c in self.choices)
        _check_choices(choices)
        object.__setattr__(self, "choices", choices)
        object.__setattr__(self, "when", check_conditions(self.when))
        object.__setattr__(self, "prior", check_weights(self.prior, len(choices)))

    @property
    def n_levels(self) -> int:
        """The number of choices."""
        return len(self.choices)

    @cached_property
    def _is_ordered_by_size(self) -> bool:
        are_numbers = all(isinstance(c, (int, float)) and not isinstance(c, bool) for c in self.choices)
        return self.ordered is None and are_numbers and len(self.choices) >= 3

    @property
    def is_nominal(self) -> bool:
        """Whether the choices have no order."""
        return not (self.ordered or self._is_ordered_by_size)

    @cached_property
    def _levels(self) -> Sequence[Any]:
        return sorted(self.choices) if self._is_ordered_by_size else self.choices

    @cached_property
    def _cell_by_key(self) -> dict[tuple[bool, Any], int]:
        return {value_key(choice): cell for cell, choice in enumerate(self._levels)}

    def level(self, cell: int) -> Any:
        """Return the choice of a cell, counted from 0."""
        return self._levels[cell]

    def cells(self, unit: ArrayLike) -> NDArray[np.int64]:
        """Return the cells of ``n`` points of the unit interval."""
        return cells_at(unit, self.n_levels)

    def encode(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Return the positions of ``n`` choices in the unit interval: the middles of their cells."""
        return cell_centres([self._cell_by_key[value_key(value)] for value in values], self.n_levels)

    def decode(self, unit: ArrayLike) -> list[Any]:
        """Return the choices at ``n`` points of the unit interval."""
        return [self.level(cell) for cell in self.cells(unit).tolist()]

    def check(self, name: str, value: Any) -> Any:
        """Return the choice that equals the value; True does not equal 1.

        Raises:
            InvalidInputError: the value is not a choice; the message begins with the name.
        """
        for choice in self.choices:
            if is_same_value(choice, value):
                return choice
        raise InvalidInputError(f"{name} must be one of {', '.join(map(repr, self.choices))}, but is {value!r}")

    def fix(self, value: Any) -> Categorical:
        """Return a parameter that has only this choice, which may be a new one."""
        return Categorical((value,), when=self.when)

    def with_conditions(self, when: Conditions) -> Categorical:
        """Return the same parameter with other conditions."""
        return replace(self, when=when)

    def to_dict(self) -> dict[str, Any]:
        """Return a plain description that JSON or YAML can hold."""
        return describe_fields(self.type, self)


def _check_choices(choices: Sequence[Any]) -> None:
    if not choices:
        raise InvalidInputError("choices must have at least one value")
    seen = set()
    for choice in choices:
        is_nan = isinstance(choice, float) and math.isnan(choice)
        if is_nan or not isinstance(choice, (str, bool, int, float, type(None))):
            raise InvalidInputError(f"a choice must be a string, number, boolean or None, but is {choice!r}")
        if isinstance(choice, str):
            check_text("a choice", choice, may_be_empty=True)
        if value_key(choice) in seen:
            raise InvalidInputError(f"choices must differ, but {choice!r} occurs twice")
        seen.add(value_key(choice))
