"""Configurations that the models recommend, where measurements are noisy."""

from __future__ import annotations

from typing import Any

from paretune.reports.parameters import shown_parameters
from paretune.reports.quantities import measured_text
from paretune.reports.summary import Summary
from paretune.reports.tables import MAX_EFFICIENT, Row, column_name, value_text


def recommended_table(summary: Summary) -> list[Row]:
    """A row for each recommended configuration: its trials, the expected values with their errors, parameters."""
    found, rows = summary.recommended, []
    if found is None:
        return []
    measured = {configuration.number for configuration in summary.efficient}
    names = shown_parameters(summary)
    each = zip(found.numbers, found.params, found.values.tolist(), found.errors.tolist(), strict=True)
    for numbers, params, values, errors in list(each)[:MAX_EFFICIENT]:
        row = {"trial": ", ".join(map(str, numbers))}
        columns = found.values.T.tolist()
        for objective, value, error, column in zip(summary.objectives, values, errors, columns, strict=True):
            row[f"{column_name(objective)}, expected"] = measured_text(value, error, column)
        row["also efficient as measured"] = "yes" if measured.intersection(numbers) else "no"
        rows.append(row | {name: value_text(params.get(name, "")) for name in names})
    return rows


def recommended_json(summary: Summary) -> list[dict[str, Any]]:
    """The recommended configurations for ``report.json``: trials, parameters, expected values and their errors."""
    if summary.recommended is None:
        return []
    return [
        {
            "trials": each["trials"],
            "values": {name: {"value": value, "se": each["errors"][name]} for name, value in each["values"].items()},
            "params": each["params"],
        }
        for each in summary.recommended.to_dicts()
    ]
