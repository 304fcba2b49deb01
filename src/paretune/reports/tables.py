"""The tables of a report, as rows of text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from paretune.confidence import Comparison, Estimate, EstimatePair
from paretune.number_format import format_number
from paretune.reports.headline import match_text
from paretune.reports.refits import changed_options
from paretune.reports.summary import Summary
from paretune.trials import FAILURE_REASONS

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
            row["probability of being efficient"] = f"{found.probability:.0%}".replace("%", " %")
        rows.append(row | {name: _text(found.params.get(name, "-")) for name in summary.trials.space})
    return rows


def trials_table(summary: Summary) -> list[Row]:
    """A row for each run: its trials by state, and its failures by reason."""
    runs = (*summary.candidate, *summary.baseline)
    reasons = [reason for reason in FAILURE_REASONS if any(reason in run.failures for run in runs)]
    rows = []
    for run in runs:
        counts = {name: f"{n:,}" for name, n in run.counts.items()}
        failures = {f"failed: {reason}": f"{run.failures.get(reason, 0):,}" for reason in reasons}
        done = {"complete": counts["complete"], "efficient": f"{run.n_efficient:,}", "failed": counts["failed"]}
        stopped = {"stopped": counts.get("stopped", "0")} if any("stopped" in other.counts for other in runs) else {}
        row = {"study": run.name, **done, **failures, **stopped}
        rows.append(row | {name: counts[name] for name in ("pending", "lost", "unfit")})
    if not any(run.n_unfit for run in runs):
        rows = [{name: text for name, text in row.items() if name != "unfit"} for row in rows]
    return rows


def refit_table(summary: Summary) -> list[Row]:
    """A row for each retrained configuration: its objectives before and after."""
    rows = []
    found_refits = [found for side in summary.refits for found in side]
    is_of_many = len(summary.candidate) > 1 or len({found.run for found in found_refits}) > 1
    for found in found_refits:
        row = {"run": found.run} if is_of_many else {}
        row["trial"] = str(found.number)
        for objective in summary.objectives:
            unit = f" [{objective.unit}]" if objective.unit else ""
            pairs = [pair[objective.name] for other in found_refits for pair in (other.before, other.after)]
            values = [value for value, _ in pairs if value is not None]
            row[f"{objective.name}{unit}"] = _known(found.before[objective.name], values)
            row[f"{objective.name}{unit}, retrained"] = _known(found.after[objective.name], values)
        rows.append(row | {"failed": found.reason})
    has_failed = any(row["failed"] for row in rows)
    return rows if has_failed else [{k: v for k, v in row.items() if k != "failed"} for row in rows]


def refit_options(summary: Summary) -> str:
    """The changed options of the retraining, as text."""
    runs = (*summary.candidate, *summary.baseline)
    changed = {name: pair for run in runs for name, pair in changed_options(run).items()}
    return ", ".join(f"{name} {_text(after)} instead of {_text(before)}" for name, (before, after) in changed.items())


def refit_counts_sentence(summary: Summary) -> str:
    """Say how many retrained configurations are unbeaten; empty if nothing was retrained."""
    if summary.refit_counts is None:
        return ""
    ours, theirs = summary.refit_counts
    if not theirs.n:
        return f"After retraining, {ours.n_unbeaten} of {ours.n} are beaten by none of the others."
    name, baseline = summary.name, summary.baseline_name
    return (
        f"After retraining, {ours.n_unbeaten} of {ours.n} of {name} are beaten by none of {baseline}, "
        f"and {theirs.n_unbeaten} of {theirs.n} of {baseline} by none of {name}."
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
        _shares(f"covered share of the other side's front, {equal}", comparison.coverage),
        _row(f"hypervolume, {equal}", interval_text(volumes.candidate), interval_text(volumes.baseline)),
        _row("difference in hypervolume", interval_text(difference)),
        _row("probability of a larger hypervolume", *_probabilities(comparison.probability_better)),
        _row("trials to reach the candidate's hypervolume", "1", match_text(comparison.evaluations_to_match)),
        _shares("share of trials inside the limits", comparison.feasible_share),
    ]


def optimism_sentence(summary: Summary) -> str:
    """Say how much better the measured front is than the true one; empty if that is unknown."""
    if summary.front_membership is None:
        return ""
    exact = summary.front_membership.taken_as_exact
    parts = [
        f"{objective.name} {interval_text(shift)}{f' {objective.unit}' if objective.unit else ''}"
        for objective, shift in zip(summary.objectives, summary.front_membership.optimism, strict=True)
        if objective.name not in exact
    ]
    text = "With noisy measurements the best trials are partly lucky. "
    text += f"The measured front is better than the true one by {' and '.join(parts)}."
    return f"{text} The noise of {' and '.join(exact)} is unknown; its values are taken as exact." if exact else text


def _measured(value: float, error: float | None, column: Sequence[float]) -> str:
    """A number of a column, with its standard error if that is known."""
    return format_number(value, column) + ("" if error is None else f" ± {format_number(error, min_digits=2)}")


def _known(pair: tuple[float | None, float | None], column: Sequence[float]) -> str:
    return "-" if pair[0] is None else _measured(pair[0], pair[1], column)


def interval_text(estimate: Estimate, *, percent: bool = False) -> str:
    """An estimate and its interval as text.

    Example:
        >>> interval_text(Estimate(0.857, 0.8, 0.9), percent=True), interval_text(Estimate(None, None, None))
        ('86 % [80, 90]', '-')
    """
    if estimate.value is None:
        return "-"
    numbers = [
        math.nan if x is None else x * (100 if percent else 1) for x in (estimate.value, estimate.low, estimate.high)
    ]
    value, low, high = (f"{x:.0f}" if percent else format_number(x) for x in numbers)
    return f"{value}{' %' if percent else ''}" + ("" if estimate.low is None else f" [{low}, {high}]")


def _shares(label: str, sides: EstimatePair) -> Row:
    return _row(label, interval_text(sides.candidate, percent=True), interval_text(sides.baseline, percent=True))


def _probabilities(better: float) -> tuple[str, str]:
    return f"{better:.3g}", f"{1 - better:.3g}"


def _row(label: str, candidate: str, baseline: str = "") -> Row:
    return {"": label, "candidate": candidate, "baseline": baseline}


def _text(value: Any) -> str:
    return format_number(value, min_digits=5) if isinstance(value, float) else str(value)
