"""The efficient configurations of a report in the order of a utility."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from paretune.objectives.utility import Utility
from paretune.reports.summary import Configuration, Summary


def rank_by_utility(summary: Summary, expression: str) -> Summary:
    """Return a summary with the utility of each efficient configuration, the largest one first.

    Args:
        summary: in the units of the study.
        expression: of objectives and other metrics, see `paretune.objectives.utility.Utility`; empty for no utility.

    Returns:
        The summary; configurations with an unknown utility come last.

    Raises:
        InvalidInputError: it is no such expression, or names a metric that no efficient configuration has.
    """
    if not expression:
        return summary
    utility, metrics = Utility(expression), _metrics(summary)
    utility.check_names(tuple({name: None for known in metrics for name in known}) or summary.objectives.names)
    valued = [
        replace(found, utility=utility.value(known)) for found, known in zip(summary.efficient, metrics, strict=True)
    ]
    return replace(summary, efficient=tuple(sorted(valued, key=_order)), utility=expression)


def _order(found: Configuration) -> float:
    return math.inf if found.utility is None or math.isnan(found.utility) else -found.utility


def _metrics(summary: Summary) -> list[dict[str, Any]]:
    """The metrics of each efficient configuration by name, objectives included; numbers only."""
    by_key = dict(zip(summary.trials.numbers.tolist(), summary.trials.metrics, strict=True))
    numbers = [
        {name: value for name, value in by_key.get(found.key, {}).items() if isinstance(value, (int, float))}
        for found in summary.efficient
    ]
    return [{**known, **found.values} for known, found in zip(numbers, summary.efficient, strict=True)]
