"""Which configurations do a table's cells say, where it is known what was varied?"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from paretune.errors import InvalidInputError
from paretune.space import Categorical, Parameter, Params, Space
from paretune.space.values import same
from paretune.trials.csv_file import CsvFile, as_number, is_missing


def fitted(file: CsvFile, space: Space) -> list[Params]:
    """The configuration of each row; of a pending trial, as much of it as there is.

    A cell is read as its parameter has it: of a categorical the choice that is written so, else the one that is this
    number, since pandas writes 10 as 10.0 beside an empty cell. An empty cell is the choice None, or the empty text,
    where that is one and the parameter exists; else the parameter does not. Of numbers ``nan`` is empty, too.

    Raises:
        InvalidInputError: a row is no configuration of the space; the message names its line.
    """
    return [_configuration(file, space, row) for row in range(len(file))]


def _configuration(file: CsvFile, space: Space, row: int) -> Params:
    params: dict[str, Any] = {}
    try:
        for name, parameter in space.items():
            cell = file.column(name)[row]
            if not _is_empty(parameter, cell) or (_has_empty(parameter) and space.is_active(name, params)):
                params[name] = _value(name, parameter, cell)
        return params if file.column("state")[row] == "pending" else space.check(params)
    except InvalidInputError as error:
        raise InvalidInputError(f"{file.path}, line {file.lines[row]}: {error}") from None


def _value(name: str, parameter: Parameter, cell: str) -> Any:
    """What a cell says; a text that says nothing of the parameter's is left to the space to refuse."""
    number = _number(cell)
    if isinstance(parameter, Categorical):
        named = [choice for choice in parameter.choices if _text(choice) == cell]
        if len(named) > 1:
            raise InvalidInputError(f"{name} has several choices that are written {cell!r}: {named}")
        equal = [choice for choice in parameter.choices if number is not None and same(choice, number)]
        return next(iter([*named, *equal]), cell)
    return cell if number is None else number


def _is_empty(parameter: Parameter, cell: str) -> bool:
    return not cell if isinstance(parameter, Categorical) else is_missing(cell)


def _has_empty(parameter: Parameter) -> bool:
    return isinstance(parameter, Categorical) and "" in map(_text, parameter.choices)


def _text(choice: Any) -> str:
    """A choice as a table has it."""
    return "" if choice is None else str(choice).strip()


def _number(cell: str) -> int | float | None:
    with suppress(ValueError):
        return int(cell) if cell.lstrip("+-").isdecimal() else as_number(cell)
    return None
