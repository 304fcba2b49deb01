"""The columns of a table by kind, and their values as numbers and texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from paretune.errors import DataError
from paretune.workloads.builtin.tabular.reading import parse_numbers

FEW_CATEGORIES = 30  # more are encoded by means of the target
MISSING = "(missing)"
_ALMOST_ALL = 0.98  # share of the values that must be numbers or dates
_WORDS_OF_TEXT, _DISTINCT_TEXTS = 4.0, 0.5
_DATE = r"\d{4}-\d\d?-\d\d?|\d\d?[./-]\d\d?[./-]\d{2,4}|\d{4}/\d\d?/\d\d?"
_DATE_PARTS = ("year", "month", "day", "day_of_week", "hour", "days")


@dataclass(frozen=True)
class Columns:
    """The feature columns of a table by kind.

    Args:
        numbers: numbers and booleans.
        dates: dates and times.
        categories: texts with few different values.
        many: texts with many different values.
        texts: texts of several words.
        unused: columns with one value or none.
    """

    numbers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    many: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def used(self) -> tuple[str, ...]:
        """All columns that a model gets."""
        return (*self.numbers, *self.dates, *self.categories, *self.many, *self.texts)

    @property
    def has_only_numbers(self) -> bool:
        """Whether a table of numbers holds all columns."""
        return not (self.categories or self.many or self.texts)

    @property
    def number_names(self) -> list[str]:
        """Names of the columns of numbers, with those of dates."""
        return [*self.numbers, *(f"{name}: {part}" for name in self.dates for part in _DATE_PARTS)]

    def to_dict(self) -> dict[str, list[str]]:
        """The names by kind, for a file."""
        return {kind: list(names) for kind, names in vars(self).items()}

    def features(self, frame: pd.DataFrame) -> NDArray[np.float64] | pd.DataFrame:
        """The values of all columns, as the models take them.

        Args:
            frame: ``n`` rows with these columns, and maybe others.

        Returns:
            ``n x d`` numbers if all columns are numbers or dates; else a frame of numbers and texts. A missing number
            is NaN, a missing text is ``(missing)``.

        Raises:
            DataError: a column is missing.
        """
        lacking = [name for name in self.used if name not in frame]
        if lacking:
            raise DataError(
                f"the table has no column {', '.join(map(repr, lacking[:5]))}, which the model was trained on"
            )
        numbers = np.column_stack(
            [
                np.empty((len(frame), 0)),
                *(parse_numbers(frame[name]).to_numpy() for name in self.numbers),
                *(_date_numbers(frame[name]) for name in self.dates),
            ]
        )
        if self.has_only_numbers:
            return numbers
        texts = {name: _texts(frame[name]) for name in (*self.categories, *self.many, *self.texts)}
        return pd.DataFrame(dict(zip(self.number_names, numbers.T, strict=True)) | texts)


def find_columns(frame: pd.DataFrame, left_out: Sequence[str]) -> Columns:
    """Find the kind of each column.

    Args:
        frame: the rows that the search may see.
        left_out: columns that are no features, such as the target.

    Raises:
        DataError: no column is left.
    """
    kinds: dict[str, list[str]] = {}
    for name in frame.columns:
        if name not in left_out:
            kinds.setdefault(_kind(frame[name].dropna()), []).append(name)
    found = Columns(**{kind: tuple(names) for kind, names in kinds.items()})
    if not found.used:
        raise DataError("the table has no column to predict from: each has only one value, or is the target")
    return found


def _kind(values: pd.Series) -> str:
    if values.nunique() < 2:
        return "unused"
    if pd.api.types.is_numeric_dtype(values) or parse_numbers(values).notna().mean() >= _ALMOST_ALL:
        return "numbers"
    if parse_dates(values).notna().mean() >= _ALMOST_ALL:
        return "dates"
    texts = values.astype(str)
    if (
        texts.nunique() >= _DISTINCT_TEXTS * len(texts)
        and np.mean([len(text.split()) for text in texts]) >= _WORDS_OF_TEXT
    ):
        return "texts"
    return "categories" if texts.nunique() <= FEW_CATEGORIES else "many"


def parse_dates(values: pd.Series) -> pd.Series:
    """The dates and times of a column, in UTC; missing where a value is none."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return pd.to_datetime(values, utc=True)
    texts = values.astype(str)
    return pd.to_datetime(texts.where(texts.str.match(_DATE)), errors="coerce", format="mixed", utc=True)


def _date_numbers(values: pd.Series) -> NDArray[np.float64]:
    """The parts of dates as numbers, ``n x 6``."""
    dates = parse_dates(values)
    days = (dates - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)
    parts: list[Any] = [*(getattr(dates.dt, part) for part in _DATE_PARTS[:-1]), days]
    return np.column_stack([np.asarray(part, dtype=float) for part in parts])


def _texts(values: pd.Series) -> NDArray[np.object_]:
    return values.astype(object).where(values.notna(), MISSING).astype(str).to_numpy(dtype=object)
