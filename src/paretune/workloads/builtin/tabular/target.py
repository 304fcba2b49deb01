"""The target of a table: classes or numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from paretune.errors import DataError, InvalidInputError, did_you_mean
from paretune.workloads.builtin.tabular.reading import SHIPPED, SHIPPED_TARGET, Table, parse_numbers

CLASSIFICATION, REGRESSION = "classification", "regression"
MIN_ROWS_PER_CLASS, MIN_ROWS, MAX_CLASSES = 3, 20, 1000
_MOST_NUMBERED_CLASSES = 20  # whole numbers with more values are numbers, not classes


@dataclass(frozen=True, eq=False)
class Target:
    """The values to predict.

    Args:
        name: of the column.
        y: ``n`` numbers; for classification the place of each class in ``classes``.
        classes: the classes as texts, sorted; empty for regression.
    """

    name: str
    y: NDArray[np.float64]
    classes: tuple[str, ...] = ()

    @property
    def task(self) -> str:
        """``classification`` or ``regression``."""
        return CLASSIFICATION if self.classes else REGRESSION


def target_name(table: Table, data: str, given: str) -> str:
    """Return the name of the target column.

    Args:
        table: the table.
        data: the name of the data; a shipped set has a known target.
        given: what the user named, maybe nothing.

    Raises:
        InvalidInputError: no column is named, or it does not exist.
    """
    name = given or (SHIPPED_TARGET if data in SHIPPED else "")
    columns = list(table.frame.columns)
    shown = ", ".join(columns[:20]) + (f" and {len(columns) - 20} more" if len(columns) > 20 else "")
    if not name:
        raise InvalidInputError(f"name the column to predict with --target: {table.name} has {shown}")
    if name not in columns:
        hint = did_you_mean(name, columns)
        raise InvalidInputError(f"{table.name} has no column {name!r}{hint} for --target; it has {shown}")
    return name


def read_target(frame: pd.DataFrame, name: str, task: str) -> Target:
    """Read the target, and find out whether it has classes or numbers.

    Args:
        frame: rows that have a target.
        name: of the column.
        task: ``classification``, ``regression``, or ``auto`` for what the values look like: numbers, if they are
            fractions or if there are more than 20 different ones.

    Raises:
        DataError: the values cannot be learned from; the message says why.
    """
    if len(frame) < MIN_ROWS:
        raise DataError(f"only {len(frame)} rows have a value in the target {name!r}: {MIN_ROWS} are needed")
    column, numbers = frame[name], parse_numbers(frame[name])
    if column.nunique() < 2:
        raise DataError(f"the target {name!r} is {column.iloc[0]!r} in all rows: there is nothing to predict")
    if task == REGRESSION or (task == "auto" and _are_numbers(column, numbers)):
        if numbers.isna().any():
            raise DataError(f"the target {name!r} has values that are no numbers: set task=classification")
        return Target(name, numbers.to_numpy())
    texts = _class_texts(column, numbers)
    _check_classes(name, texts)
    classes = sorted(set(texts), key=_class_order)
    place = {text: i for i, text in enumerate(classes)}
    return Target(name, np.array([place[text] for text in texts], dtype=float), tuple(classes))


def _are_numbers(column: pd.Series, numbers: pd.Series) -> bool:
    if numbers.isna().any() or pd.api.types.is_bool_dtype(column):
        return False
    return bool((numbers % 1 != 0).any()) or numbers.nunique() > _MOST_NUMBERED_CLASSES


def _class_texts(column: pd.Series, numbers: pd.Series) -> list[str]:
    """The classes as texts; whole numbers without a decimal point, however pandas has read them."""
    if pd.api.types.is_float_dtype(column) and (numbers % 1 == 0).all():
        return [str(int(number)) for number in numbers]
    return [str(value) for value in column]


def _class_order(text: str) -> tuple[bool, float, str]:
    """The order of classes: numbers by size, then other texts."""
    try:
        return False, float(text), text
    except ValueError:
        return True, 0.0, text


def _check_classes(name: str, texts: list[str]) -> None:
    counts = Counter(texts)
    if len(counts) > MAX_CLASSES:
        raise DataError(
            f"the target {name!r} has {len(counts):,} classes, and at most {MAX_CLASSES:,} are possible: "
            "if they are numbers, set task=regression"
        )
    rare = [text for text, n in counts.items() if n < MIN_ROWS_PER_CLASS]
    if rare:
        others = f", as {len(rare) - 1} other classes" if len(rare) > 1 else ""
        n = counts[rare[0]]
        raise DataError(
            f"the target {name!r} has only {n} row{'s' if n > 1 else ''} of the class {rare[0]!r}{others}: each class "
            f"needs {MIN_ROWS_PER_CLASS}; merge the class with another one, or leave its rows out"
        )
