"""A table that is ready to search: its features, target and split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from paretune.errors import InvalidInputError, did_you_mean
from paretune.workloads.builtin.data import print_notice
from paretune.workloads.builtin.tabular.columns import Columns, find_columns
from paretune.workloads.builtin.tabular.reading import Table, read_table
from paretune.workloads.builtin.tabular.splitting import Split, split_rows
from paretune.workloads.builtin.tabular.target import Target, read_target, target_name

_READ = ("data", "target", "task", "folds", "test_share", "groups", "time", "max_rows")  # options that this depends on


@dataclass(frozen=True, eq=False)
class Problem:
    """What all trials share.

    Args:
        table: as it was read.
        columns: the features by kind.
        X: their values, as `Columns.features` returns them.
        target: the values to predict.
        split: the rows of each part.
    """

    table: Table
    columns: Columns
    X: Any
    target: Target
    split: Split

    def describe(self) -> str:
        """The data, the task and the split in words, in one line."""
        task = self.target.task + (f" with {len(self.target.classes)} classes" if self.target.classes else "")
        counts = {kind: len(names) for kind, names in self.columns.to_dict().items() if names}
        kinds = ", ".join(f"{n} {kind.replace('many', 'of many categories')}" for kind, n in counts.items())
        return (
            f"{self.table.name}: {task} of {self.target.name!r} from {len(self.columns.used)} columns ({kinds}); "
            f"{self.split.describe()}"
        )


def open_problem(options: Mapping[str, Any]) -> Problem:
    """Read a table and split it; the same options give the same problem, which is made once in a process.

    Args:
        options: the options of the workload.

    Raises:
        InvalidInputError: an option names something that does not exist.
        DataError: the table cannot be learned from.
    """
    return _open(tuple((name, options[name]) for name in _READ), read_table(options["data"], options["max_rows"]))


@lru_cache(maxsize=4)
def _open(chosen: tuple[tuple[str, Any], ...], table: Table) -> Problem:
    options = dict(chosen)
    name = target_name(table, options["data"], options["target"])
    special = [options[option] for option in ("groups", "time") if options[option]]
    _check_columns(table, name, special)
    frame = table.frame[table.frame[name].notna()].reset_index(drop=True)
    target = read_target(frame, name, options["task"])
    split = split_rows(frame, target, options)
    columns = find_columns(frame.iloc[split.search], [name, *special])
    problem = Problem(table, columns, columns.features(frame), target, split)
    n_lacking = len(table.frame) - len(frame)
    for text in (table.notice, f"{n_lacking:,} rows without a target are left out" if n_lacking else ""):
        if text:
            print_notice(text)
    return problem


def _check_columns(table: Table, target: str, special: list[str]) -> None:
    for name in special:
        if name not in table.frame:
            hint = did_you_mean(name, table.frame.columns)
            raise InvalidInputError(f"{table.name} has no column {name!r}{hint} to split by")
        if name == target:
            raise InvalidInputError(f"{name!r} is the target, and cannot be the column to split by, too")
    if len(special) > 1:
        raise InvalidInputError("give either groups or time, not both: the table is split by one of them")
