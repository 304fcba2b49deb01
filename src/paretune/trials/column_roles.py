"""Decide which columns of tables are parameters, and say why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from paretune.argument_checks import NAMES, check_arguments
from paretune.trials.column_suspicion import ALL_DIFFERENT_REASON, suspicion
from paretune.trials.columns import EXPORT_COLUMNS, TRIAL_COLUMNS
from paretune.trials.table_formats.table_format import TableFormat
from paretune.trials.table_formats.translate import TranslatedTable

PARAMETER, METRIC, TRIAL, LEFT_OUT = "parameter", "metric", "trial", "left out"
CHOSEN_REASON = "as you say"  # the reason of a role that the user gave
KNOWN_REASON = "a parameter of the study"
FORMAT_REASON = "a column of "  # the beginning of the reason of a tool's own columns


@dataclass(frozen=True)
class ColumnChoice:
    """What a user says about columns, by their names in the file or after the translation.

    Args:
        parameters: columns that are parameters.
        metrics: columns that are metrics, and so no parameters.
        ignored: columns to leave out.
    """

    parameters: Sequence[str] = ()
    metrics: Sequence[str] = ()
    ignored: Sequence[str] = ()

    def __post_init__(self) -> None:
        check_arguments(
            parameters=(self.parameters, NAMES), metrics=(self.metrics, NAMES), ignored=(self.ignored, NAMES)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """All columns that the user names."""
        return (*self.parameters, *self.metrics, *self.ignored)


@dataclass(frozen=True)
class ColumnRole:
    """What a column is taken as.

    Args:
        column: name of the column in its file.
        name: name under which it is read.
        role: ``parameter``, ``metric``, ``left out``, or ``trial``: number, state, reason, start or duration.
        reason: why.
    """

    column: str
    name: str
    role: str
    reason: str


@dataclass(frozen=True)
class ColumnRoles:
    """The roles of the columns of one or several tables.

    Args:
        tool: the tools that wrote the tables; empty if they are unknown.
        roles: one for each column.
        is_certain: whether nothing was guessed: Paretune wrote the tables, or all parameters are known from elsewhere.
    """

    tool: str = ""
    roles: tuple[ColumnRole, ...] = field(default=())
    is_certain: bool = False

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return self._names(PARAMETER)

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics, with the objectives."""
        return self._names(METRIC)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Names of the columns that are left out."""
        return self._names(LEFT_OUT)

    @property
    def reasons(self) -> dict[str, str]:
        """Why each column has its role, by name."""
        return {role.name: role.reason for role in self.roles}

    def _names(self, role: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(known.name for known in self.roles if known.role == role))


def assign_roles(
    tables: Sequence[TranslatedTable],
    objectives: Collection[str],
    choice: ColumnChoice | None = None,
    known: Collection[str] = (),
) -> ColumnRoles:
    """Assign a role to each column of tables that have one space.

    A column is a parameter if the user says so, if its tool marks it as one, if Paretune's export has it, or else if
    nothing speaks against it (`suspicion`).

    Args:
        tables: the tables.
        objectives: names of the objectives.
        choice: what the user says about columns.
        known: names of parameters that are known from elsewhere.
    """
    choice = choice or ColumnChoice()
    roles: dict[str, ColumnRole] = {}
    for table in tables:
        for role in _roles(table, tables, objectives, choice, known):
            if role.name not in roles or roles[role.name].role == LEFT_OUT:
                roles[role.name] = role
    for name in choice.ignored:
        roles.setdefault(name, ColumnRole(name, name, LEFT_OUT, CHOSEN_REASON))
    tools = dict.fromkeys(table.format.tool for table in tables if table.format.tool)
    is_known = all(role.role in (METRIC, TRIAL) or role.reason == KNOWN_REASON for role in roles.values())
    is_certain = (is_known or all(table.is_own for table in tables)) and not choice.names
    return ColumnRoles(" and ".join(tools), tuple(roles.values()), is_certain)


def _roles(
    table: TranslatedTable,
    tables: Sequence[TranslatedTable],
    objectives: Collection[str],
    choice: ColumnChoice,
    known: Collection[str],
) -> Iterator[ColumnRole]:
    names = {source: name for name, source in table.sources.items()}
    for column in table.original.columns:
        name = names.get(column, column)
        chosen = _chosen(column, name, objectives, choice)
        role, reason = chosen or _declared(table, column, name, known) or _guessed(name, tables, objectives)
        yield ColumnRole(column, name, role, reason)


def _chosen(column: str, name: str, objectives: Collection[str], choice: ColumnChoice) -> tuple[str, str] | None:
    """Return the role that the user gives a column, also by naming it as an objective."""
    if name in objectives:
        return METRIC, "an objective"
    if name.removesuffix("_se") in objectives and name not in choice.names:
        return METRIC, f"the standard error of {name.removesuffix('_se')}"
    for role, chosen in ((LEFT_OUT, choice.ignored), (METRIC, choice.metrics), (PARAMETER, choice.parameters)):
        if column in chosen or name in chosen:
            return role, CHOSEN_REASON
    return None


def _declared(table: TranslatedTable, column: str, name: str, known: Collection[str]) -> tuple[str, str] | None:
    """Return the role that the format of the table gives a column."""
    table_format = table.format
    cases = (
        (name in known, PARAMETER, KNOWN_REASON),
        (_describes_trial(table_format, column, name), TRIAL, "says when or how the trial ran"),
        (_has_errors(table, name), METRIC, f"the standard error of {name.removesuffix('_se')}"),
        (table.is_own, PARAMETER, "Paretune exports only parameters besides its own columns"),
        (table_format.plain_parameter(column) is not None, PARAMETER, f"{table_format.short} marks it as a parameter"),
        (table_format.is_bookkeeping(column), LEFT_OUT, f"{FORMAT_REASON}{table_format.short}"),
        (bool(table_format.parameters), METRIC, f"{table_format.short} does not mark it as a parameter"),
    )
    return next(((role, reason) for fits, role, reason in cases if fits), None)


def _describes_trial(table_format: TableFormat, column: str, name: str) -> bool:
    flag = "failed" if table_format.outcome is not None and not table_format.tool else ""
    own = {table_format.state, table_format.started, table_format.ended, table_format.duration, flag} - {""}
    return name in TRIAL_COLUMNS or name in EXPORT_COLUMNS or column in own


def _has_errors(table: TranslatedTable, name: str) -> bool:
    return name.endswith("_se") and name.removesuffix("_se") in table.file.columns


def _guessed(name: str, tables: Sequence[TranslatedTable], objectives: Collection[str]) -> tuple[str, str]:
    """Return the role that the cells of all tables speak for."""
    cells = [cell for table in tables for cell in table.file.column(name)]
    columns = [[cell for table in tables for cell in table.file.column(goal)] for goal in objectives]
    is_unknown = [not all(row) for row in zip(*columns, strict=True)]
    by_table = {suspicion(name, table.file.columns[name], ()) for table in tables if name in table.file.columns}
    reason = suspicion(name, cells, is_unknown) or (ALL_DIFFERENT_REASON if by_table == {ALL_DIFFERENT_REASON} else "")
    return (LEFT_OUT, reason) if reason else (PARAMETER, "nothing speaks against it")
