"""Infer the parameters, their ranges and their conditions from the cells of a table."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import numpy as np

from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, Parameter, Space
from paretune.space.numeric import MAX_LEVELS
from paretune.trials.columns import NONE_CELL
from paretune.trials.csv_file import is_empty_or_nan, parse_number

MAX_CHOICES = 500  # a column with more different texts is not a parameter, but names the trials
MAX_PARENT_LEVELS = 10
_WHOLE = re.compile(r"[+-]?\d+")
_BOOLEANS = {"True": True, "False": False}


class _Absent(Enum):
    ABSENT = "absent"


ABSENT = _Absent.ABSENT  # in place of the value of a parameter that a row lacks; None is a value


def parse_column(cells: Sequence[str], *, has_none: bool = False) -> list[Any]:
    """Parse the cells of a column as whole numbers, as floats, as booleans, or else as texts; `ABSENT` for empty cells.

    In numeric columns ``nan`` means an empty cell, and a number beyond the floating-point range is infinite. In a
    column with empty cells, whole numbers may be written as ``3.0``, as pandas does.

    Args:
        cells: the cells.
        has_none: whether ``None`` in a cell is the value None.

    Example:
        >>> parse_column(["1", "3"]), parse_column(["2.0", ""]), parse_column(["1", "2.5"])
        ([1, 3], [2, <_Absent.ABSENT: 'absent'>], [1.0, 2.5])
        >>> parse_column(["True", "False"]), parse_column(["1", "b"]), parse_column(["1", "None"], has_none=True)
        ([True, False], ['1', 'b'], [1, None])
    """
    if has_none and NONE_CELL in cells:
        others = parse_column(["" if cell == NONE_CELL else cell for cell in cells])
        return [None if cell == NONE_CELL else value for cell, value in zip(cells, others, strict=True)]
    if all(cell in _BOOLEANS for cell in cells if cell):
        return [_BOOLEANS.get(cell, ABSENT) for cell in cells]
    try:
        numbers = [ABSENT if is_empty_or_nan(cell) else parse_number(cell) for cell in cells]
    except ValueError:
        return [cell or ABSENT for cell in cells]
    known = [x for x in numbers if x is not ABSENT]
    if all(map(math.isfinite, known)) and all(is_empty_or_nan(cell) or _WHOLE.fullmatch(cell) for cell in cells):
        return [ABSENT if is_empty_or_nan(cell) else int(cell) for cell in cells]
    if len(known) < len(cells) and all(x.is_integer() for x in known):
        return [ABSENT if x is ABSENT else int(x) for x in numbers]
    return list(numbers)


def infer_space(columns: Mapping[str, Sequence[Any]]) -> Space:
    """Infer the smallest space that contains all rows.

    A numeric parameter ranges from the smallest to the largest value. Its scale, linear or logarithmic, is the one on
    which the median is nearer to the middle. Any other parameter is categorical. A column of empty cells is not a
    parameter. If some rows lack a parameter, its condition consists of values of one or two other parameters that
    select exactly the rows that have it. If there are no such values, it has no condition.

    Args:
        columns: by name, values as `parse_column` returns them.

    Raises:
        InvalidInputError: no column is a parameter; a column has hundreds of different texts.

    Example:
        >>> momentum = [0.9, ABSENT, ABSENT]
        >>> infer_space({"optimizer": ["sgd", "adam", "adam"], "momentum": momentum, "depth": [1, 2, 4]})
        ... # doctest: +NORMALIZE_WHITESPACE
        Space({'optimizer': Categorical(choices=('adam', 'sgd'), ordered=None, when={}),
               'depth': Int(low=1, high=4, log=False, step=1, when={}),
               'momentum': Float(low=0.9, high=0.9, log=False, step=None, when={'optimizer': ('sgd',)})})
    """
    known = {name: [v for v in values if v is not ABSENT] for name, values in columns.items()}
    known = {name: values for name, values in known.items() if values}
    if not known:
        raise InvalidInputError("no column is a parameter: at least one column must have the values of a parameter")
    rows = [
        i for i in range(len(next(iter(columns.values())))) if any(columns[name][i] is not ABSENT for name in known)
    ]
    cells = {name: [columns[name][i] for i in rows] for name in known}
    parameters: dict[str, Parameter] = {}
    for name in sorted(known, key=lambda name: -len(known[name])):  # parents first: they exist more often
        parameters[name] = _parameter(name, known[name], infer_condition(cells, name, possible_parents(parameters)))
    return Space(parameters)


def _parameter(name: str, values: Sequence[Any], when: Mapping[str, Any]) -> Parameter:
    if all(type(value) is int for value in values) and max(values) - min(values) < MAX_LEVELS:
        return Int(min(values), max(values), log=_is_logarithmic(values), when=when)
    if all(type(value) is float for value in values):
        return Float(min(values), max(values), log=_is_logarithmic(values), when=when)
    choices = sorted(set(values), key=_order)
    if len(choices) > MAX_CHOICES:
        raise InvalidInputError(
            f"column {name!r} has {len(choices)} different texts: ignore it, or use at most {MAX_CHOICES}"
        )
    return Categorical(choices, when=when)


def _order(value: Any) -> tuple[bool, Any]:
    """Sort None before other values of one type."""
    return (False, 0) if value is None else (True, value)


def _is_logarithmic(values: Sequence[float]) -> bool:
    """Check whether positive numbers over a decade or more are spread more evenly on a logarithmic scale."""
    low, high = min(values), max(values)
    if low <= 0 or high < 10 * low:
        return False
    middle = float(np.median(values))
    linear, logarithmic = (middle - low) / (high - low), math.log(middle / low) / math.log(high / low)
    return abs(logarithmic - 0.5) < abs(linear - 0.5)


def possible_parents(parameters: Mapping[str, Parameter]) -> list[str]:
    """Return the names of the parameters with few enough values to be part of a condition."""
    return [
        name
        for name, parameter in parameters.items()
        if not isinstance(parameter, Float) and (parameter.n_levels or math.inf) <= MAX_PARENT_LEVELS
    ]


def infer_condition(cells: Mapping[str, Sequence[Any]], name: str, parents: Sequence[str]) -> dict[str, list[Any]]:
    """Find the values of one or two other parameters with which a parameter exists.

    Args:
        cells: by name, one value for each row; `ABSENT` if the row lacks the parameter.
        name: the name of the parameter.
        parents: the names of the parameters that it may depend on.

    Returns:
        The allowed values by name; empty if every row has the parameter, or if no values explain which rows have it.

    Example:
        >>> infer_condition({"norm": [None, "batch"], "drop": [0.5, ABSENT]}, "drop", ["norm"])
        {'norm': [None]}
    """
    has_it = np.array([value is not ABSENT for value in cells[name]])
    if has_it.all():
        return {}
    allowed = {p: {v for v, has in zip(cells[p], has_it, strict=True) if has} - {ABSENT} for p in parents}
    is_allowed = {p: np.array([v in allowed[p] for v in cells[p]]) for p in parents}
    for n_parents in (1, 2):
        for chosen in itertools.combinations(parents, n_parents):
            if (np.logical_and.reduce([is_allowed[p] for p in chosen]) == has_it).all():
                return {p: sorted(allowed[p], key=lambda v: (str(type(v)), v)) for p in chosen}
    return {}
