"""The tables of a report, as rows of text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from paretune.argument_checks import check_arguments
from paretune.confidence import EstimatePair
from paretune.confidence.interval_text import interval_text
from paretune.figures.scale import short_exponent
from paretune.number_format import format_number
from paretune.objectives import Objective
from paretune.reports.headline import match_text
from paretune.reports.parameters import shown_parameters
from paretune.reports.quantities import measured_text
from paretune.reports.refits import changed_options
from paretune.reports.summary import Configuration, Summary
from paretune.trials import FAILURE_REASONS

Row = dict[str, str]
PROBABILITY, UTILITY = "probability of being efficient", "utility"
MAX_EFFICIENT = 200  # rows of the page; report.json has all


def efficient_table(summary: Summary) -> list[Row]:
    """A row for each efficient configuration: number, objectives with their standard errors, parameters."""
    rows = []
    parameters, tested = shown_parameters(summary), _test_values(summary)
    for found in summary.efficient[:MAX_EFFICIENT]:
        row = {"run": found.run} if len(summary.candidate) > 1 else {}
        row["trial"] = str(found.number)
        for objective in summary.objectives:
            column = [other.values[objective.name] for other in summary.efficient]
            value, error = found.values[objective.name], found.errors[objective.name]
            row[column_name(objective)] = measured_text(value, error, column)
        if found.utility is not None:
            row[UTILITY] = "" if math.isnan(found.utility) else format_number(found.utility)
        if found.probability is not None:
            row[PROBABILITY] = f"{found.probability:.0%}".replace("%", " %")
        for name, values in tested.items():
            row[f"test {name}"] = "" if found.key not in values else format_number(values[found.key])
        rows.append(row | {name: value_text(found.params.get(name, "")) for name in parameters})
    return rows


def configurations(found: Sequence[Configuration], *, has_runs: bool) -> list[tuple[int, str, dict[str, Any]]]:
    """Key, name and parameters of configurations, for a page from which they are copied.

    Args:
        found: the configurations.
        has_runs: whether they are of several runs, which their names then say.
    """
    return [(it.key, f"{it.run}, {it.number}" if has_runs else str(it.number), dict(it.params)) for it in found]


def _test_values(summary: Summary) -> dict[str, dict[int, float]]:
    """By objective, the metric ``test_<objective>`` of each trial that has it: its value on data of no search."""
    trials = summary.trials
    found: dict[str, dict[int, float]] = {}
    for objective in summary.objectives.names:
        values = {
            int(number): float(metrics[f"test_{objective}"])
            for number, metrics in zip(trials.numbers, trials.metrics, strict=True)
            if isinstance(metrics.get(f"test_{objective}"), float)
        }
        if values:
            found[objective] = values
    return found


def column_name(objective: Objective) -> str:
    """The heading of an objective's column."""
    return f"{objective.name} [{objective.unit}]" if objective.unit else objective.name


def trials_table(summary: Summary) -> list[Row]:
    """A row for each run: its trials by state, and its failures by reason; states that no run has are left out."""
    runs = (*summary.candidate, *summary.baseline)
    reasons = [reason for reason in FAILURE_REASONS if any(reason in run.failures for run in runs)]
    rows = []
    for run in runs:
        counts = {name: run.counts.get(name, 0) for name in ("stopped", "pending", "lost", "unfit")}
        failures = {f"failed: {reason.replace('_', ' ')}": run.failures.get(reason, 0) for reason in reasons}
        done = {"complete": run.counts["complete"], "efficient": run.n_efficient, "failed": run.counts["failed"]}
        rows.append({"study": run.name} | {name: f"{n:,}" for name, n in (done | failures | counts).items()})
    always = ("study", "complete", "efficient", "failed")
    shown = [name for name in rows[0] if name in always or any(row[name] != "0" for row in rows)]
    return [{name: row[name] for name in shown} for row in rows]


def refit_table(summary: Summary) -> list[Row]:
    """A row for each retrained configuration: its objectives before and after."""
    rows = []
    found_refits = [found for side in summary.refits for found in side]
    is_of_many = len(summary.candidate) > 1 or len({found.run for found in found_refits}) > 1
    for found in found_refits:
        row = {"run": found.run} if is_of_many else {}
        row["trial"] = str(found.number)
        for objective in summary.objectives:
            name = column_name(objective)
            pairs = [pair[objective.name] for other in found_refits for pair in (other.before, other.after)]
            values = [value for value, _ in pairs if value is not None]
            row[name] = _known(found.before[objective.name], values)
            row[f"{name}, retrained"] = _known(found.after[objective.name], values)
        rows.append(row | {"failed": found.reason})
    has_failed = any(row["failed"] for row in rows)
    return rows if has_failed else [{k: v for k, v in row.items() if k != "failed"} for row in rows]


def refit_options(summary: Summary) -> str:
    """The changed options of the retraining, as text."""
    runs = (*summary.candidate, *summary.baseline)
    changed = {name: pair for run in runs for name, pair in changed_options(run).items()}
    pairs = ((name, value_text(before), value_text(after)) for name, (before, after) in changed.items())
    return ", ".join(f"{name} {after} instead of {before}" for name, before, after in pairs)


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


def comparison_table(summary: Summary) -> list[Row]:
    """A row for each number of the comparison, in a column for each side, with 95 % intervals; none without one."""
    check_arguments(summary=(summary, Summary))
    comparison = summary.comparison
    if comparison is None:
        return []
    budget, (ours, theirs) = comparison.budget, comparison.n_trials
    equal, unequal = f"{budget:,} trials each", f"{ours:,} and {theirs:,} trials"
    rows = [_shares(f"share of the merged front, {equal}", comparison.merged_front_share)]
    if ours != theirs:
        rows.append(_shares(f"share of the merged front, {unequal}", comparison.merged_front_share_unequal))
    volumes, difference = comparison.hypervolume, comparison.hypervolume_difference
    rows += [
        _shares(f"covered share of the other side's front, {equal}", comparison.coverage),
        (f"hypervolume, {equal}", interval_text(volumes.candidate), interval_text(volumes.baseline)),
        ("difference in hypervolume", interval_text(difference), ""),
        ("probability of a larger hypervolume", *_probabilities(comparison.probability_better)),
        (f"trials to reach the hypervolume of {summary.name}", "1", match_text(comparison.evaluations_to_match)),
    ]
    if any(run.counts["failed"] for run in (*summary.candidate, *summary.baseline)):
        limited = any(objective.limit is not None for objective in summary.objectives)
        rows.append(
            _shares(
                f"share of trials {'inside the limits' if limited else 'that succeeded'}", comparison.feasible_share
            )
        )
    return [dict(zip(("", *side_names(summary)), row, strict=True)) for row in rows]


def side_names(summary: Summary) -> tuple[str, str]:
    """The names of both sides as columns, which differ."""
    ours, theirs = summary.name, summary.baseline_name
    return (ours, theirs) if ours != theirs else (ours, f"{theirs} (baseline)")


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


def _known(pair: tuple[float | None, float | None], column: Sequence[float]) -> str:
    return "" if pair[0] is None else measured_text(pair[0], pair[1], column)


def _shares(label: str, sides: EstimatePair) -> tuple[str, str, str]:
    return label, interval_text(sides.candidate, percent=True), interval_text(sides.baseline, percent=True)


def _probabilities(better: float) -> tuple[str, str]:
    return f"{better:.3g}", f"{1 - better:.3g}"


def value_text(value: Any) -> str:
    """Format the value of a parameter or an option."""
    return short_exponent(format_number(value, min_digits=4)) if isinstance(value, float) else str(value)
