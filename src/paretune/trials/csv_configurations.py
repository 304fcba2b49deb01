"""Read the configurations of a known space from a CSV file."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from paretune.errors import InvalidInputError
from paretune.space import Categorical, Parameter, Params, Space
from paretune.space.values import is_same_value
from paretune.trials.columns import NONE_CELL
from paretune.trials.csv_file import CsvFile, is_empty_or_nan, parse_number


def read_configurations(file: CsvFile, space: Space) -> list[Params]:
    """Read the configuration of each row; for a pending trial, the part of it that is known.

    A cell of a categorical parameter is the choice with this text, else the choice with this number: pandas writes 10
    as 10.0 in a column with empty cells. ``None`` is the choice None, unless there is such a text. An empty cell is the
    choice None or the empty text, if the parameter has that choice and exists; otherwise the parameter does not exist.
    For numeric parameters, ``nan`` means an empty cell.

    Raises:
        InvalidInputError: a row is not a configuration of the space; the message names its line.
    """
    return [_configuration(file, space, row) for row in range(len(file))]


def _configuration(file: CsvFile, space: Space, row: int) -> Params:
    params: dict[str, Any] = {}
    try:
        for name, parameter in space.items():
            cell = file.column(name)[row]
            if not _is_empty(parameter, cell) or (_has_empty_choice(parameter) and space.is_active(name, params)):
                params[name] = _value(name, parameter, cell)
        return params if file.column("state")[row] == "pending" else space.check(params)
    except InvalidInputError as error:
        raise InvalidInputError(f"{file.path}, line {file.lines[row]}: {error}") from None


def _value(name: str, parameter: Parameter, cell: str) -> Any:
    """Return the value of a cell; a text that fits no value is returned as it is, and fails the check of the space."""
    number = _number(cell)
    if isinstance(parameter, Categorical):
        by_text = [choice for choice in parameter.choices if _text(choice) == cell]
        if len(by_text) > 1:
            raise InvalidInputError(f"{name} has several choices that are written {cell!r}: {by_text}")
        by_number = [choice for choice in parameter.choices if number is not None and is_same_value(choice, number)]
        if cell == NONE_CELL and not by_text and None in parameter.choices:
            return None
        return next(iter([*by_text, *by_number]), cell)
    return cell if number is None else number


def _is_empty(parameter: Parameter, cell: str) -> bool:
    return not cell if isinstance(parameter, Categorical) else is_empty_or_nan(cell)


def _has_empty_choice(parameter: Parameter) -> bool:
    return isinstance(parameter, Categorical) and "" in map(_text, parameter.choices)


def _text(choice: Any) -> str:
    """Return the text of a choice in a table."""
    return "" if choice is None else str(choice).strip()


def _number(cell: str) -> int | float | None:
    with suppress(ValueError):
        return int(cell) if cell.lstrip("+-").isdecimal() else parse_number(cell)
    return None
