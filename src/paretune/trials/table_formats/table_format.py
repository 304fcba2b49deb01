"""Describe the table that another tool writes, and recognize it by its columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from paretune.trials.csv_file import CsvFile
from paretune.trials.table_formats.states import STATE_WORDS, state_of_word

StateAndReason = tuple[str, str]  # state and reason, as in `Trials`; both empty if the values decide


@dataclass(frozen=True)
class TableFormat:
    """The columns and words of a tool's table.

    Args:
        tool: name of the tool, with the function that writes the table.
        required: columns that every table of the tool has.
        prefixed: beginnings of names; at least one column has one of them. Empty if there are none.
        parameters: beginnings of the names of parameters; empty if parameters have no mark.
        metrics: beginnings of the names of metrics.
        metric_end: end of the names of metrics.
        attributes: those of ``metrics`` that a trial sets at any time, so that they hold also if it fails.
        state: the column with the state, if the tool has one.
        words: outcomes by word of that column, in lower case.
        number: the column with whole numbers that identify the trials.
        started: the column with the start of a trial.
        ended: the column with its end.
        duration: the column with its duration.
        bookkeeping: other columns that are neither parameters nor metrics.
        bookkeeping_prefixes: beginnings of the names of such columns.
        recognizes: tells whether a file has this format, where the columns do not suffice.
        outcome: returns the outcome of a row, where the word of its state does not suffice.
    """

    tool: str = ""
    required: frozenset[str] = frozenset()
    prefixed: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    metric_end: str = ""
    attributes: tuple[str, ...] = ()
    state: str = ""
    words: Mapping[str, StateAndReason] = field(default_factory=lambda: MappingProxyType(STATE_WORDS))
    number: str = ""
    started: str = ""
    ended: str = ""
    duration: str = ""
    bookkeeping: frozenset[str] = frozenset()
    bookkeeping_prefixes: tuple[str, ...] = ()
    recognizes: Callable[[CsvFile], bool] | None = None
    outcome: Callable[[CsvFile, int], StateAndReason] | None = None

    @property
    def short(self) -> str:
        """Name of the tool without the function."""
        return self.tool.partition(" (")[0]

    def fits(self, file: CsvFile) -> bool:
        """Check whether a file has this format."""
        if self.recognizes is not None:
            return self.recognizes(file)
        has_prefix = not self.prefixed or any(name.startswith(self.prefixed) for name in file.columns)
        return self.required <= set(file.columns) and has_prefix and self._has_known_state(file)

    def plain_parameter(self, column: str) -> str | None:
        """Return the name of the parameter in a column; None if the column has no mark of a parameter."""
        return without_prefix(column, self.parameters)

    def metric_columns(self, name: str) -> list[str]:
        """Return the names that the column of a metric may have, the likeliest first."""
        return [name, *(f"{prefix}{name}{self.metric_end}" for prefix in self.metrics)]

    def plain_metric(self, column: str) -> str | None:
        """Return the name of the metric in a column; None if the column has no mark of a metric."""
        return without_prefix(column.removesuffix(self.metric_end), self.metrics)

    def is_bookkeeping(self, column: str) -> bool:
        """Check whether the tool writes this column for its own purposes."""
        own = {self.state, self.number, self.started, self.ended, self.duration, *self.bookkeeping} - {""}
        return column in own or bool(self.bookkeeping_prefixes and column.startswith(self.bookkeeping_prefixes))

    def outcome_of(self, file: CsvFile, row: int) -> StateAndReason:
        """Return the state and the reason of a row.

        Raises:
            InvalidInputError: the row has an unknown word.
        """
        if self.outcome is not None:
            return self.outcome(file, row)
        word = file.column(self.state)[row] if self.state else ""
        known = state_of_word(word, self.words)
        if known is None:
            raise file.cell_error(self.state, row, f"one of {', '.join(sorted(self.words))}, or empty")
        return known

    def _has_known_state(self, file: CsvFile) -> bool:
        """Check that at least one word of the state is known; a table of the tool may lack the column."""
        words = [word for word in file.column(self.state) if word] if self.state else []
        return not words or any(state_of_word(word, self.words) is not None for word in words)


def without_prefix(column: str, prefixes: Sequence[str]) -> str | None:
    """Return a name without the first of these prefixes that it has; None if it has none or nothing remains."""
    found = [column.removeprefix(prefix) for prefix in prefixes if column.startswith(prefix)]
    return (found[0] or None) if found else None


def matches_all(columns: Collection[str], names: Collection[str], prefixes: tuple[str, ...]) -> bool:
    """Check whether every column has one of these names or prefixes."""
    return all(column in names or column.startswith(prefixes) for column in columns)
