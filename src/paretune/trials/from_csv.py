"""What did anyone's trials find, as their CSV tells it?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune.errors import REASONS, InvalidInputError
from paretune.objectives import Objectives
from paretune.space import Params, Space
from paretune.trials.columns import COLUMNS
from paretune.trials.csv_file import CsvFile, read_csv
from paretune.trials.fitted import fitted
from paretune.trials.inferred import infer_space, typed
from paretune.trials.optuna_csv import as_ours
from paretune.trials.table import STATES, Trials

MOST = 1e15  # as a trial's number, and its seconds: whole numbers up to here are exact in floating point


def trials_from_csv(
    path: Path | str, objectives: Objectives, *, ignore: Sequence[str] = (), space: Space | None = None
) -> Trials:
    """The trials of a CSV file, the inverse of `paretune export`.

    ``number``, ``state``, ``reason``, ``started``, ``duration`` and ``<objective>_se`` are what `Trials.to_frame` means
    by them, and may be missing. Every other column is a parameter, and an empty cell, or a ``nan`` among numbers, says
    that it does not exist in that trial; `infer_space` tells how the space is found. An empty objective is a failed
    trial; one that is ``nan`` or ``inf`` has failed as ``not_finite``. A trial that the file calls failed stays so; one
    outside a limit fails. Of Optuna's ``study.trials_dataframe()`` the columns have other names and words: see
    `as_ours`.

    Args:
        path: UTF-8, separated by commas, the first line being the columns' names.
        objectives: what the columns of their names were wanted to be, with limits.
        ignore: columns that are read as if they were not there.
        space: what was varied, where that is known: then cells are read as `fitted` tells.

    Raises:
        InvalidInputError: the file cannot be read as such; a column is missing; a cell is not what its column is.
    """
    check_columns([path], ignore)
    if space is None:
        return runs_from_csv([path], objectives, ignore=ignore)[0]
    file = _file(path, objectives, ignore)
    for name in _parameters(file, objectives):
        if name not in space:
            raise InvalidInputError(f"{path}: {name} is no parameter of {', '.join(space)}: --ignore it")
    return _trials(file, space, objectives, fitted(file, space))


def runs_from_csv(paths: Sequence[Path | str], objectives: Objectives, *, ignore: Sequence[str] = ()) -> list[Trials]:
    """The trials of several files, one run each, over one space that holds them all: see `trials_from_csv`.

    A column to ignore need not be in any of them: see `check_columns`.
    """
    files = [_file(path, objectives, ignore) for path in paths]
    names = list(dict.fromkeys(name for file in files for name in _parameters(file, objectives)))
    columns = {name: typed([cell for file in files for cell in file.column(name)]) for name in names}
    _check_finite(files, columns)
    try:
        space = infer_space(columns)
    except InvalidInputError as error:
        raise InvalidInputError(f"{', '.join(str(file.path) for file in files)}: {error}") from None
    params = [
        {name: columns[name][row] for name in space if columns[name][row] is not None}
        for row in range(sum(len(file) for file in files))
    ]
    ends = np.cumsum([len(file) for file in files])
    return [
        _trials(file, space, objectives, params[end - len(file) : end]) for file, end in zip(files, ends, strict=True)
    ]


def _check_finite(files: Sequence[CsvFile], columns: Mapping[str, Sequence[Any]]) -> None:
    """See that no parameter is infinite, its values as `typed` gives them of all files together."""
    places = [(file, row) for file in files for row in range(len(file))]
    for name, values in columns.items():
        for (file, row), value in zip(places, values, strict=True):
            if isinstance(value, float) and math.isinf(value):
                raise file.complaint(name, row, "a number of at most 1.8e308, or empty where there is none")


def _file(path: Path | str, objectives: Objectives, ignore: Sequence[str]) -> CsvFile:
    return as_ours(read_csv(Path(path)).without(ignore), objectives.names)


def check_columns(paths: Sequence[Path | str], names: Sequence[str]) -> None:
    """See that each of these columns is in one of the files at least.

    Raises:
        InvalidInputError: one is in none of them.
    """
    known = list(dict.fromkeys(name for path in paths for name in read_csv(Path(path)).columns)) if names else []
    for name in names:
        if name not in known:
            files = ", ".join(map(str, paths))
            raise InvalidInputError(f"{files} has no column {name!r}; its columns are {', '.join(known)}")


def _trials(file: CsvFile, space: Space, objectives: Objectives, params: Sequence[Params]) -> Trials:
    outcomes = _outcomes(file, objectives)
    try:
        return Trials(space, objectives, tuple(params), **outcomes)
    except InvalidInputError as error:
        raise InvalidInputError(f"{file.path}: {error}") from None


def _parameters(file: CsvFile, objectives: Objectives) -> list[str]:
    """The columns that say what was varied."""
    for name in objectives.names:
        if name not in file.columns:
            raise InvalidInputError(f"{file.path} has no column {name!r}; its columns are {', '.join(file.columns)}")
    errors = {f"{name}_se" for name in file.columns}
    return [name for name in file.columns if name not in {*COLUMNS, *objectives.names, *errors}]


def _outcomes(file: CsvFile, objectives: Objectives) -> dict[str, Any]:
    """All that the file says but the parameters."""
    values = np.column_stack([file.numbers(name) for name in objectives.names])
    values[~np.isfinite(values)] = np.nan
    errors = np.column_stack([file.numbers(f"{name}_se", least=0) for name in objectives.names])
    states, reasons = _words(file, "state", STATES), _words(file, "reason", REASONS)
    is_written = np.array([all(row) for row in zip(*map(file.column, objectives.names), strict=True)])
    not_finite = is_written & np.isnan(values).any(axis=1) & (states == "") & (reasons == "")
    reasons[not_finite] = "not_finite"
    return {
        "losses": objectives.losses(values),
        "losses_se": np.where(np.isfinite(errors), errors, np.nan),
        "states": states,
        "reasons": reasons,
        "numbers": _numbers(file),
        "started": np.array(file.times("started")),
        "durations": np.array(file.numbers("duration", least=0, most=MOST)),
    }


def _words(file: CsvFile, name: str, allowed: Sequence[str]) -> NDArray[np.object_]:
    cells = file.column(name)
    for row, cell in enumerate(cells):
        if cell and cell not in allowed:
            raise file.complaint(name, row, f"one of {', '.join(allowed)}, or empty")
    return np.array(cells, object)


def _numbers(file: CsvFile) -> NDArray[np.int64]:
    """The trials' own numbers; those of their rows where they have none."""
    if "number" not in file.columns:
        return np.arange(len(file))
    seen: set[float] = set()
    for row, number in enumerate(file.numbers("number", least=0, most=MOST)):
        if not number.is_integer() or number in seen:
            raise file.complaint("number", row, "a whole number that no other row has")
        seen.add(number)
    return np.array(file.numbers("number"), np.int64)
