"""Read trials from CSV files: Paretune's own export, Optuna's, or any other table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune.errors import FAILURE_REASONS, InvalidInputError
from paretune.objectives import Objectives
from paretune.space import Params, Space
from paretune.trials.columns import TRIAL_COLUMNS
from paretune.trials.csv_configurations import read_configurations
from paretune.trials.csv_file import CsvFile, read_csv
from paretune.trials.optuna_csv import translate_optuna_file
from paretune.trials.space_inference import infer_space, parse_column
from paretune.trials.table import TRIAL_STATES, Trials

MAX_EXACT_INTEGER = 1e15  # for numbers and durations of trials: whole numbers up to here are exact in floating point


def trials_from_csv(
    path: Path | str, objectives: Objectives, *, ignore: Sequence[str] = (), space: Space | None = None
) -> Trials:
    """Read the trials of a CSV file: the inverse of `paretune export`.

    The columns ``number``, ``state``, ``reason``, ``started``, ``duration`` and ``<objective>_se`` are those of
    `Trials.to_frame`, and may be missing. Every other column is a parameter. It does not exist in a trial if its cell
    is empty, or ``nan`` in a numeric column; `infer_space` describes how the space is found. A trial with an empty
    objective has failed; one with ``nan`` or ``inf`` has failed as ``not_finite``. A trial that has failed in the file
    stays failed, and a trial outside a limit fails. A file of Optuna's ``study.trials_dataframe()`` has other names and
    words, which `translate_optuna_file` translates.

    Args:
        path: a UTF-8 file, separated by commas; its first line names the columns.
        objectives: the objectives, with limits; each has a column.
        ignore: names of columns to skip.
        space: the parameters, if they are known: cells are then read by `read_configurations`.

    Raises:
        InvalidInputError: the file cannot be read; a column is missing; a cell does not fit its column.
    """
    require_columns([path], ignore)
    if space is None:
        return runs_from_csv([path], objectives, ignore=ignore)[0]
    file = _file(path, objectives, ignore)
    for name in _parameter_names(file, objectives):
        if name not in space:
            raise InvalidInputError(
                f"{path}: column {name!r} is not one of the parameters {', '.join(space)}: --ignore it"
            )
    return _trials(file, space, objectives, read_configurations(file, space))


def runs_from_csv(paths: Sequence[Path | str], objectives: Objectives, *, ignore: Sequence[str] = ()) -> list[Trials]:
    """Read several files, one run each, over one space that contains them all.

    See `trials_from_csv`. Names to ignore that no file has are allowed; `require_columns` checks them.
    """
    files = [_file(path, objectives, ignore) for path in paths]
    names = list(dict.fromkeys(name for file in files for name in _parameter_names(file, objectives)))
    columns = {name: parse_column([cell for file in files for cell in file.column(name)]) for name in names}
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
    """Check that no parameter is infinite; the values are those of all files, as `parse_column` returns them."""
    places = [(file, row) for file in files for row in range(len(file))]
    for name, values in columns.items():
        for (file, row), value in zip(places, values, strict=True):
            if isinstance(value, float) and math.isinf(value):
                raise file.cell_error(name, row, "a number of at most 1.8e308, or empty if not known")


def _file(path: Path | str, objectives: Objectives, ignore: Sequence[str]) -> CsvFile:
    return translate_optuna_file(read_csv(Path(path)).drop(ignore), objectives.names)


def require_columns(paths: Sequence[Path | str], names: Sequence[str]) -> None:
    """Check that at least one of the files has each of these columns.

    Raises:
        InvalidInputError: no file has one of the columns.
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


def _parameter_names(file: CsvFile, objectives: Objectives) -> list[str]:
    """Return the names of the columns that are parameters."""
    for name in objectives.names:
        if name not in file.columns:
            raise InvalidInputError(f"{file.path} has no column {name!r}; its columns are {', '.join(file.columns)}")
    errors = {f"{name}_se" for name in file.columns}
    return [name for name in file.columns if name not in {*TRIAL_COLUMNS, *objectives.names, *errors}]


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
