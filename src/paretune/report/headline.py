"""What came out, in a sentence that needs no knowledge of the field?"""

from __future__ import annotations

from paretune.confidence import Estimate, Match
from paretune.digits import written
from paretune.objectives import Objective
from paretune.report.summary import SEARCHERS, Configuration, Summary


def headline(summary: Summary) -> str:
    """The result, and where there is a baseline, what the search spared."""
    if summary.comparison is None or summary.knee is None:
        return _found(summary)
    match, baseline = summary.comparison.evaluations_to_match, _capital(summary.baseline_name)
    if match.searched > 1:
        return f"{_found(summary)} {baseline} would have needed {times(match)} as many trainings."
    needed = "did not find as much in" if match.value is None else f"needed {times(match)}"
    doubt = _doubt(summary.comparison.hypervolume_difference)
    return f"{_found(summary)} {baseline} {needed} as many trainings{doubt}."


def _doubt(difference: Estimate) -> str:
    """Of a baseline that is no longer: what is said is of one end against the other, and luck may be all of it."""
    is_open = difference.low is not None and difference.high is not None and difference.low <= 0 <= difference.high
    return ", which may be chance" if is_open else ""


def times(match: Match) -> str:
    """How many times as many, with the interval; of what was not reached, as a bound."""
    return match.in_words("[{}, {}]", "[at least {}]")


def place(summary: Summary, found: Configuration) -> str:
    """Which configuration it is: its number, and the run where there are several."""
    return f"number {found.number}" + (f" of {found.run}" if len(summary.candidate) > 1 else "")


def _found(summary: Summary) -> str:
    counts = [run.counts for run in summary.candidate]
    n = sum(count["complete"] + count["failed"] for count in counts)
    if n == 0:
        pending = sum(count["pending"] for count in counts)
        return "No trial has finished yet" + (
            f"; {pending} {'is' if pending == 1 else 'are'} pending." if pending else "."
        )
    tried = "1 trial" if n == 1 else f"{n:,} trials"
    if summary.knee is None:
        counted = summary.trials.failures().items()
        failed = ", ".join(f"{count} {reason}" for reason, count in counted if reason != "lost")
        return f"None of {tried} succeeded ({failed})."
    knee = next(found for found in summary.efficient if found.key == summary.knee)
    result = f"{place(summary, knee)}: {_outcome(summary, knee)}."
    worth = len(summary.efficient)
    if worth == 1:
        return f"Of {tried}, one configuration is best in everything: {result}"
    if len(summary.objectives) == 1:
        return f"Of {tried}, {worth} configurations are equally good; the first is {result}"
    return f"Of {tried}, these {worth} configurations are the trade-offs worth having; the knee is {result}"


def _outcome(summary: Summary, found: Configuration) -> str:
    """``accuracy 0.78 at 0.11 s``: of two objectives, a unit says which the second is."""
    first, *others = summary.objectives
    parts = [f"{first.name} {_value(summary, found, first)}"]
    for objective in others:
        is_plain = len(others) == 1 and objective.unit
        parts.append(f"{'' if is_plain else objective.name + ' '}{_value(summary, found, objective)}")
    return f"{parts[0]} at {' and '.join(parts[1:])}" if others else parts[0]


def _value(summary: Summary, found: Configuration, objective: Objective) -> str:
    """In as few digits as tell where it stands between the worst and the best of the efficient ones."""
    values = [other.values[objective.name] for other in summary.efficient]
    text = written(found.values[objective.name], [min(values), max(values)], least=3)
    return f"{text} {objective.unit}" if objective.unit else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if text in SEARCHERS.values() else text
