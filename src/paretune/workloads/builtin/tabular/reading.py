"""Tables: files of a user, and data sets that scikit-learn ships."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from paretune.errors import DataError, InvalidInputError, did_you_mean

SHIPPED = ("breast_cancer", "diabetes", "digits", "iris", "wine")
SHIPPED_TARGET = "target"
_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet")
_LARGE_BYTES = 64_000_000  # a larger file is read in parts, of which rows are drawn
_ROWS_PER_PART, _SNIFFED_BYTES = 50_000, 1_000_000


@dataclass(frozen=True, eq=False)
class Table:
    """The rows of a file or a shipped data set.

    Args:
        name: for readers.
        frame: one row for each example.
        sha256: of the whole file, or of the data set.
        notice: says that rows were drawn from a larger table; empty if all are there.
    """

    name: str
    frame: pd.DataFrame
    sha256: str
    notice: str = ""


def read_table(data: str, max_rows: int) -> Table:
    """Read a table; the same file with the same content is read once in a process.

    Args:
        data: a name in `SHIPPED`, or a path that ends in .csv, .tsv (both also with .gz) or .parquet.
        max_rows: if there are more rows, so many of them are drawn at random, always the same ones.

    Raises:
        InvalidInputError: there is no such name or file, or Parquet cannot be read here.
        DataError: the file has another form.
    """
    if data in SHIPPED:
        return _shipped(data, max_rows)
    path = Path(data)
    if not data or not path.is_file():
        _refuse(data)
    if not data.lower().endswith(_ENDINGS):
        raise InvalidInputError(f"{data} must be a file that ends in {', '.join(_ENDINGS[:-1])} or {_ENDINGS[-1]}")
    if path.suffix == ".parquet" and find_spec("pyarrow") is None:
        raise InvalidInputError(f"{path} is Parquet, which needs pyarrow: pip install pyarrow")
    status = path.stat()
    return _read_file(path, max_rows, (status.st_mtime_ns, status.st_size))


def _refuse(data: str) -> None:
    names = ", ".join(SHIPPED)
    if not data:
        raise InvalidInputError(
            f"the data are not named: give --data with a CSV, TSV or Parquet file, or one of {names}"
        )
    hint = did_you_mean(data, SHIPPED)
    raise InvalidInputError(
        f"there is no file {data}{hint}: --data takes a CSV, TSV or Parquet file, or one of {names}"
    )


@lru_cache(maxsize=4)
def _shipped(name: str, max_rows: int) -> Table:
    from sklearn import datasets  # noqa: PLC0415 (slow to load)

    loaded = getattr(datasets, f"load_{name}")(as_frame=True)
    frame: pd.DataFrame = loaded.frame
    if hasattr(loaded, "target_names") and name != "digits":
        frame = frame.assign(target=[str(loaded.target_names[i]) for i in frame["target"]])
    digest = hashlib.sha256(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return _limited(f"{name} of scikit-learn", frame, digest.hexdigest(), max_rows)


@lru_cache(maxsize=2)
def _read_file(path: Path, max_rows: int, _version: tuple[int, int]) -> Table:
    try:
        frame, n_rows = _read_parquet(path, max_rows) if path.suffix == ".parquet" else _read_text(path, max_rows)
    except (ValueError, OSError, EOFError) as error:  # pandas' and Arrow's errors are among these
        raise DataError(f"{path} cannot be read as a table: {str(error).splitlines()[0][:200]}") from error
    if frame.empty:
        raise DataError(f"{path} has no rows: expected a line of column names, and a line for each example")
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return _limited(path.name, frame, digest, max_rows, n_rows)


def _limited(name: str, frame: pd.DataFrame, sha256: str, max_rows: int, n_rows: int | None = None) -> Table:
    """Draw rows if there are too many, and name the columns by texts."""
    n_rows = len(frame) if n_rows is None else n_rows
    if len(frame) > max_rows:
        frame = frame.sample(max_rows, random_state=0).sort_index()
    frame = frame.reset_index(drop=True).set_axis([str(name).strip() for name in frame.columns], axis=1)
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise DataError(f"{name} has two columns {twice!r}: give each its own name")
    if len(frame) == n_rows:
        return Table(name, frame, sha256)
    text = f"{len(frame):,} of about {n_rows:,} rows of {name} are drawn at random: --set max_rows=... draws more"
    return Table(name, frame, sha256, text)


def _read_text(path: Path, max_rows: int) -> tuple[pd.DataFrame, int | None]:
    separator = "\t" if ".tsv" in path.name.lower() else _separator(path)
    if path.stat().st_size <= _LARGE_BYTES:
        return pd.read_csv(path, sep=separator, low_memory=False), None
    first = pd.read_csv(path, sep=separator, nrows=2000)
    bytes_per_row = len(first.to_csv(index=False).encode()) / len(first)
    share = min(1.0, 1.5 * max_rows * bytes_per_row / path.stat().st_size)
    parts = pd.read_csv(path, sep=separator, low_memory=False, chunksize=_ROWS_PER_PART)
    return _draw(iter(parts), share)


def _separator(path: Path) -> str:
    """The separator that is most frequent in the first line: a comma, a semicolon or a tabulator."""
    columns = {separator: len(pd.read_csv(path, sep=separator, nrows=0).columns) for separator in (",", ";", "\t")}
    return max(columns, key=lambda separator: columns[separator])


def _read_parquet(path: Path, max_rows: int) -> tuple[pd.DataFrame, int | None]:
    from pyarrow.parquet import ParquetFile  # noqa: PLC0415 (optional)

    file = ParquetFile(path)
    n_rows = file.metadata.num_rows
    parts = (batch.to_pandas() for batch in file.iter_batches(batch_size=_ROWS_PER_PART))
    return _draw(parts, min(1.0, 1.5 * max_rows / max(n_rows, 1)))


def _draw(parts: Iterator[pd.DataFrame], share: float) -> tuple[pd.DataFrame, int]:
    """Draw a share of the rows of each part; return them with the number of all rows."""
    drawn, n_rows = [], 0
    draw: Callable[[pd.DataFrame], pd.DataFrame] = (
        (lambda part: part) if share >= 1 else (lambda part: part.sample(frac=share, random_state=n_rows % 2**31))
    )
    for part in parts:
        drawn.append(draw(part))
        n_rows += len(part)
    return (pd.concat(drawn) if drawn else pd.DataFrame()), n_rows


def parse_numbers(column: pd.Series) -> pd.Series:
    """The numbers of a column; NaN for missing values, for infinite ones and for texts that are no numbers."""
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    return numbers.where(np.isfinite(numbers))
