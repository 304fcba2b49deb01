"""What is left of a parameter that is held at one of its values? Its place in the unit interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError
from paretune.space.parameters import Parameter
from paretune.space.values import When, same


@dataclass(frozen=True)
class Held:
    """A parameter with one level left, which stands where it stood among the others.

    Args:
        parameter: the whole of it.
        value: one of its values.

    Example:
        >>> from paretune.space import Int
        >>> held = Held(Int(1, 10), 3)
        >>> held.decode([0.0, 0.9]), held.encode([3]).tolist()
        ([3, 3], [0.25])
    """

    parameter: Parameter
    value: Any

    @property
    def n_levels(self) -> int:
        """How many values there are."""
        return 1

    @property
    def is_nominal(self) -> bool:
        """Whether the values have no order."""
        return self.parameter.is_nominal

    @property
    def when(self) -> When:
        """Where the parameter exists."""
        return self.parameter.when

    def level(self, cell: int) -> Any:  # noqa: ARG002 (as of every parameter)
        """The value."""
        return self.value

    def cells(self, unit: ArrayLike) -> NDArray[np.int64]:
        """The one cell, for each place in the unit interval."""
        return np.zeros(np.shape(unit), np.int64)

    def encode(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Places of the parameter's values, held or not, in the unit interval."""
        return self.parameter.encode(values)

    def decode(self, unit: ArrayLike) -> list[Any]:
        """The value, for each place in the unit interval."""
        return [self.value] * np.size(unit)

    def check(self, name: str, value: Any) -> Any:
        """The value; an `InvalidInputError` if it is another."""
        if not same(self.parameter.check(name, value), self.value):
            raise InvalidInputError(f"{name} must be {self.value!r}, but is {value!r}")
        return self.value
