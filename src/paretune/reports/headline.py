"""The headline of a report: the result in one or two sentences."""

from __future__ import annotations

from paretune.argument_checks import check_arguments
from paretune.confidence import Estimate, EvaluationsToMatch
from paretune.number_format import format_number
from paretune.objectives import Objective
from paretune.reports.display_units import in_display_units
from paretune.reports.summary import Configuration, Summary


def headline(summary: Summary) -> str:
    """State the result and, if there is a baseline, how many trials it needs for the same result."""
    check_arguments(summary=(summary, Summary))
    summary = in_display_units(summary)
    if summary.comparison is None or summary.knee is None:
        return _result_sentence(summary)
    match, baseline = summary.comparison.evaluations_to_match, summary.baseline_name
    if match.searched > 1:
        return f"{_result_sentence(summary)} {baseline} would have needed {match_text(match)} as many trainings."
    needed = "did not find as good a front in" if match.value is None else f"needed {match_text(match)}"
    doubt = _chance_remark(summary.comparison.hypervolume_difference)
    return f"{_result_sentence(summary)} {baseline} {needed} as many trainings{doubt}."


def _chance_remark(difference: Estimate) -> str:
    """Say that the result may be chance, for a baseline that has no more trials than the candidate."""
    is_open = difference.low is not None and difference.high is not None and difference.low <= 0 <= difference.high
    return ", which may be chance" if is_open else ""


def match_text(match: EvaluationsToMatch) -> str:
    """The ratio of trials with its interval; a bound if the baseline did not reach the candidate."""
    return match.describe("[{}, {}]", "[at least {}]")


def configuration_name(summary: Summary, found: Configuration) -> str:
    """The number of a configuration, and its run if there are several."""
    return f"number {found.number}" + (f" of {found.run}" if len(summary.candidate) > 1 else "")


def _result_sentence(summary: Summary) -> str:
    counts = [run.counts for run in summary.candidate]
    n_stopped = sum(count.get("stopped", 0) for count in counts)
    n = sum(count["complete"] + count["failed"] for count in counts) + n_stopped
    if n == 0:
        pending = sum(count["pending"] for count in counts)
        return "No trial has finished yet" + (
            f"; {pending} {'is' if pending == 1 else 'are'} pending." if pending else "."
        )
    tried = "1 trial" if n == 1 else f"{n:,} trials"
    if summary.knee is None:
        counted = summary.trials.failures().items()
        parts = [f"{count} {reason}" for reason, count in counted if reason != "lost"]
        failed = ", ".join([*parts, *([f"{n_stopped} stopped early"] if n_stopped else [])])
        return f"None of {tried} succeeded ({failed})."
    knee = next(found for found in summary.efficient if found.key == summary.knee)
    result = f"{configuration_name(summary, knee)}: {_values_text(summary, knee)}."
    n_efficient = len(summary.efficient)
    if n_efficient == 1:
        return f"Of {tried}, one configuration is best in every objective: {result}"
    if len(summary.objectives) == 1:
        return f"Of {tried}, {n_efficient} configurations are equally good; the first is {result}"
    efficient = "efficient (no other is as good in every objective and better in one)"
    nearest = "the knee, the efficient one nearest to the best of every objective"
    return f"Of {tried}, {n_efficient} configurations are {efficient}; {nearest}, is {result}"


def _values_text(summary: Summary, found: Configuration) -> str:
    """``accuracy 0.78 at 0.11 s``: with two objectives, the unit replaces the name of the second one."""
    first, *others = summary.objectives
    parts = [f"{first.name} {_value(summary, found, first)}"]
    for objective in others:
        is_plain = len(others) == 1 and objective.unit
        parts.append(f"{'' if is_plain else objective.name + ' '}{_value(summary, found, objective)}")
    return f"{parts[0]} at {' and '.join(parts[1:])}" if others else parts[0]


def _value(summary: Summary, found: Configuration, objective: Objective) -> str:
    """A value with just enough digits to place it between the worst and the best efficient one."""
    values = [other.values[objective.name] for other in summary.efficient]
    text = format_number(found.values[objective.name], [min(values), max(values)], min_digits=3)
    return f"{text} {objective.unit}" if objective.unit else text
