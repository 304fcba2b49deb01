"""What does Optuna's own table of a study say, in our columns and words?"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from paretune.errors import REASONS
from paretune.trials.columns import COLUMNS
from paretune.trials.csv_file import CsvFile

# Of a COMPLETE trial nothing is said: its values tell whether they are finite.
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


def as_ours(file: CsvFile, objectives: Collection[str]) -> CsvFile:
    """A file as it is, unless it is what ``study.trials_dataframe().to_csv()`` writes: that one as `Trials` means it.

    ``params_x`` becomes ``x``, unless that name is taken; states and reasons become ours as an Optuna study's do. Other
    columns are left out, but for those that are objectives, such as ``values_0``; an objective ``latency`` is also
    sought as ``values_latency`` and ``user_attrs_latency``. So are trials that wait, and those that ended before they
    had a parameter.

    Args:
        file: of any table.
        objectives: names of columns.
    """
    states = {cell for cell in file.column("state") if cell}
    if not states or not states <= {*_STATES, "WAITING"}:
        return file
    rows = [row for row in range(len(file)) if _is_begun(file, row)]
    ends = [_end(file, row) for row in rows]
    meant = _meant(file, objectives)
    kept = [name for name in file.columns if name in meant or _is_kept(name, objectives)]
    names = {name: meant.get(name) or (name if name in objectives else _our_name(name, file)) for name in kept}
    columns = {names[name]: _cells(file, name, rows) for name in kept}
    columns |= {"state": tuple(state for state, _ in ends), "reason": tuple(reason for _, reason in ends)}
    return replace(file, columns=columns, lines=tuple(file.lines[row] for row in rows))


def _meant(file: CsvFile, objectives: Collection[str]) -> dict[str, str]:
    """Objectives and their errors by the columns where Optuna has put a word before their names."""
    sought = [name + end for name in objectives for end in ("", "_se") if name + end not in file.columns]
    found = {
        name: [word + name for word in ("values_", "user_attrs_") if word + name in file.columns] for name in sought
    }
    return {columns[0]: name for name, columns in found.items() if columns}


def _is_begun(file: CsvFile, row: int) -> bool:
    """Whether a trial tells of a configuration; one that is complete may have chosen nothing but None."""
    word = file.column("state")[row]
    has_params = any(cells[row] for name, cells in file.columns.items() if name.startswith(_PARAMS))
    return word == "COMPLETE" or (has_params and word != "WAITING")


def _end(file: CsvFile, row: int) -> tuple[str, str]:
    """State and reason."""
    word, told = file.column("state")[row], file.column("user_attrs_reason")[row]
    if word == "COMPLETE" and _is_violated(file, row):
        return "failed", "outside_limits"
    if word == "FAIL" and told in REASONS:
        return "failed", told
    return _STATES.get(word, ("", ""))


def _is_violated(file: CsvFile, row: int) -> bool:
    """Whether a constraint is above 0: each has a column, or all are listed in one."""
    columns = [cells for name, cells in file.columns.items() if name.partition(":")[0] == _CONSTRAINTS]
    return any(float(number) > 0 for cells in columns for number in _NUMBER.findall(cells[row]))


def _is_kept(name: str, objectives: Collection[str]) -> bool:
    is_wanted = name.removesuffix("_se") in objectives
    return is_wanted or name in {"number", "duration", _STARTED} or name.startswith(_PARAMS)


def _our_name(name: str, file: CsvFile) -> str:
    if name == _STARTED:
        return "started"
    plain = name.removeprefix(_PARAMS)
    return name if plain in file.columns or plain in COLUMNS else plain


def _cells(file: CsvFile, name: str, rows: Collection[int]) -> tuple[str, ...]:
    """A column of those rows. What stands as the value of a trial that is not complete is an intermediate one."""
    cells, states = file.columns[name], file.column("state")
    if name == "duration":
        return tuple(_seconds(cells[row]) for row in rows)
    if name.startswith(_PARAMS):
        cells = _whole(cells)
    is_value = name == "value" or name.startswith("values_")
    return tuple("" if is_value and states[row] != "COMPLETE" else cells[row] for row in rows)


def _whole(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Whole numbers without their ``.0``, which pandas adds where a trial does not have the parameter."""
    known = [cell for cell in cells if cell]
    are_whole = len(known) < len(cells) and all(_WHOLE.fullmatch(cell) for cell in known)
    return tuple(cell.removesuffix(".0") for cell in cells) if are_whole else cells


def _seconds(cell: str) -> str:
    """A duration as pandas writes it, in seconds; any other cell as it is.

    Example:
        >>> _seconds("1 days 02:00:01.5"), _seconds("3.5")
        ('93601.5', '3.5')
    """
    found = _DURATION.fullmatch(cell)
    if found is None:
        return cell
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return repr(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
