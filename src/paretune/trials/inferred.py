"""What was varied, as far as a table's cells tell?"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, Parameter, Space
from paretune.space.parameters import MAX_LEVELS
from paretune.trials.csv_file import as_number, is_missing

MAX_CHOICES = 500  # more words than this name trials, and vary nothing
MAX_PARENT_LEVELS = 10
_WHOLE = re.compile(r"[+-]?\d+")
_TRUTH = {"True": True, "False": False}


def typed(cells: Sequence[str]) -> list[Any]:
    """The cells of a column as whole numbers, as numbers, as True and False, or else as text; None where empty.

    Among numbers ``nan`` is empty, too, and infinite is what is larger than floating-point numbers are. Whole numbers
    that are written as ``3.0`` are whole where a cell is empty: so does pandas write them.

    Example:
        >>> typed(["1", "", "3"]), typed(["1", "2.5"]), typed(["2.0", ""]), typed(["True", "False"]), typed(["1", "b"])
        ([1, None, 3], [1.0, 2.5], [2, None], [True, False], ['1', 'b'])
    """
    if all(cell in _TRUTH for cell in cells if cell):
        return [_TRUTH.get(cell) for cell in cells]
    try:
        numbers = [None if is_missing(cell) else as_number(cell) for cell in cells]
    except ValueError:
        return [cell or None for cell in cells]
    known = [x for x in numbers if x is not None]
    if all(map(math.isfinite, known)) and all(is_missing(cell) or _WHOLE.fullmatch(cell) for cell in cells):
        return [None if is_missing(cell) else int(cell) for cell in cells]
    if len(known) < len(cells) and all(x.is_integer() for x in known):
        return [None if x is None else int(x) for x in numbers]
    return list(numbers)


def infer_space(columns: Mapping[str, Sequence[Any]]) -> Space:
    """The smallest space that holds the rows.

    Numbers vary between their least and their largest, on the scale, linear or logarithmic, in whose middle their
    median is; anything else is one of the words that occur. A column of nothing is no parameter. Where some rows lack a
    parameter, it exists with those values of another column, or of two others, that tell exactly which rows have it; if
    none do, rows lack it for no reason that the table knows.

    Args:
        columns: by name, values as `typed` gives them.

    Raises:
        InvalidInputError: no column varies anything; a column has hundreds of words.

    Example:
        >>> infer_space({"optimizer": ["sgd", "adam", "adam"], "momentum": [0.9, None, None], "depth": [1, 2, 4]})
        ... # doctest: +NORMALIZE_WHITESPACE
        Space({'optimizer': Categorical(choices=('adam', 'sgd'), ordered=None, when={}),
               'depth': Int(low=1, high=4, log=False, step=1, when={}),
               'momentum': Float(low=0.9, high=0.9, log=False, step=None, when={'optimizer': ('sgd',)})})
    """
    known = {name: [v for v in values if v is not None] for name, values in columns.items()}
    known = {name: values for name, values in known.items() if values}
    if not known:
        raise InvalidInputError("no column is a parameter: at least one must tell what was varied")
    rows = [i for i in range(len(next(iter(columns.values())))) if any(columns[name][i] is not None for name in known)]
    cells = {name: [columns[name][i] for i in rows] for name in known}
    parameters: dict[str, Parameter] = {}
    for name in sorted(known, key=lambda name: -len(known[name])):  # parents first: they exist more often
        parameters[name] = _parameter(name, known[name], condition(cells, name, possible_parents(parameters)))
    return Space(parameters)


def _parameter(name: str, values: Sequence[Any], when: Mapping[str, Any]) -> Parameter:
    if all(type(value) is int for value in values) and max(values) - min(values) < MAX_LEVELS:
        return Int(min(values), max(values), log=_is_logarithmic(values), when=when)
    if all(type(value) is float for value in values):
        return Float(min(values), max(values), log=_is_logarithmic(values), when=when)
    choices = sorted(set(values))
    if len(choices) > MAX_CHOICES:
        raise InvalidInputError(f"column {name!r} has {len(choices)} different values that are no numbers: ignore it")
    return Categorical(choices, when=when)


def _is_logarithmic(values: Sequence[float]) -> bool:
    """Whether positive numbers over a decade or more lie more evenly by their logarithms."""
    low, high = min(values), max(values)
    if low <= 0 or high < 10 * low:
        return False
    middle = float(np.median(values))
    linear, logarithmic = (middle - low) / (high - low), math.log(middle / low) / math.log(high / low)
    return abs(logarithmic - 0.5) < abs(linear - 0.5)


def possible_parents(parameters: Mapping[str, Parameter]) -> list[str]:
    """The parameters, by name, of few enough values that the existence of others may depend on them."""
    return [
        name
        for name, parameter in parameters.items()
        if not isinstance(parameter, Float) and parameter.n_levels <= MAX_PARENT_LEVELS
    ]


def condition(cells: Mapping[str, Sequence[Any]], name: str, parents: Sequence[str]) -> dict[str, list[Any]]:
    """The values of one other parameter, or of two, with which this one exists; nothing where it always does.

    Args:
        cells: by name, a value a row, None where the row lacks the parameter.
        name: of the parameter.
        parents: names of those that it may depend on.

    Example:
        >>> condition({"optimizer": ["sgd", "adam"], "momentum": [0.9, None]}, "momentum", ["optimizer"])
        {'optimizer': ['sgd']}
    """
    has_it = np.array([value is not None for value in cells[name]])
    if has_it.all():
        return {}
    allowed = {p: {v for v, has in zip(cells[p], has_it, strict=True) if has} - {None} for p in parents}
    told = {p: np.array([v in allowed[p] for v in cells[p]]) for p in parents}
    for n_parents in (1, 2):
        for chosen in itertools.combinations(parents, n_parents):
            if (np.logical_and.reduce([told[p] for p in chosen]) == has_it).all():
                return {p: sorted(allowed[p], key=lambda v: (str(type(v)), v)) for p in chosen}
    return {}
