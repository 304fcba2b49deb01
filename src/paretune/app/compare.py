"""Compare two groups of runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from paretune.app.folders import comparison_folder
from paretune.app.report import summarize_sources
from paretune.app.sources import Sources
from paretune.reports import Summary, comparison_table, join_run_names


@dataclass(frozen=True)
class ComparisonReport:
    """A comparison with its summary and its table.

    Args:
        summary: the candidate's summary, with the comparison in it.
        rows: the numbers with their intervals as text, by the columns ``""``, ``candidate`` and ``baseline``.
        folder: default folder of the report.
    """

    summary: Summary
    rows: list[dict[str, str]]
    folder: Path


def compare_runs(
    sources: Sources,
    candidate: str,
    baseline: str,
    *,
    reference: Mapping[str, float] | None = None,
    title: str = "",
) -> ComparisonReport:
    """Compare the runs of two names; arguments and errors are those of `summarize_sources`."""
    summary = summarize_sources(sources, [candidate], [baseline], reference=reference, title=title)
    rows = [] if summary.comparison is None else comparison_table(summary.comparison)
    folder = comparison_folder(join_run_names(summary.candidate), join_run_names(summary.baseline))
    return ComparisonReport(summary, rows, folder)
