"""Read trials from CSV files: Paretune's own export, the tables of other tools, or any other table."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune.argument_checks import NAMES, PATH, PATHS, check_arguments
from paretune.errors import FAILURE_REASONS, InvalidInputError
from paretune.objectives import Objectives
from paretune.space import Params, Space
from paretune.trials.column_roles import CHOSEN_REASON, LEFT_OUT, ColumnChoice, ColumnRoles, assign_roles
from paretune.trials.columns import NONE_CELL
from paretune.trials.csv_configurations import read_configurations
from paretune.trials.csv_file import CsvFile, read_csv
from paretune.trials.space_inference import ABSENT, infer_space, parse_column
from paretune.trials.table import TRIAL_STATES, Trials
from paretune.trials.table_formats.cells import number_in
from paretune.trials.table_formats.translate import TranslatedTable, is_numeric, translate

MAX_EXACT_INTEGER = 1e15  # for numbers and durations of trials: whole numbers up to here are exact in floating point


def trials_from_csv(
    path: Path | str,
    objectives: Objectives,
    *,
    ignore: Sequence[str] = (),
    parameters: Sequence[str] = (),
    metrics: Sequence[str] = (),
    space: Space | None = None,
) -> Trials:
    """Read the trials of a CSV file: the inverse of `paretune export`.

    The columns ``number``, ``state``, ``reason``, ``started``, ``duration`` and ``<objective>_se`` are those of
    `Trials.to_frame`, and may be missing. `csv_column_roles` says which of the others are parameters. A parameter does
    not exist in a trial if its cell is empty, or ``nan`` in a numeric column; `infer_space` describes how the space is
    found. In a file that Paretune wrote, ``None`` is the choice None.
    A trial with an empty objective has failed; one with ``nan`` or ``inf`` has failed as ``not_finite``. A trial
    that has failed in the file stays failed, and a trial outside a limit fails. Tables of other tools have other names
    and words, which are translated: `paretune.trials.table_formats` lists the tools.

    Args:
        path: a UTF-8 file, separated by commas; its first line names the columns.
        objectives: the objectives, with limits; each has a column.
        ignore: names of columns to skip.
        parameters: names of columns that are parameters, whatever speaks against it.
        metrics: names of columns that are no parameters.
        space: the parameters, if they are known: cells are then read by `read_configurations`.

    Raises:
        InvalidInputError: the file cannot be read; a column is missing; a cell does not fit its column.
    """
    check_arguments(
        path=(path, PATH),
        ignore=(ignore, NAMES),
        parameters=(parameters, NAMES),
        metrics=(metrics, NAMES),
        space=(space, Space, None),
    )
    objectives = Objectives.of(objectives)
    choice = ColumnChoice(parameters, metrics, ignore)
    require_columns([path], choice.names)
    roles = csv_column_roles([path], objectives.names, choice, () if space is None else tuple(space))
    if space is None:
        return runs_from_csv([path], objectives, roles=roles)[0]
    file = _tables([path], objectives, roles)[0].file
    for name in roles.parameters:
        if name not in space:
            raise InvalidInputError(
                f"{path}: column {name!r} is not one of the parameters {', '.join(space)}: --ignore it"
            )
    return _trials(file, space, objectives, read_configurations(file, space))


def runs_from_csv(
    paths: Sequence[Path | str],
    objectives: Objectives,
    *,
    ignore: Sequence[str] = (),
    roles: ColumnRoles | None = None,
) -> list[Trials]:
    """Read several files, one run each, over one space that contains them all.

    See `trials_from_csv`. Names to ignore that no file has are allowed; `require_columns` checks them. Roles replace
    the names to ignore, and say which columns are parameters.
    """
    check_arguments(paths=(paths, PATHS), ignore=(ignore, NAMES), roles=(roles, ColumnRoles, None))
    objectives = Objectives.of(objectives)
    roles = roles or csv_column_roles(paths, objectives.names, ColumnChoice(ignored=ignore))
    tables = _tables(paths, objectives, roles)
    files = [table.file for table in tables]
    names = [name for name in roles.parameters if any(name in file.columns for file in files)]
    _check_numbers(tables, names)
    has_none = all(table.is_own for table in tables)
    cells = {name: [cell for file in files for cell in file.column(name)] for name in names}
    columns = {name: parse_column(cells[name], has_none=has_none) for name in names}
    _check_finite(files, columns)
    try:
        space = infer_space(columns)
    except InvalidInputError as error:
        left_out = f"; left out are {', '.join(roles.left_out)}" if roles.left_out and not names else ""
        raise InvalidInputError(f"{', '.join(str(file.path) for file in files)}: {error}{left_out}") from None
    params = [
        {name: columns[name][row] for name in space if columns[name][row] is not ABSENT}
        for row in range(sum(len(file) for file in files))
    ]
    ends = np.cumsum([len(file) for file in files])
    return [
        _trials(file, space, objectives, params[end - len(file) : end]) for file, end in zip(files, ends, strict=True)
    ]


def csv_column_roles(
    paths: Sequence[Path | str],
    objectives: Collection[str],
    choice: ColumnChoice | None = None,
    known: Collection[str] = (),
) -> ColumnRoles:
    """Say which columns of files are parameters, which are metrics, and which are left out.

    Args:
        paths: the files; a column has one role in all of them.
        objectives: names of the objectives; empty if they are not known.
        choice: what the user says about columns.
        known: names of parameters that are known from elsewhere.

    Raises:
        InvalidInputError: a file cannot be read, or has an unknown state; or an objective is chosen as a parameter or
            to be ignored.
    """
    check_arguments(
        paths=(paths, PATHS), objectives=(objectives, NAMES), choice=(choice, ColumnChoice, None), known=(known, NAMES)
    )
    choice = choice or ColumnChoice()
    for name in objectives:
        if name in (*choice.parameters, *choice.ignored):
            raise InvalidInputError(f"{name!r} is an objective: it can neither be a parameter nor be ignored, too")
    tables = [translate(read_csv(Path(path)).drop(choice.ignored), objectives) for path in paths]
    return assign_roles(tables, objectives, choice, known)


def _tables(paths: Sequence[Path | str], objectives: Objectives, roles: ColumnRoles) -> list[TranslatedTable]:
    """Read and translate files, and check that they have the objectives."""
    ignored = [role.column for role in roles.roles if role.role == LEFT_OUT and role.reason == CHOSEN_REASON]
    tables = [translate(read_csv(Path(path)).drop(ignored), objectives.names) for path in paths]
    for table in tables:
        for name in objectives.names:
            if name not in table.file.columns:
                raise _missing_objective(table, name)
    return tables


def _missing_objective(table: TranslatedTable, name: str) -> InvalidInputError:
    columns = ", ".join(table.original.columns)
    metrics = [plain for column in table.original.columns if (plain := table.format.plain_metric(column))]
    hint = f"; its metrics are {', '.join(metrics)}" if metrics else ""
    return InvalidInputError(f"{table.file.path} has no column {name!r}{hint}; its columns are {columns}")


def _check_numbers(tables: Sequence[TranslatedTable], names: Sequence[str]) -> None:
    """Check that a column with nearly only numbers has no other text."""
    for name in names:
        cells = [cell for table in tables for cell in table.file.column(name)]
        if all(not cell or number_in(cell) is not None for cell in cells) or not is_numeric(cells):
            continue
        for table in tables:
            for row, cell in enumerate(table.file.column(name)):
                if cell and number_in(cell) is None and not (table.is_own and cell == NONE_CELL):
                    raise table.file.cell_error(name, row, "a number as in most rows, or empty if it is not known")


def _check_finite(files: Sequence[CsvFile], columns: Mapping[str, Sequence[Any]]) -> None:
    """Check that no parameter is infinite; the values are those of all files, as `parse_column` returns them."""
    places = [(file, row) for file in files for row in range(len(file))]
    for name, values in columns.items():
        for (file, row), value in zip(places, values, strict=True):
            if isinstance(value, float) and math.isinf(value):
                raise file.cell_error(name, row, "a number of at most 1.8e308, or empty if not known")


def require_columns(paths: Sequence[Path | str], names: Sequence[str]) -> None:
    """Check that at least one of the files has each of these columns.

    Raises:
        InvalidInputError: no file has one of the columns.
    """
    check_arguments(paths=(paths, PATHS), names=(names, NAMES))
    files = [read_csv(Path(path)) for path in paths] if names else []
    known = list(dict.fromkeys(name for file in files for name in file.columns))
    translated = {name for file in files for name in translate(file, ()).file.columns}
    for name in names:
        if name not in known and name not in translated:
            raise InvalidInputError(
                f"{', '.join(map(str, paths))} has no column {name!r}; its columns are {', '.join(known)}"
            )


def _trials(file: CsvFile, space: Space, objectives: Objectives, params: Sequence[Params]) -> Trials:
    outcomes = _outcomes(file, objectives)
    try:
        return Trials(space, objectives, tuple(params), **outcomes)
    except InvalidInputError as error:
        raise InvalidInputError(f"{file.path}: {error}") from None


def _outcomes(file: CsvFile, objectives: Objectives) -> dict[str, Any]:
    """Return all fields of `Trials` except the parameters."""
    values = np.column_stack([file.numbers(name) for name in objectives.names])
    values[~np.isfinite(values)] = np.nan
    errors = np.column_stack([file.numbers(f"{name}_se", minimum=0) for name in objectives.names])
    states, reasons = _words(file, "state", TRIAL_STATES), _words(file, "reason", FAILURE_REASONS)
    has_text = np.array([all(row) for row in zip(*map(file.column, objectives.names), strict=True)])
    is_not_finite = has_text & np.isnan(values).any(axis=1) & (states == "") & (reasons == "")
    reasons[is_not_finite] = "not_finite"
    return {
        "losses": objectives.losses(values),
        "losses_se": np.where(np.isfinite(errors), errors, np.nan),
        "states": states,
        "reasons": reasons,
        "numbers": _numbers(file),
        "started": np.array(file.times("started")),
        "durations": np.array(file.numbers("duration", minimum=0, maximum=MAX_EXACT_INTEGER)),
    }


def _words(file: CsvFile, name: str, allowed: Sequence[str]) -> NDArray[np.object_]:
    cells = file.column(name)
    for row, cell in enumerate(cells):
        if cell and cell not in allowed:
            raise file.cell_error(name, row, f"one of {', '.join(allowed)}, or empty")
    return np.array(cells, object)


def _numbers(file: CsvFile) -> NDArray[np.int64]:
    """Return the numbers of the trials; without a column ``number``, those of their rows."""
    if "number" not in file.columns:
        return np.arange(len(file))
    seen: set[float] = set()
    for row, number in enumerate(file.numbers("number", minimum=0, maximum=MAX_EXACT_INTEGER)):
        if not number.is_integer() or number in seen:
            raise file.cell_error("number", row, "a whole number that no other row has")
        seen.add(number)
    return np.array(file.numbers("number"), np.int64)
