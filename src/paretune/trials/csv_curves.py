"""Read learning curves from a CSV file."""

from __future__ import annotations

import math
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from paretune.argument_checks import PATH, WHOLES, check_arguments
from paretune.errors import InvalidInputError
from paretune.trials.csv_file import CsvFile, parse_number, read_csv
from paretune.trials.curves import CURVE_COLUMNS, MAX_STEP, Curves


def curves_from_csv(path: Path | str, numbers: Collection[int] | None = None) -> Curves:
    """Read the learning curves of trials: the inverse of `paretune export --curves`.

    The columns ``number`` and ``step`` say which trial reported and when; every other column is a metric. An empty
    cell, and one with ``nan`` or ``inf``, means that the metric was not reported. Rows may be in any order; if a trial
    has two rows with the same step, the later row replaces the earlier one.

    Args:
        path: a UTF-8 file, separated by commas; its first line names the columns.
        numbers: the numbers of the trials that may have a curve; by default all.

    Raises:
        InvalidInputError: the file cannot be read; a column is missing; a cell does not fit its column, or names a
            trial that does not exist.
    """
    check_arguments(path=(path, PATH), numbers=(numbers, WHOLES, None))
    file = read_csv(Path(path))
    for name in CURVE_COLUMNS:
        if name not in file.columns:
            raise InvalidInputError(f"{path} has no column {name!r}; its columns are {', '.join(file.columns)}")
    rows, steps = _whole_numbers(file, "number"), _whole_numbers(file, "step")
    _check_known(file, rows, numbers)
    return Curves.from_reports(
        rows, steps, {name: file.numbers(name) for name in file.columns if name not in CURVE_COLUMNS}
    )


def _whole_numbers(file: CsvFile, name: str) -> list[int]:
    return [_whole_number(file, name, row, cell) for row, cell in enumerate(file.columns[name])]


def _whole_number(file: CsvFile, name: str, row: int, cell: str) -> int:
    with suppress(ValueError):
        number = int(cell) if cell.isdecimal() else parse_number(cell)
        if 0 <= number <= MAX_STEP and number == math.floor(number):
            return int(number)
    raise file.cell_error(name, row, "a whole number of at least 0")


def _check_known(file: CsvFile, found: Collection[int], numbers: Collection[int] | None) -> None:
    """Check that all trials of the file exist."""
    known = set(found if numbers is None else map(int, numbers))
    for row, number in enumerate(found):
        if number not in known:
            raise file.cell_error("number", row, "the number of one of the trials")
