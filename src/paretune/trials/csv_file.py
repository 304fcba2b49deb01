"""Read CSV files, and locate each cell for error messages."""

from __future__ import annotations

import csv
import gzip
import io
import math
import re
import reprlib
import zlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from paretune.argument_checks import check_regular_file
from paretune.errors import InvalidInputError
from paretune.trials.spreadsheet_cells import unmark_formula

_SEPARATORS = {";": "semicolons", "\t": "tabs"}
_GZIP = b"\x1f\x8b"
_MISSING = re.compile(r"([+-]?nan)?", re.IGNORECASE)


@dataclass(frozen=True)
class CsvFile:
    """A table of texts, with the line of each row for error messages.

    Args:
        path: the path of the file.
        columns: by name, ``n`` cells each, stripped of spaces.
        lines: the line on which each row ends, counted from 1.
    """

    path: Path
    columns: Mapping[str, tuple[str, ...]]
    lines: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.lines)

    def drop(self, names: Collection[str]) -> CsvFile:
        """Return the file without these columns and the columns of their standard errors, if it has them."""
        dropped = {*names, *(f"{name}_se" for name in names)}
        return replace(self, columns={name: cells for name, cells in self.columns.items() if name not in dropped})

    def column(self, name: str) -> tuple[str, ...]:
        """Return the cells of a column; empty cells if the file does not have it."""
        return self.columns.get(name, ("",) * len(self))

    def numbers(self, name: str, minimum: float = -math.inf, maximum: float = math.inf) -> list[float]:
        """Return a column as numbers, with NaN for empty cells.

        Raises:
            InvalidInputError: a cell is not a number, or is below the minimum or above the maximum.
        """
        return [self._number(name, row, minimum, maximum) for row in range(len(self))]

    def times(self, name: str) -> list[float]:
        """Return a column of dates as POSIX seconds, with NaN for empty cells; dates without a time zone are UTC.

        Raises:
            InvalidInputError: a cell is not a date.
        """
        return [self._time(name, row) for row in range(len(self))]

    def cell_error(self, name: str, row: int, expected: str) -> InvalidInputError:
        """Return the error for a cell with another content; a long content is abbreviated."""
        shown = reprlib.repr(self.columns[name][row])
        return InvalidInputError(f"{self.path}, line {self.lines[row]}: {name} must be {expected}, but is {shown}")

    def _number(self, name: str, row: int, minimum: float, maximum: float) -> float:
        cell = self.column(name)[row]
        try:
            number = parse_number(cell or "nan")
        except ValueError:
            raise self.cell_error(name, row, "a number, or empty if not known") from None
        if number < minimum:
            raise self.cell_error(name, row, f"at least {minimum:g}")
        if number > maximum:
            raise self.cell_error(name, row, f"at most {maximum:g}")
        return number

    def _time(self, name: str, row: int) -> float:
        cell = self.column(name)[row]
        try:
            time = datetime.fromisoformat(cell.removesuffix(" UTC")) if cell else None
        except ValueError:
            raise self.cell_error(name, row, "a date such as 2026-01-31 12:00:00+00:00, or empty") from None
        if time is None:
            return math.nan
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def file_stem(path: Path) -> str:
    """Return the name of a file without its suffixes.

    Example:
        >>> file_stem(Path("results/random.csv.gz")), file_stem(Path("nets.csv"))
        ('random', 'nets')
    """
    return Path(path.name.removesuffix(".gz")).stem


def read_csv(path: Path) -> CsvFile:
    """Read a file of comma-separated values, which may be compressed by gzip; its first line names the columns.

    A first column of whole numbers without a name is the index that pandas writes; it is dropped.

    Raises:
        InvalidInputError: the file does not exist, is damaged, is not UTF-8, has another separator, or has no rows;
            a column has no name, or two have the same; a row has more or fewer cells.
    """
    text = _text(path)
    limit = csv.field_size_limit(len(text) + 1)  # a cell may have any length
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [
            (reader.line_num, [unmark_formula(cell.strip()) for cell in row])
            for row in reader
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise InvalidInputError(
            f"{path}, line {reader.line_num}: {error}; write it as comma-separated values"
        ) from None
    finally:
        csv.field_size_limit(limit)
    if not rows:
        raise InvalidInputError(f"{path} is empty: its first line must name the columns")
    lines, table = zip(*rows, strict=True)
    header, *cells = _without_index(table)
    _check_header(path, header, cells)
    for line, row in zip(lines[1:], cells, strict=True):
        if len(row) != len(header):
            raise InvalidInputError(f"{path}, line {line}: there are {len(row)} cells for {len(header)} columns")
    if not cells:
        raise InvalidInputError(f"{path} has no rows: it needs one line for each trial below the names of the columns")
    return CsvFile(path, dict(zip(header, zip(*cells, strict=True), strict=True)), lines[1:])


def _text(path: Path) -> str:
    check_regular_file(path)
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if content.startswith(_GZIP) else content).decode("utf-8-sig")
    except FileNotFoundError:
        raise InvalidInputError(f"there is no file {path}") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InvalidInputError(f"{path} cannot be unpacked ({error}): fetch it again") from None
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8") from None


def _without_index(table: Sequence[list[str]]) -> Sequence[list[str]]:
    """Remove the index column that pandas writes."""
    header, *rows = table
    is_index = len(header) > 1 and header[0] == "" and all(row[0].isdecimal() for row in rows)
    return [row[1:] for row in table] if is_index else table


def _check_header(path: Path, header: list[str], rows: Sequence[list[str]]) -> None:
    if {"params", "state"} <= set(header) and rows and rows[0][header.index("state") :][:1] == [""]:
        raise InvalidInputError(f"{path} names its columns in two lines: write trials_dataframe(multi_index=False)")
    for separator, name in _SEPARATORS.items():
        if len(header) == 1 and separator in header[0]:
            raise InvalidInputError(f"{path} is separated by {name}: separate its cells by commas")
    if "" in header:
        raise InvalidInputError(f"{path}: column {header.index('') + 1} has no name: give it one")
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise InvalidInputError(f"{path} has two columns {twice[0]!r}: rename one")


def parse_number(cell: str) -> float:
    """Parse a cell as a number. Unlike `float`, refuse underscores: ``64_32`` is not 6432.

    Raises:
        ValueError: the cell is not a number.
    """
    if "_" in cell:
        raise ValueError(cell)
    return float(cell)


def is_empty_or_nan(cell: str) -> bool:
    """Check whether a cell of a numeric column has no number: it is empty, or ``nan`` as pandas may write it."""
    return _MISSING.fullmatch(cell) is not None
