"""The table of all trials, and the failures with their messages."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from paretune.evaluation.failure_text import parse_failure_text
from paretune.figures.scale import short_exponent
from paretune.number_format import format_number
from paretune.reports.parameters import shown_parameters
from paretune.reports.quantities import measured_text
from paretune.reports.runs import PooledRuns, pool_runs
from paretune.reports.summary import Summary
from paretune.reports.tables import column_name
from paretune.trials.repeats import first_numbers
from paretune.trials.spreadsheet_cells import frame_to_csv

MAX_ROWS = 500  # of a page; the file has all
MAX_MESSAGES, MAX_MESSAGE, MAX_NUMBERS = 20, 240, 12


@dataclass(frozen=True)
class TrialRow:
    """A row of the table of all trials.

    Args:
        key: identifier of the trial in the report.
        group: ``efficient``, ``complete``, ``failed``, ``stopped``, ``pending`` or ``lost``.
        cells: texts by column.
    """

    key: int
    group: str
    cells: dict[str, str]


def trial_rows(summary: Summary) -> list[TrialRow]:
    """Return a row for each trial: all of a small study; of a large one the efficient and the latest ones."""
    pooled = pool_runs(summary.candidate)
    trials = pooled.trials
    efficient = {found.key for found in summary.efficient}
    is_efficient = np.isin(trials.numbers, list(efficient))
    rows = np.arange(len(trials))
    if len(trials) > MAX_ROWS:
        n_others = max(MAX_ROWS - int(is_efficient.sum()), 0)
        others = np.flatnonzero(~is_efficient)
        rows = np.sort(np.concatenate([np.flatnonzero(is_efficient), others[len(others) - n_others :]]))[:MAX_ROWS]
    return list(_rows(summary, pooled, rows.tolist(), efficient))


def _rows(summary: Summary, pooled: PooledRuns, rows: list[int], efficient: set[int]) -> Iterator[TrialRow]:
    trials, names = pooled.trials, shown_parameters(summary)
    values, errors = trials.values, trials.losses_se
    columns = [column[np.isfinite(column)] for column in values.T]
    columns = [column if len(column) <= MAX_ROWS else column[:0] for column in columns]  # else all digits are needed
    last_steps = trials.curves.last_steps
    first = first_numbers(trials)
    has_repeats = len(summary.candidate) == 1 and bool((first != trials.numbers).any())
    has_durations = bool(np.isfinite(trials.durations).any())
    for i in rows:
        number = int(trials.numbers[i])
        group = _group(str(trials.states[i]), str(trials.reasons[i]), is_efficient=number in efficient)
        cells = {"run": pooled.runs[i]} if len(summary.candidate) > 1 else {}
        cells |= {
            "trial": str(pooled.numbers[i]),
            "state": _state(group, str(trials.reasons[i]), last_steps.get(number)),
        }
        for objective, value, error, column in zip(trials.objectives, values[i], errors[i], columns, strict=True):
            cells[column_name(objective)] = measured_text(value, error, column) if math.isfinite(value) else ""
        if has_repeats:
            cells["repeat of"] = "" if first[i] == number else str(first[i])
        if has_durations:
            cells["duration [s]"] = _seconds(float(trials.durations[i]))
        yield TrialRow(number, group, cells | {name: parameter_text(trials.params[i].get(name, "")) for name in names})


def parameter_text(value: object) -> str:
    """Return the text of a parameter's value."""
    return short_exponent(format_number(value, min_digits=4)) if isinstance(value, float) else str(value)


def _seconds(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}" if math.isfinite(value) else ""


def _group(state: str, reason: str, *, is_efficient: bool) -> str:
    if is_efficient:
        return "efficient"
    return "lost" if reason == "lost" else state


def _state(group: str, reason: str, last_step: int | None) -> str:
    if group == "failed":
        return f"failed: {reason.replace('_', ' ')}"
    return f"stopped at step {last_step}" if group == "stopped" and last_step is not None else group


def failure_rows(summary: Summary) -> list[dict[str, str]]:
    """Return a row for each different failure of both sides, with its trials; no row if no message is known."""
    found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    runs = (*summary.candidate, *summary.baseline)
    for run in runs:
        trials = run.trials
        for i in np.flatnonzero(trials.is_failed & ~trials.is_lost).tolist():
            number, reason = int(trials.numbers[i]), str(trials.reasons[i])
            message = _message(run.messages.get(number, ""))
            if message or reason != "outside_limits":  # a limit needs no explanation
                found[run.name, reason.replace("_", " "), message].append(number)
    if not any(message for _, _, message in found):
        return []
    rows = []
    for (name, reason, message), numbers in sorted(found.items(), key=lambda item: -len(item[1]))[:MAX_MESSAGES]:
        more = ", …" if len(numbers) > MAX_NUMBERS else ""
        shown = ", ".join(map(str, numbers[:MAX_NUMBERS])) + more
        row = {"study": name} if len(runs) > 1 else {}
        rows.append(row | {"reason": reason, "times": f"{len(numbers):,}", "trials": shown, "message": message})
    return rows


def _message(text: str) -> str:
    """Return the cause and the last line of the log, in one line of limited length."""
    failure = parse_failure_text(text)
    last = [line for line in (failure.log_tail or "").splitlines() if line.strip()][-1:]
    joined = " ".join(" | ".join([failure.cause, *last]).split())
    return joined if len(joined) <= MAX_MESSAGE else f"{joined[:MAX_MESSAGE]}…"


def trials_csv(summary: Summary) -> str | None:
    """Return all trials with all parameters as CSV, in the units of the study; None if the page shows everything."""
    pooled = pool_runs(summary.candidate)
    if len(pooled.trials) <= MAX_ROWS and len(shown_parameters(summary)) == len(pooled.trials.space):
        return None
    frame = pooled.trials.to_frame()
    if len(summary.candidate) > 1:
        frame["number"] = pooled.numbers
        frame.insert(0, "run", pooled.runs)
    return frame_to_csv(frame)
