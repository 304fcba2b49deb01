"""Recognize the format of a table."""

from __future__ import annotations

from paretune.trials.csv_file import CsvFile
from paretune.trials.table import TRIAL_STATES
from paretune.trials.table_formats.known_formats import KNOWN_FORMATS
from paretune.trials.table_formats.states import state_of_word
from paretune.trials.table_formats.table_format import StateAndReason, TableFormat

_STATE_COLUMNS = ("state", "status", "trial_status", "trial_state", "run_status", "run_state")
_FLAGS = {"true": ("failed", "crashed"), "false": ("", "")}


def recognize(file: CsvFile) -> TableFormat:
    """Return the format of a file; for an unknown tool one that has at most a column with states."""
    for known in KNOWN_FORMATS:
        if known.fits(file):
            return known
    return TableFormat(state=_state_column(file), outcome=_flag_outcome if _has_flag(file) else None)


def _state_column(file: CsvFile) -> str:
    """Return the name of the column with states; empty if the file has none, or one with the words of `Trials`.

    A column of another name than ``state`` counts only if one of its words is known.
    """
    names = {name.lower().replace(" ", "_"): name for name in reversed(list(file.columns))}
    for name in (names[plain] for plain in _STATE_COLUMNS if plain in names):
        words = {cell for cell in file.columns[name] if cell}
        if name == "state" and {word for word in words if state_of_word(word) is not None} <= set(TRIAL_STATES):
            return ""  # the words of `Trials`, and perhaps wrong ones, which are refused later
        if any(state_of_word(word) is not None for word in words):
            return name
    return ""


def _has_flag(file: CsvFile) -> bool:
    """Check whether a table without states has a column of truth values ``failed``."""
    cells = {cell.lower() for cell in file.column("failed")}
    return not _state_column(file) and "state" not in file.columns and bool(cells - {""}) and cells <= {*_FLAGS, ""}


def _flag_outcome(file: CsvFile, row: int) -> StateAndReason:
    return _FLAGS.get(file.column("failed")[row].lower(), ("", ""))
