"""What stands in the cells of a CSV file?"""

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

from paretune.errors import InvalidInputError

_SEPARATORS = {";": "semicolons", "\t": "tabs"}
_GZIP = b"\x1f\x8b"
_MISSING = re.compile(r"([+-]?nan)?", re.IGNORECASE)


@dataclass(frozen=True)
class CsvFile:
    """A table of text, with the place of each row for whoever must mend it.

    Args:
        path: where it was read.
        columns: by name, ``n`` cells each, without spaces around; empty where there is nothing.
        lines: the line on which each row ends, counted from 1.
    """

    path: Path
    columns: Mapping[str, tuple[str, ...]]
    lines: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.lines)

    def without(self, names: Collection[str]) -> CsvFile:
        """The same but for the columns of these names and their standard errors, where it has them."""
        gone = {*names, *(f"{name}_se" for name in names)}
        return replace(self, columns={name: cells for name, cells in self.columns.items() if name not in gone})

    def column(self, name: str) -> tuple[str, ...]:
        """The cells of a column; empty ones where the file does not have it."""
        return self.columns.get(name, ("",) * len(self))

    def numbers(self, name: str, least: float = -math.inf, most: float = math.inf) -> list[float]:
        """A column as numbers, NaN where a cell is empty.

        Raises:
            InvalidInputError: a cell holds text, less than the least, or more than the most.
        """
        return [self._number(name, row, least, most) for row in range(len(self))]

    def times(self, name: str) -> list[float]:
        """A column of dates as POSIX seconds, NaN where a cell is empty; without a zone they are of UTC.

        Raises:
            InvalidInputError: a cell is no date.
        """
        return [self._time(name, row) for row in range(len(self))]

    def complaint(self, name: str, row: int, expected: str) -> InvalidInputError:
        """What to raise of a cell that holds something else; of a long one it shows the ends."""
        shown = reprlib.repr(self.columns[name][row])
        return InvalidInputError(f"{self.path}, line {self.lines[row]}: {name} must be {expected}, but is {shown}")

    def _number(self, name: str, row: int, least: float, most: float) -> float:
        cell = self.column(name)[row]
        try:
            number = as_number(cell or "nan")
        except ValueError:
            raise self.complaint(name, row, "a number, or empty where there is none") from None
        if number < least:
            raise self.complaint(name, row, f"at least {least:g}")
        if number > most:
            raise self.complaint(name, row, f"at most {most:g}")
        return number

    def _time(self, name: str, row: int) -> float:
        cell = self.column(name)[row]
        try:
            time = datetime.fromisoformat(cell) if cell else None
        except ValueError:
            raise self.complaint(name, row, "a date such as 2026-01-31 12:00:00+00:00, or empty") from None
        if time is None:
            return math.nan
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def title(path: Path) -> str:
    """The name of a file without its endings.

    Example:
        >>> title(Path("results/random.csv.gz")), title(Path("nets.csv"))
        ('random', 'nets')
    """
    return Path(path.name.removesuffix(".gz")).stem


def read_csv(path: Path) -> CsvFile:
    """The cells of a file of comma-separated values, the first line being the columns' names; gzip is undone.

    A first column without a name that holds whole numbers is the index that pandas writes, and is left out.

    Raises:
        InvalidInputError: there is no such file, it is damaged, not UTF-8, separated by something else, or has no rows;
            columns have no name or the same one; a row has more or fewer cells.
    """
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        rows = [
            (reader.line_num, [cell.strip() for cell in row]) for row in reader if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise InvalidInputError(
            f"{path}, line {reader.line_num}: {error}; write it as comma-separated values"
        ) from None
    if not rows:
        raise InvalidInputError(f"{path} is empty: its first line must name the columns")
    lines, table = zip(*rows, strict=True)
    header, *cells = _without_index(table)
    _check_header(path, header, cells)
    for line, row in zip(lines[1:], cells, strict=True):
        if len(row) != len(header):
            raise InvalidInputError(f"{path}, line {line}: there are {len(row)} cells for {len(header)} columns")
    if not cells:
        raise InvalidInputError(f"{path} has no rows: one line a trial is needed below the columns' names")
    return CsvFile(path, dict(zip(header, zip(*cells, strict=True), strict=True)), lines[1:])


def _text(path: Path) -> str:
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
    """The rows without the index that pandas writes before them."""
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


def as_number(cell: str) -> float:
    """A cell as a number; `ValueError` where it is none, as ``64_32``, which Python's own `float` reads as 6432."""
    if "_" in cell:
        raise ValueError(cell)
    return float(cell)


def is_missing(cell: str) -> bool:
    """Whether a cell among numbers holds none: it is empty, or ``nan`` as pandas may write it."""
    return _MISSING.fullmatch(cell) is not None
