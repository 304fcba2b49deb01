"""The interface that all kinds of parameters share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.space.values import Conditions


@runtime_checkable
class Parameter(Protocol):
    """A parameter of a search: its values, and their positions in the unit interval.

    A parameter with finitely many values has levels. Each level owns one cell of the unit interval.
    """

    @property
    def n_levels(self) -> int | None:
        """The number of values; None for a continuous range."""
        ...

    @property
    def is_nominal(self) -> bool:
        """Whether the values have no order."""
        ...

    if TYPE_CHECKING:  # a field of each kind, which a property here would hide

        @property
        def when(self) -> Conditions:
            """The values of other parameters with which this parameter exists, by name."""
            ...

    def level(self, cell: int) -> Any:
        """Return the value of a cell; cells are counted from 0."""
        ...

    def cells(self, unit: ArrayLike) -> NDArray[np.int64]:
        """Return the cells of ``n`` points of the unit interval."""
        ...

    def encode(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Return the positions of ``n`` values in the unit interval."""
        ...

    def decode(self, unit: ArrayLike) -> list[Any]:
        """Return the values at ``n`` points of the unit interval."""
        ...

    def check(self, name: str, value: Any) -> Any:
        """Return the value in this parameter's type.

        Raises:
            InvalidInputError: the value is not one of this parameter's; the message begins with the name.
        """
        ...

    def fix(self, value: Any) -> Parameter:
        """Return a parameter that has only this value, which may lie outside the range."""
        ...

    def with_conditions(self, when: Conditions) -> Parameter:
        """Return the same parameter with other conditions."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return a plain description that JSON or YAML can hold, with its ``type``."""
        ...
