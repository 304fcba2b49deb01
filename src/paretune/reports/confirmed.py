"""Configurations that were trained more than once: both their first measurement and the mean of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from paretune import pareto
from paretune.number_format import format_number
from paretune.objectives import Objective
from paretune.reports.display_units import in_display_units
from paretune.reports.headline import headline
from paretune.reports.quantities import measured_text
from paretune.reports.summary import Summary
from paretune.reports.tables import Row, column_name
from paretune.trials.repeats import repeated_configurations


@dataclass(frozen=True, eq=False)
class RetrainedMean:
    """A configuration that was trained more than once.

    Args:
        run: name of its study.
        numbers: numbers of its trials there, the first one first.
        measured: values of the first trial, by objective, in the user's units.
        values: means of all trials, by objective.
        errors: standard errors of the means, by objective.
        is_confirmed: whether the means are within the limits, and no other configuration's means dominate them.
        is_knee: whether it is the confirmed one nearest to the best of every objective.
    """

    run: str
    numbers: tuple[int, ...]
    measured: Mapping[str, float]
    values: Mapping[str, float]
    errors: Mapping[str, float]
    is_confirmed: bool
    is_knee: bool


def retrained_means(summary: Summary) -> tuple[RetrainedMean, ...]:
    """The candidate's configurations that were trained more than once; the best mean of the first objective first."""
    pairs = [(run.name, each) for run in summary.candidate for each in repeated_configurations(run.trials)]
    if not pairs:
        return ()
    objectives = summary.objectives
    losses = objectives.losses(np.array([each.values for _, each in pairs]))
    losses[~objectives.is_within(losses)] = np.nan
    is_confirmed, knee = pareto.is_nondominated(losses), pareto.knee(losses)
    order = np.lexsort(objectives.losses(np.array([each.values for _, each in pairs])).T[::-1])

    def by_name(numbers: Sequence[float]) -> dict[str, float]:
        return dict(zip(objectives.names, numbers, strict=True))

    return tuple(
        RetrainedMean(
            pairs[i][0],
            pairs[i][1].numbers,
            by_name(pairs[i][1].measured),
            by_name(pairs[i][1].values),
            by_name(pairs[i][1].errors),
            bool(is_confirmed[i]),
            knee is not None and int(i) == int(knee),
        )
        for i in order
    )


def confirmed_table(summary: Summary) -> list[Row]:
    """A row for each configuration that was trained more than once: its first values, and the means with errors."""
    found, rows = retrained_means(summary), []
    for each in found:
        row = {"run": each.run} if len(summary.candidate) > 1 else {}
        row |= {"trial": str(each.numbers[0]), "trainings": str(len(each.numbers))}
        row |= {"also trials": ", ".join(map(str, each.numbers[1:]))}
        for objective in summary.objectives:
            name, heading = objective.name, column_name(objective)
            column = [value for other in found for value in (other.measured[name], other.values[name])]
            row[f"{heading}, first"] = format_number(each.measured[name], column, min_digits=3)
            row[f"{heading}, mean"] = measured_text(each.values[name], each.errors[name], column)
        rows.append(row | {"confirmed": "yes" if each.is_confirmed else "no"})
    return rows


def confirmed_sentence(summary: Summary) -> str:
    """Say which configurations several trainings confirm as efficient; empty if there is none."""
    summary = in_display_units(summary)
    confirmed = [each for each in retrained_means(summary) if each.is_confirmed]
    if not confirmed:
        return ""
    counts = [len(each.numbers) for each in confirmed]
    trainings = f"{min(counts)}" if min(counts) == max(counts) else f"{min(counts)} to {max(counts)}"
    knee = next((each for each in confirmed if each.is_knee), confirmed[0])
    name = f"number {knee.numbers[0]}" + (f" of {knee.run}" if len(summary.candidate) > 1 else "")
    values = " and ".join(_value(objective, knee) for objective in summary.objectives)
    if len(confirmed) == 1:
        return f"One configuration is confirmed as efficient by the mean of {trainings} trainings: {name}, {values}."
    return (
        f"{len(confirmed)} configurations are confirmed as efficient by the means of {trainings} trainings each; "
        f"the knee of them is {name}, {values}."
    )


def headline_with_means(summary: Summary) -> str:
    """The headline of a report, which begins with the confirmed configurations if there are any."""
    confirmed, measured = confirmed_sentence(summary), headline(summary)
    return f"{confirmed} As first measured: {measured[:1].lower()}{measured[1:]}" if confirmed else measured


def confirmed_json(summary: Summary) -> list[dict[str, Any]]:
    """The same for ``report.json``."""
    return [
        {
            "run": each.run,
            "numbers": list(each.numbers),
            "values": {
                name: {"measured": each.measured[name], "mean": mean, "se": each.errors[name]}
                for name, mean in each.values.items()
            },
            "is_confirmed": each.is_confirmed,
        }
        for each in retrained_means(summary)
    ]


def _value(objective: Objective, found: RetrainedMean) -> str:
    text = measured_text(found.values[objective.name], found.errors[objective.name])
    return f"{objective.name} {text}{f' {objective.unit}' if objective.unit else ''}"
