"""Translate the columns and words of Optuna's ``study.trials_dataframe()`` into those of `Trials`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from paretune.errors import FAILURE_REASONS
from paretune.trials.columns import TRIAL_COLUMNS
from paretune.trials.csv_file import CsvFile

# The state and reason of a COMPLETE trial stay empty: whether it failed depends on its values.
_STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "COMPLETE": ("", ""),
        "FAIL": ("failed", "crashed"),
        "PRUNED": ("failed", "outside_limits"),
        "RUNNING": ("pending", ""),
    }
)
_PARAMS, _CONSTRAINTS = "params_", "system_attrs_constraints"
_STARTED = "datetime_start"
_NUMBER = re.compile(r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|inf)", re.IGNORECASE)
_WHOLE = re.compile(r"-?\d+\.0")
_DURATION = re.compile(r"(\d+) days?(?: (\d+):(\d+):(\d+(?:\.\d+)?))?")


def translate_optuna_file(file: CsvFile, objectives: Collection[str]) -> CsvFile:
    """Translate a file that ``study.trials_dataframe().to_csv()`` wrote; return any other file unchanged.

    ``params_x`` becomes ``x``, unless another column has that name. States and reasons are translated as those of an
    Optuna study. An objective ``latency`` is also found as ``values_latency`` and ``user_attrs_latency``. Other columns
    are dropped, and so are waiting trials and trials that ended before they had a parameter.

    Args:
        file: any table.
        objectives: the names of the objectives.
    """
    states = {cell for cell in file.column("state") if cell}
    if not states or not states <= {*_STATES, "WAITING"}:
        return file
    rows = [row for row in range(len(file)) if _has_configuration(file, row)]
    outcomes = [_state_and_reason(file, row) for row in rows]
    renamed = _objective_names(file, objectives)
    kept = [name for name in file.columns if name in renamed or _is_kept(name, objectives)]
    names = {name: renamed.get(name) or (name if name in objectives else _plain_name(name, file)) for name in kept}
    columns = {names[name]: _cells(file, name, rows) for name in kept}
    columns |= {"state": tuple(state for state, _ in outcomes), "reason": tuple(reason for _, reason in outcomes)}
    return replace(file, columns=columns, lines=tuple(file.lines[row] for row in rows))


def _objective_names(file: CsvFile, objectives: Collection[str]) -> dict[str, str]:
    """Return the names of objectives and their errors, by the columns in which Optuna has prefixed these names."""
    missing = [name + end for name in objectives for end in ("", "_se") if name + end not in file.columns]
    found = {
        name: [word + name for word in ("values_", "user_attrs_") if word + name in file.columns] for name in missing
    }
    return {columns[0]: name for name, columns in found.items() if columns}


def _has_configuration(file: CsvFile, row: int) -> bool:
    """Check whether a trial has a configuration; all parameters of a complete trial may be None."""
    word = file.column("state")[row]
    has_params = any(cells[row] for name, cells in file.columns.items() if name.startswith(_PARAMS))
    return word == "COMPLETE" or (has_params and word != "WAITING")


def _state_and_reason(file: CsvFile, row: int) -> tuple[str, str]:
    """Return the state and the reason of a trial."""
    word, reason = file.column("state")[row], file.column("user_attrs_reason")[row]
    if word == "COMPLETE" and _is_violated(file, row):
        return "failed", "outside_limits"
    if word == "FAIL" and reason in FAILURE_REASONS:
        return "failed", reason
    return _STATES.get(word, ("", ""))


def _is_violated(file: CsvFile, row: int) -> bool:
    """Check whether a constraint is above 0; each constraint has its own column, or one column lists all."""
    columns = [cells for name, cells in file.columns.items() if name.partition(":")[0] == _CONSTRAINTS]
    return any(float(number) > 0 for cells in columns for number in _NUMBER.findall(cells[row]))


def _is_kept(name: str, objectives: Collection[str]) -> bool:
    is_objective = name.removesuffix("_se") in objectives
    return is_objective or name in {"number", "duration", _STARTED} or name.startswith(_PARAMS)


def _plain_name(name: str, file: CsvFile) -> str:
    if name == _STARTED:
        return "started"
    plain = name.removeprefix(_PARAMS)
    return name if plain in file.columns or plain in TRIAL_COLUMNS else plain


def _cells(file: CsvFile, name: str, rows: Collection[int]) -> tuple[str, ...]:
    """Return these rows of a column, without the values of incomplete trials, which are intermediate values."""
    cells, states = file.columns[name], file.column("state")
    if name == "duration":
        return tuple(_seconds(cells[row]) for row in rows)
    if name.startswith(_PARAMS):
        cells = _without_decimal_zeros(cells)
    is_value = name == "value" or name.startswith("values_")
    return tuple("" if is_value and states[row] != "COMPLETE" else cells[row] for row in rows)


def _without_decimal_zeros(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Remove the ``.0`` that pandas adds to whole numbers in a column with empty cells."""
    known = [cell for cell in cells if cell]
    are_whole = len(known) < len(cells) and all(_WHOLE.fullmatch(cell) for cell in known)
    return tuple(cell.removesuffix(".0") for cell in cells) if are_whole else cells


def _seconds(cell: str) -> str:
    """Convert a duration that pandas wrote to seconds; return any other cell unchanged.

    Example:
        >>> _seconds("1 days 02:00:01.5"), _seconds("3.5")
        ('93601.5', '3.5')
    """
    found = _DURATION.fullmatch(cell)
    if found is None:
        return cell
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return repr(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
