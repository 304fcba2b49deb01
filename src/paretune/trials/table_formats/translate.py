"""Translate the table of another tool into the columns of `Trials`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from paretune.trials.columns import TRIAL_COLUMNS
from paretune.trials.csv_file import CsvFile
from paretune.trials.table_formats.cells import date, number_in, plain_numbers, seconds
from paretune.trials.table_formats.known_formats import PARETUNE
from paretune.trials.table_formats.optuna import OPTUNA
from paretune.trials.table_formats.recognize import recognize
from paretune.trials.table_formats.table_format import TableFormat

MIN_SHARE_NUMBERS = 0.9  # share of numbers in a column from which the other texts are mistakes
MIN_NUMBERS = 10  # different numbers that such a column has
_WHOLE = re.compile(r"-?\d+\.0")


@dataclass(frozen=True)
class TranslatedTable:
    """A table with the columns of `Trials`, and all others.

    Args:
        file: the translated columns; rows without a configuration are left out.
        original: the file before its translation.
        format: the format of the original file.
        sources: the name of each column in the original file.
    """

    file: CsvFile
    original: CsvFile
    format: TableFormat
    sources: Mapping[str, str]

    @property
    def is_own(self) -> bool:
        """Whether Paretune wrote the file: each of its columns is then known."""
        return self.format is PARETUNE


def translate(file: CsvFile, objectives: Collection[str]) -> TranslatedTable:
    """Recognize the tool that wrote a file, and translate its columns, words and cells.

    The mark of a parameter is removed from its name, unless another column has that name. An objective is also found
    with the mark of a metric. The values of trials that are not complete are left out: they are values on the way. Rows
    of a tool that marks parameters are left out if they have none; and so are trials that wait. Rows without a number
    are sorted by their start.

    Raises:
        InvalidInputError: a state is unknown.
    """
    table_format = recognize(file)
    if table_format is PARETUNE:
        return TranslatedTable(file, file, table_format, {name: name for name in file.columns})
    names = _new_names(file, table_format, objectives)
    rows = _rows(file, table_format)
    values = {*objectives, *(f"{name}_se" for name in objectives)}
    columns = {new: _cells(file, table_format, old, rows, is_value=new in values) for old, new in names.items()}
    columns |= _times(file, table_format, rows)
    if table_format.state or table_format.outcome:
        columns |= _outcomes(file, table_format, rows, objectives, columns)
    translated = replace(file, columns=columns, lines=tuple(file.lines[row] for row in rows))
    return TranslatedTable(translated, file, table_format, {new: old for old, new in names.items()})


def _new_names(file: CsvFile, table_format: TableFormat, objectives: Collection[str]) -> dict[str, str]:
    """Return the new name of each column that stays, by its old name."""
    fixed = _objective_names(file, table_format, objectives)
    if table_format.number and _is_unique(file.column(table_format.number)):
        fixed[table_format.number] = "number"
    taken = {*fixed.values(), *TRIAL_COLUMNS, *file.columns}
    names: dict[str, str] = {}
    for name in file.columns:
        plain = table_format.plain_parameter(name)
        names[name] = fixed.get(name) or (plain if plain and plain not in taken else name)
        taken.add(names[name])
    has_own_state = not table_format.state and table_format.outcome is None
    ours = () if not table_format.tool and has_own_state else ("state", "reason")
    return {old: new for old, new in names.items() if new not in ours or old in fixed}


def _objective_names(file: CsvFile, table_format: TableFormat, objectives: Collection[str]) -> dict[str, str]:
    """Return the new names of objectives and their standard errors, by their columns."""
    names: dict[str, str] = {}
    for name in (objective + end for objective in objectives for end in ("", "_se")):
        found = [column for column in table_format.metric_columns(name) if column in file.columns]
        if found:
            names[found[0]] = name
    return names


def _is_unique(cells: Sequence[str]) -> bool:
    return all(cells) and len(set(cells)) == len(cells)


def _rows(file: CsvFile, table_format: TableFormat) -> list[int]:
    """Return the rows with a configuration, in the order of the trials."""
    rows = [row for row in range(len(file)) if _has_configuration(file, table_format, row)]
    if table_format.number or not table_format.started:
        return rows
    starts = {row: date(file.column(table_format.started)[row]) for row in rows}
    if not all(starts.values()):
        return rows
    return sorted(rows, key=lambda row: datetime.fromisoformat(starts[row]))


def _has_configuration(file: CsvFile, table_format: TableFormat, row: int) -> bool:
    """Check whether a row has a parameter; all parameters of a complete trial of Optuna may be None."""
    if not table_format.parameters:
        return True
    word = file.column(table_format.state)[row].lower()
    marked = [cells[row] for name, cells in file.columns.items() if table_format.plain_parameter(name) is not None]
    return word != "waiting" and (any(marked) or not marked or (table_format is OPTUNA and word == "complete"))


def _cells(
    file: CsvFile, table_format: TableFormat, name: str, rows: Sequence[int], *, is_value: bool
) -> tuple[str, ...]:
    """Return these rows of a column, with plain numbers if it has numbers or has the values of an objective."""
    cells = file.columns[name]
    if table_format.plain_parameter(name) is not None:
        cells = _without_decimal_zeros(cells)
    if name == table_format.duration or (name == "duration" and not table_format.tool):
        cells = tuple(map(seconds, cells))
    cells = tuple(cells[row] for row in rows)
    has_numbers = table_format is not OPTUNA and (is_value or is_numeric(cells))
    return plain_numbers(cells) if has_numbers else cells


def is_numeric(cells: Sequence[str]) -> bool:
    """Check whether the known cells of a column are numbers, or nearly all of many are."""
    known = [cell for cell in plain_numbers(cells) if cell]
    numbers = [cell for cell in known if number_in(cell) is not None]
    is_mostly = len(set(numbers)) > MIN_NUMBERS and len(numbers) >= MIN_SHARE_NUMBERS * len(known)
    return bool(numbers) and (len(numbers) == len(known) or is_mostly)


def _without_decimal_zeros(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Remove the ``.0`` that pandas adds to whole numbers in a column with empty cells."""
    known = [cell for cell in cells if cell]
    are_whole = len(known) < len(cells) and all(_WHOLE.fullmatch(cell) for cell in known)
    return tuple(cell.removesuffix(".0") for cell in cells) if are_whole else cells


