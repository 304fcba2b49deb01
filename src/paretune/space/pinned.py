"""A parameter that is pinned to one of its values, and keeps its position in the unit interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError
from paretune.space.parameter import Parameter
from paretune.space.values import Conditions, is_same_value


@dataclass(frozen=True)
class PinnedParameter(Parameter):
    """A parameter with a single level, at the position that its value has in the whole parameter.

    Args:
        parameter: the whole parameter.
        value: one of its values.

    Example:
        >>> from paretune.space import Int
        >>> pinned = PinnedParameter(Int(1, 10), 3)
        >>> pinned.decode([0.0, 0.9]), pinned.encode([3]).tolist()
        ([3, 3], [0.25])
    """

    parameter: Parameter
    value: Any

    @property
    def n_levels(self) -> int:
        """The number of values: 1."""
        return 1

    @property
    def is_nominal(self) -> bool:
        """Whether the values have no order."""
        return self.parameter.is_nominal

    @property
    def when(self) -> Conditions:
        """The values of other parameters with which this parameter exists, by name."""
        return self.parameter.when

    def level(self, cell: int) -> Any:  # noqa: ARG002 (every parameter has this signature)
        """Return the value."""
        return self.value

    def cells(self, unit: ArrayLike) -> NDArray[np.int64]:
        """Return cell 0 for each of ``n`` points of the unit interval."""
        return np.zeros(np.shape(unit), np.int64)

    def encode(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Return the positions of ``n`` values of the whole parameter in the unit interval."""
        return self.parameter.encode(values)

    def decode(self, unit: ArrayLike) -> list[Any]:
        """Return the value for each of ``n`` points of the unit interval."""
        return [self.value] * np.size(unit)

    def check(self, name: str, value: Any) -> Any:
        """Return the value.

        Raises:
            InvalidInputError: another value was given; the message begins with the name.
        """
        if not is_same_value(self.parameter.check(name, value), self.value):
            raise InvalidInputError(f"{name} must be {self.value!r}, but is {value!r}")
        return self.value

    def fix(self, value: Any) -> Parameter:
        """Return a parameter that has only this value."""
        return self.parameter.fix(value)

    def with_conditions(self, when: Conditions) -> PinnedParameter:
        """Return the same parameter with other conditions."""
        return PinnedParameter(self.parameter.with_conditions(when), self.value)

    def to_dict(self) -> dict[str, Any]:
        """Return a plain description of a parameter that has only this value."""
        return self.parameter.fix(self.value).to_dict()
