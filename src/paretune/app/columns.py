"""Say what the columns of CSV files are taken as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from paretune.errors import InvalidInputError
from paretune.trials import ColumnChoice, ColumnRoles, csv_column_roles, require_columns
from paretune.trials.column_roles import FORMAT_REASON, LEFT_OUT
from paretune.trials.csv_file import read_csv

MAX_NAMES = 8  # names of one kind in a line
MAX_EXAMPLES = 3
MAX_LENGTH = 20  # characters of an example


@dataclass(frozen=True)
class ColumnView:
    """A column of a file and its role.

    Args:
        column: name of the column.
        role: what it is taken as, with the name under which it is read if that is another.
        reason: why.
        examples: some of its cells that differ.
    """

    column: str
    role: str
    reason: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class TableView:
    """What a file is taken as.

    Args:
        tool: the tool that wrote it; empty if unknown.
        n_rows: number of rows.
        columns: its columns.
    """

    tool: str
    n_rows: int
    columns: tuple[ColumnView, ...]


def inspect_table(path: Path, objectives: Sequence[str] = (), choice: ColumnChoice | None = None) -> TableView:
    """Return what the columns of a CSV file are taken as.

    Args:
        path: the file.
        objectives: names of the objectives, as far as they are known.
        choice: what the user says about columns.

    Raises:
        InvalidInputError: the file cannot be read, or has not one of the columns.
    """
    require_columns([path], choice.names if choice else ())
    roles, file = csv_column_roles([path], objectives, choice), read_csv(path)
    found = {role.name for role in roles.roles}
    for name in objectives:
        if name not in found:
            raise InvalidInputError(f"{path} has no column {name!r}; its columns are {', '.join(file.columns)}")
    views = (
        ColumnView(
            role.column,
            role.role if role.name == role.column else f"{role.role} {role.name}",
            role.reason,
            _examples(file.column(role.column)),
        )
        for role in roles.roles
    )
    return TableView(roles.tool, len(file), tuple(views))


def describe_roles(paths: Sequence[Path], roles: ColumnRoles) -> str:
    """Say in a line what columns are taken as; empty if Paretune wrote the files and the user says nothing else."""
    if not paths or roles.is_certain:
        return ""
    files = ", ".join(map(str, paths[:MAX_EXAMPLES])) + (", ..." if len(paths) > MAX_EXAMPLES else "")
    words = [
        f"{files}, written by {roles.tool}: taken as parameters" if roles.tool else f"{files}: taken as parameters",
        "as metrics",
        "left out",
    ]
    surprising = [name for name in roles.left_out if not roles.reasons[name].startswith(FORMAT_REASON)]
    left_out = tuple(dict.fromkeys((*surprising, *roles.left_out)))
    names = (roles.parameters, roles.metrics, left_out)
    parts = [f"{word}: {_enumerate(found)}" for word, found in zip(words, names, strict=True) if found]
    why = f" (why: paretune inspect {paths[0]})" if any(role.role == LEFT_OUT for role in roles.roles) else ""
    return f"{'; '.join(parts)}{why}; change with --parameter, --metric, --ignore"


def _enumerate(names: Sequence[str]) -> str:
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return ", ".join(names[:MAX_NAMES]) + more


def _examples(cells: Sequence[str]) -> tuple[str, ...]:
    different = list(dict.fromkeys(cell for cell in cells if cell))[:MAX_EXAMPLES]
    return tuple(cell if len(cell) <= MAX_LENGTH else f"{cell[: MAX_LENGTH - 3]}..." for cell in different)