def _times(file: CsvFile, table_format: TableFormat, rows: Sequence[int]) -> dict[str, tuple[str, ...]]:
    """Return the columns ``started`` and ``duration`` as far as the tool has them."""
    columns: dict[str, tuple[str, ...]] = {}
    starts = [date(cell) for cell in file.column(table_format.started)]
    ends = [date(cell) for cell in file.column(table_format.ended)]
    durations = [seconds(cell) for cell in file.column(table_format.duration)]
    if table_format.started in file.columns:
        columns["started"] = tuple(starts[row] for row in rows)
    if table_format.duration in file.columns:
        columns["duration"] = tuple(durations[row] for row in rows)
    elif table_format.ended in file.columns:
        columns["duration"] = tuple(_between(starts[row], ends[row]) for row in rows)
    if table_format.tool and "duration" in columns:
        columns["duration"] = tuple(_valid_duration(cell) for cell in columns["duration"])
    return columns


def _between(start: str, end: str) -> str:
    if not start or not end:
        return ""
    return repr((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())


def _valid_duration(cell: str) -> str:
    number = number_in(cell)
    return "" if number is not None and number < 0 else cell


def _outcomes(
    file: CsvFile,
    table_format: TableFormat,
    rows: Sequence[int],
    objectives: Collection[str],
    columns: Mapping[str, tuple[str, ...]],
) -> dict[str, tuple[str, ...]]:
    """Return the columns ``state`` and ``reason``, and the objectives without the values of incomplete trials."""
    outcomes = [table_format.outcome_of(file, row) for row in rows]
    found = {"state": tuple(state for state, _ in outcomes), "reason": tuple(reason for _, reason in outcomes)}
    sources = {new: old for old, new in _objective_names(file, table_format, objectives).items()}
    has_values = [_has_values(file, table_format, row, outcome) for row, outcome in zip(rows, outcomes, strict=True)]
    for name in objectives:
        is_attribute = bool(table_format.attributes) and sources.get(name, "").startswith(table_format.attributes)
        if name in columns and not is_attribute:
            found[name] = tuple(cell if known else "" for cell, known in zip(columns[name], has_values, strict=True))
    return found


def _has_values(file: CsvFile, table_format: TableFormat, row: int, outcome: tuple[str, str]) -> bool:
    """Check whether a trial is complete. A complete one of Optuna may violate a constraint."""
    is_complete_in_optuna = table_format is OPTUNA and file.column("state")[row] == "COMPLETE"
    return is_complete_in_optuna or outcome == ("", "")
