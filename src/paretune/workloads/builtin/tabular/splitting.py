"""The held-out test part of a table, and the folds of the rest: stratified, by groups, or by time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from paretune.errors import DataError
from paretune.workloads.builtin.tabular.columns import parse_dates
from paretune.workloads.builtin.tabular.reading import parse_numbers
from paretune.workloads.builtin.tabular.target import Target

Rows = NDArray[np.intp]
_N_FOLDS, _MAX_ROWS_FOR_FOLDS = 5, 5_000


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers of the parts of a table.

    Args:
        search: the rows that the search may see; with a split by time in their order.
        test: the rows that it never sees.
        n_folds: the number of folds; 1 means one part that is held out.
        groups: for each row of the table, its group; None without groups.
        by_time: whether later rows are predicted from earlier ones.
    """

    search: Rows
    test: Rows
    n_folds: int
    groups: NDArray[np.intp] | None = None
    by_time: bool = False

    def folds(self, target: Target, repeat: int) -> Iterator[tuple[Rows, Rows]]:
        """The rows to train on and the rows to predict, fold by fold.

        Args:
            target: of all rows.
            repeat: the number of the repetition; each shuffles differently, except by time.
        """
        y = target.y[self.search]
        groups = None if self.groups is None else self.groups[self.search]
        for train, validation in _splitter(self, target, repeat).split(y, y, groups):
            yield self.search[train], self.search[validation]

    def describe(self) -> str:
        """The split in words."""
        how = "by time" if self.by_time else "by groups" if self.groups is not None else "at random"
        folds = "one held-out part" if self.n_folds == 1 else f"{self.n_folds} folds"
        return f"{len(self.search):,} rows in {folds}, and {len(self.test):,} rows as the test part, split {how}"


def split_rows(frame: pd.DataFrame, target: Target, options: Any) -> Split:
    """Split the rows of a table.

    Args:
        frame: ``n`` rows, all with a target.
        target: of these rows.
        options: ``folds`` (a number or ``auto``), ``test_share``, and the columns ``groups`` and ``time`` (or "").

    Raises:
        DataError: a part lacks a class or a group, or the column of the time holds no times.
    """
    share, rows = options["test_share"], np.arange(len(frame))
    if options["time"]:
        order = np.argsort(_times(frame, options["time"]), kind="stable")
        n = max(1, round(share * len(frame)))
        parts, groups = (order[:-n], order[-n:]), None
    else:
        groups = _group_numbers(frame, options["groups"]) if options["groups"] else None
        parts = next(_holdout(target, rows, groups, share).split(rows, target.y, groups))
    search, test = parts
    _check_classes(target, search, test)
    asked = options["folds"]
    n_folds = asked if asked != "auto" else _N_FOLDS if len(search) <= _MAX_ROWS_FOR_FOLDS else 1
    return Split(search, test, _possible_folds(n_folds, target, search, groups), groups, bool(options["time"]))


def _times(frame: pd.DataFrame, name: str) -> NDArray[np.float64]:
    numbers = parse_numbers(frame[name])
    times = numbers if numbers.notna().all() else parse_dates(frame[name])
    if times.isna().any():
        raise DataError(f"the column {name!r} must have a time in each row, as a date or a number, to split by time")
    return np.asarray(times if times is numbers else times.astype("int64"), dtype=float)


def _group_numbers(frame: pd.DataFrame, name: str) -> NDArray[np.intp]:
    numbers = pd.factorize(frame[name].astype(str))[0]
    if len(np.unique(numbers)) < 3:
        raise DataError(f"the column {name!r} has fewer than 3 groups, which is too few to split by them")
    return numbers


def _check_classes(target: Target, search: Rows, test: Rows) -> None:
    """Refuse a class that only the test part has: no search can learn it."""
    if not target.classes:
        return
    lacking = sorted(set(target.y[test]) - set(target.y[search]))
    if lacking:
        name = target.classes[int(lacking[0])]
        raise DataError(
            f"the class {name!r} of {target.name!r} is only in the test part: split otherwise, or leave its rows out"
        )
    if len(np.unique(target.y[search])) < 2:
        raise DataError(f"all rows of {target.name!r} outside of the test part have one class: split otherwise")


def _possible_folds(n: int, target: Target, search: Rows, groups: NDArray[np.intp] | None) -> int:
    """At most as many folds as the smallest class has rows, and as there are groups."""
    limits = [n, len(search) // 2]
    if groups is not None:
        limits.append(len(np.unique(groups[search])))
    elif target.classes:
        limits.append(int(np.unique(target.y[search], return_counts=True)[1].min()))
    return max(1, min(limits))


def _splitter(split: Split, target: Target, repeat: int) -> Any:
    from sklearn import model_selection as ms  # noqa: PLC0415 (slow to load)

    if split.by_time:
        return ms.TimeSeriesSplit(split.n_folds) if split.n_folds > 1 else _LastPart()
    if split.n_folds == 1:
        return _holdout(target, split.search, split.groups, 0.2, repeat + 1)
    shuffle: dict[str, Any] = {"n_splits": split.n_folds, "shuffle": True, "random_state": repeat}
    if split.groups is not None:
        return ms.StratifiedGroupKFold(**shuffle) if target.classes else ms.GroupKFold(**shuffle)
    return ms.StratifiedKFold(**shuffle) if target.classes else ms.KFold(**shuffle)


def _holdout(target: Target, rows: Rows, groups: NDArray[np.intp] | None, share: float, seed: int = 0) -> Any:
    """Make what splits these rows once; with classes, at least as many rows as classes are held out."""
    from sklearn import model_selection as ms  # noqa: PLC0415 (slow to load)

    make: Callable[..., Any] = ms.StratifiedShuffleSplit if target.classes else ms.ShuffleSplit
    if groups is not None:
        make = ms.GroupShuffleSplit
    n = max(round(share * len(rows)), len(target.classes), 1)
    return make(n_splits=1, test_size=share if groups is not None else n, random_state=seed)


class _LastPart:
    """The last fifth of rows in the order of time."""

    def split(self, y: Any, *_: Any) -> Iterator[tuple[Rows, Rows]]:
        rows = np.arange(len(y))
        first = len(rows) - max(1, len(rows) // 5)
        yield rows[:first], rows[first:]
