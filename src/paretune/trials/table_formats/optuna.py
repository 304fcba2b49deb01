"""The table of Optuna's ``study.trials_dataframe()``, with any of its attributes."""

from __future__ import annotations

import re

from paretune.errors import FAILURE_REASONS
from paretune.trials.csv_file import CsvFile
from paretune.trials.table_formats.table_format import StateAndReason, TableFormat, matches_all

PARAMETERS = "params_"
_CONSTRAINTS = "system_attrs_constraints"
_VALUES, _STEPS = "values_", "intermediate_values_"
_WORDS = frozenset({"COMPLETE", "FAIL", "PRUNED", "RUNNING", "WAITING"})
_NAMES = frozenset(
    {"number", "value", "state", "datetime_start", "datetime_complete", "duration", "trial_id", "study_id"}
)
_PREFIXES = (_VALUES, PARAMETERS, "user_attrs_", "system_attrs_", _STEPS)
_NUMBER = re.compile(r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|inf)", re.IGNORECASE)


def _recognizes(file: CsvFile) -> bool:
    """Check the words of the state; a table without them must have no column that Optuna does not write."""
    states = {cell for cell in file.column("state") if cell}
    has_parameters = any(name.startswith(PARAMETERS) for name in file.columns)
    has_only_own = has_parameters and len(file.columns) > 1 and matches_all(file.columns, _NAMES, _PREFIXES)
    return states <= _WORDS if states else has_only_own


def _outcome(file: CsvFile, row: int) -> StateAndReason:
    """Return the outcome of a trial; a complete one may violate a constraint, and a pruned one is stopped.

    A pruned trial that reported no step has rejected its configuration.
    """
    word, reason = file.column("state")[row], file.column("user_attrs_reason")[row]
    if word in ("COMPLETE", "PRUNED") and _is_violated(file, row):
        return "failed", "outside_limits"
    if word == "FAIL":
        return "failed", reason if reason in FAILURE_REASONS else "crashed"
    if word == "PRUNED":
        return ("stopped", "") if _has_reported(file, row) else ("failed", "outside_limits")
    return ("pending", "") if word in ("RUNNING", "WAITING") else ("", "")


def _has_reported(file: CsvFile, row: int) -> bool:
    """Check whether a pruned trial reported a step: Optuna takes the last reported value as its value."""
    marks = [name for name in file.columns if name.startswith((_STEPS, _VALUES))]
    return any(file.column(name)[row] for name in ["user_attrs_paretune:steps", "value", *marks])


def _is_violated(file: CsvFile, row: int) -> bool:
    """Check whether a constraint is above 0; each constraint has its own column, or one column lists all."""
    columns = [cells for name, cells in file.columns.items() if name.partition(":")[0] == _CONSTRAINTS]
    return any(float(number) > 0 for cells in columns for number in _NUMBER.findall(cells[row]))


OPTUNA = TableFormat(
    tool="Optuna (trials_dataframe)",
    parameters=(PARAMETERS,),
    metrics=(_VALUES, "user_attrs_"),
    attributes=("user_attrs_",),
    state="state",
    number="number",
    started="datetime_start",
    ended="datetime_complete",
    duration="duration",
    bookkeeping=frozenset({"trial_id", "study_id"}),
    bookkeeping_prefixes=("system_attrs_", _STEPS),
    recognizes=_recognizes,
    outcome=_outcome,
)
