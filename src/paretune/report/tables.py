"""The tables of a report, as rows of text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from paretune.confidence import Comparison, Estimate, Sides
from paretune.digits import written
from paretune.report.headline import times
from paretune.report.refits import changed_options
from paretune.report.summary import Summary
from paretune.trials import REASONS

Row = dict[str, str]


def efficient_table(summary: Summary) -> list[Row]:
    """A row for each efficient configuration: number, objectives with their standard errors, parameters."""
    rows = []
    for found in summary.efficient:
        row = {"run": found.run} if len(summary.candidate) > 1 else {}
        row["trial"] = str(found.number)
        for objective in summary.objectives:
            unit = f" [{objective.unit}]" if objective.unit else ""
            column = [other.values[objective.name] for other in summary.efficient]
            value, error = found.values[objective.name], found.errors[objective.name]
            row[f"{objective.name}{unit}"] = _measured(value, error, column)
        if found.probability is not None:
            row["probably efficient"] = f"{found.probability:.0%}".replace("%", " %")
        rows.append(row | {name: _text(found.params.get(name, "-")) for name in summary.trials.space})
    return rows


def trials_table(summary: Summary) -> list[Row]:
    """A row for each run: what became of its trials, and why they failed."""
    runs = (*summary.candidate, *summary.baseline)
    reasons = [reason for reason in REASONS if any(reason in run.failures for run in runs)]
    rows = []
    for run in runs:
        counts = {name: f"{n:,}" for name, n in run.counts.items()}
        failures = {f"of these {reason}": f"{run.failures.get(reason, 0):,}" for reason in reasons}
        done = {"complete": counts["complete"], "efficient": f"{run.n_efficient:,}", "failed": counts["failed"]}
        row = {"study": run.name, **done, **failures}
        rows.append(row | {name: counts[name] for name in ("pending", "lost", "unfit")})
    if not any(run.n_unfit for run in runs):
        rows = [{name: text for name, text in row.items() if name != "unfit"} for row in rows]
    return rows


def refit_table(summary: Summary) -> list[Row]:
    """A row for each configuration that was trained again: its objectives before and again."""
    rows = []
    found_again = [found for side in summary.refits for found in side]
    is_of_many = len(summary.candidate) > 1 or len({found.run for found in found_again}) > 1
    for found in found_again:
        row = {"run": found.run} if is_of_many else {}
        row["trial"] = str(found.number)
        for objective in summary.objectives:
            unit = f" [{objective.unit}]" if objective.unit else ""
            pairs = [pair[objective.name] for other in found_again for pair in (other.before, other.again)]
            values = [value for value, _ in pairs if value is not None]
            row[f"{objective.name}{unit}"] = _known(found.before[objective.name], values)
            row[f"{objective.name}{unit} again"] = _known(found.again[objective.name], values)
        rows.append(row | {"failed": found.reason})
    has_failed = any(row["failed"] for row in rows)
    return rows if has_failed else [{k: v for k, v in row.items() if k != "failed"} for row in rows]


def refit_options(summary: Summary) -> str:
    """What was different when the best were trained again, in words."""
    runs = (*summary.candidate, *summary.baseline)
    changed = {name: pair for run in runs for name, pair in changed_options(run).items()}
    return ", ".join(f"{name} {_text(again)} instead of {_text(before)}" for name, (before, again) in changed.items())


def stands(summary: Summary) -> str:
    """How many of what was trained again stand, in words; nothing where nothing was."""
    if summary.stands is None:
        return ""
    ours, theirs = summary.stands
    if not theirs.n:
        return f"As they are now, {ours.n_standing} of {ours.n} are beaten by no other of them."
    name, baseline = summary.name, summary.baseline_name
    return (
        f"As they are now, {ours.n_standing} of {ours.n} of {name} are beaten by none of {baseline}, "
        f"and {theirs.n_standing} of {theirs.n} of {baseline} by none of {name}."
    )


def comparison_table(comparison: Comparison) -> list[Row]:
    """A row for each number of the comparison, the candidate's and the baseline's, with 95 % intervals."""
    budget, (ours, theirs) = comparison.budget, comparison.n_trials
    equal, unequal = f"{budget:,} trials each", f"{ours:,} and {theirs:,} trials"
    rows = [_shares(f"share of the merged front, {equal}", comparison.merged_front_share)]
    if ours != theirs:
        rows.append(_shares(f"share of the merged front, {unequal}", comparison.merged_front_share_unequal))
    volumes, difference = comparison.hypervolume, comparison.hypervolume_difference
    return [
        *rows,
        _shares(f"share of the other's front that it covers, {equal}", comparison.coverage),
        _row(f"hypervolume, {equal}", interval(volumes.candidate), interval(volumes.baseline)),
        _row("hypervolume, difference", interval(difference)),
        _row("probability of the larger hypervolume", *_probabilities(comparison.probability_better)),
        _row("trials for the candidate's hypervolume", "1", times(comparison.evaluations_to_match)),
        _shares("share of trials inside the limits", comparison.feasible_share),
    ]


def luck(summary: Summary) -> str:
    """By how much the front looks better than it is, in a sentence; nothing where that is not known."""
    if summary.sure is None:
        return ""
    exact = summary.sure.taken_as_exact
    parts = [
        f"{objective.name} {interval(shift)}{f' {objective.unit}' if objective.unit else ''}"
        for objective, shift in zip(summary.objectives, summary.sure.looks_better, strict=True)
        if objective.name not in exact
    ]
    told = f"Of noisy measurements the best are so partly by luck: the front looks better by {' and '.join(parts)}."
    return f"{told} Nothing is known of the noise of {' and '.join(exact)}, taken as exact." if exact else told


def _measured(value: float, error: float | None, column: Sequence[float]) -> str:
    """A number of a column with its standard error, where that is known."""
    return written(value, column) + ("" if error is None else f" ± {written(error, least=2)}")


def _known(pair: tuple[float | None, float | None], column: Sequence[float]) -> str:
    return "-" if pair[0] is None else _measured(pair[0], pair[1], column)


def interval(estimate: Estimate, *, percent: bool = False) -> str:
    """A number and between what it lies.

    Example:
        >>> interval(Estimate(0.857, 0.8, 0.9), percent=True), interval(Estimate(None, None, None))
        ('86 % [80, 90]', '-')
    """
    if estimate.value is None:
        return "-"
    numbers = [
        math.nan if x is None else x * (100 if percent else 1) for x in (estimate.value, estimate.low, estimate.high)
    ]
    value, low, high = (f"{x:.0f}" if percent else written(x) for x in numbers)
    return f"{value}{' %' if percent else ''}" + ("" if estimate.low is None else f" [{low}, {high}]")


def _shares(label: str, sides: Sides) -> Row:
    return _row(label, interval(sides.candidate, percent=True), interval(sides.baseline, percent=True))


def _probabilities(better: float) -> tuple[str, str]:
    return f"{better:.3g}", f"{1 - better:.3g}"


def _row(label: str, candidate: str, baseline: str = "") -> Row:
    return {"": label, "candidate": candidate, "baseline": baseline}


def _text(value: Any) -> str:
    return written(value, least=5) if isinstance(value, float) else str(value)
