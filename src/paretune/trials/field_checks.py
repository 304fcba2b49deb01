"""Checks of the fields of `Trials`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError


def copy_configuration(params: Any, name: str = "params") -> dict[str, Any]:
    """Return a copy of a configuration, or of another mapping.

    Raises:
        InvalidInputError: it is not a mapping.
    """
    if not isinstance(params, Mapping):
        raise InvalidInputError(f"{name} must be mappings of names to values, but one is {params!r}")
    return dict(params)


def check_list(values: Any, name: str) -> Sequence[Any]:
    """Return the values, which must be a list or a tuple.

    Raises:
        InvalidInputError: they are something else.
    """
    if isinstance(values, np.ndarray):
        values = values.tolist()
    if isinstance(values, (str, bytes)) or not isinstance(values, Sequence):
        raise InvalidInputError(f"{name} must be a list of mappings of names to values, but is {values!r}")
    return values


def n_columns(table: Any) -> int:
    """Return the number of columns of a table; 0 for anything else, which `check_table` refuses."""
    try:
        return int(np.shape(table)[1]) if np.ndim(table) == 2 else 0
    except ValueError:  # rows of different lengths
        return 0


def check_table(array: ArrayLike, n: int, width: int, name: str) -> NDArray[np.float64]:
    """Return a copy of a table as ``n x width`` numbers; an empty one becomes NaN.

    Raises:
        InvalidInputError: it has another shape, or is not made of numbers.
    """
    table = _array(array, np.dtype(float), name)
    if table.size == 0:
        return np.full((n, width), np.nan)
    if table.shape != (n, width):
        columns = width or "c, a column for each constraint"
        found = " x ".join(map(str, table.shape)) or "a single value"
        raise InvalidInputError(f"{name} must be {n} x {columns}, but is {found}")
    return table


def check_not_negative(table: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Return the table.

    Raises:
        InvalidInputError: one of its numbers is negative.
    """
    if (table < 0).any():
        raise InvalidInputError(f"{name} must be at least 0, or NaN where not known, but has {np.nanmin(table):g}")
    return table


def check_column(array: ArrayLike, default: NDArray[Any], name: str) -> NDArray[Any]:
    """Return a copy of a column with the shape and type of its default; an empty one becomes the default.

    Raises:
        InvalidInputError: it has another length or type.
    """
    column = _array(array, default.dtype, name)
    if column.size == 0:
        return default
    if column.shape != default.shape:
        raise InvalidInputError(f"{name} must have {len(default)} entries, but has {column.size}")
    return column


def _array(array: ArrayLike, dtype: np.dtype[Any], name: str) -> NDArray[Any]:
    try:
        return np.array(array, dtype=dtype)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"{name} must be numbers in rows of equal length: {error}") from None
