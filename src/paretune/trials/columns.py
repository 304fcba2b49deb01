"""Parse the columns of a table into the fields of `Trials`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.space import Categorical, Space
from paretune.space.values import check_instance, check_whole_number

NONE_CELL = "None"  # the choice None in a CSV file; an empty cell means that a parameter does not exist
TRIAL_COLUMNS = ("number", "state", "reason", "started", "duration")
SEED_COLUMN = "paretune:seed"  # the seed of a trial in an export, if trials were given seeds
CONFIGURATION_COLUMN = "paretune:configuration"  # the first trial of the same configuration, if there are repeats
PARENT_COLUMN = "paretune:parent"  # the trial that a member of a population is a copy of, if there are copies
PARENT_STEP_COLUMN = "paretune:parent_step"  # the last step that it has of that trial
EXPORT_COLUMNS = (SEED_COLUMN, CONFIGURATION_COLUMN, PARENT_COLUMN, PARENT_STEP_COLUMN)


def parse_columns(columns: Mapping[str, Sequence[Any]], space: Space, objectives: Objectives) -> dict[str, Any]:
    """Return the fields of `Trials` by name; `Trials.from_columns` describes the columns."""
    n = _check_columns(columns, space, objectives)
    parsed: dict[str, Any] = {
        key: np.array([_text(v) for v in columns[name]], object)
        for key, name in (("states", "state"), ("reasons", "reason"))
        if name in columns
    }
    for key, name in (("started", "started"), ("durations", "duration")):
        if name in columns:
            parsed[key] = _floats(columns[name], name)
    if "number" in columns:
        parsed["numbers"] = [
            check_whole_number(f"row {row}: number", number) for row, number in enumerate(columns["number"])
        ]
    values, errors = (
        [_floats(columns.get(name, [math.nan] * n), name) for name in names]
        for names in (objectives.names, [f"{name}_se" for name in objectives.names])
    )
    parsed["losses"] = objectives.losses(np.column_stack(values))
    parsed["losses_se"] = np.column_stack(errors)
    parsed["params"] = tuple(_params(space, columns, row) for row in range(n))
    return parsed


def check_column_names(space: Space, objectives: Objectives) -> None:
    """Check that all columns of a table of trials have different names.

    Raises:
        InvalidInputError: two columns would have the same name.
    """
    check_instance("space", space, Space)
    check_instance("objectives", objectives, Objectives)
    names = Counter([*TRIAL_COLUMNS, *space, *objectives.names, *(f"{name}_se" for name in objectives.names)])
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise InvalidInputError(
            f"a table of trials would have two columns {twice[0]!r}: rename the parameter or objective"
        )


def is_none_or_nan(value: Any) -> bool:
    """Check whether a value is None or NaN, which means that it is absent."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def _check_columns(columns: Mapping[str, Sequence[Any]], space: Space, objectives: Objectives) -> int:
    """Check that all needed columns exist and have one length; return that length."""
    check_column_names(space, objectives)
    missing = [name for name in space if name not in columns]
    if missing:
        raise InvalidInputError(f"there is no column {missing[0]!r}: each parameter needs one: {', '.join(space)}")
    lengths = {name: len(column) for name, column in columns.items()}
    n = lengths[next(iter(space))]
    if any(length != n for length in lengths.values()):
        raise InvalidInputError(f"all columns must have the same length, but have {lengths}")
    return n


def _text(value: Any) -> str:
    return "" if is_none_or_nan(value) else str(value)


def _floats(column: Sequence[Any], name: str) -> NDArray[np.float64]:
    numbers = []
    for row, value in enumerate(column):
        try:
            numbers.append(math.nan if value is None else float(value))
        except (TypeError, ValueError):
            raise InvalidInputError(f"row {row}: {name} must be a number, but is {value!r}") from None
    return np.array(numbers, float)


def _params(space: Space, columns: Mapping[str, Sequence[Any]], row: int) -> dict[str, Any]:
    params: dict[str, Any] = {}
    for name, parameter in space.items():
        value = columns[name][row]
        may_be_none = isinstance(parameter, Categorical) and None in parameter.choices
        if not is_none_or_nan(value):
            params[name] = value
        elif may_be_none and space.is_active(name, params):
            params[name] = None
    try:
        return space.check(params)
    except InvalidInputError as error:
        raise InvalidInputError(f"row {row}: {error}") from error
