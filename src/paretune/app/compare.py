"""Compare two groups of runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from paretune.app.folders import check_report_folder, comparison_folder
from paretune.app.report import DEFAULT_OPTIONS, SummaryOptions, summarize_sources
from paretune.app.sources import Sources
from paretune.reports import Run, Summary, comparison_table, in_display_units, join_run_names


@dataclass(frozen=True)
class ComparisonReport:
    """A comparison with its summary and its table.

    Args:
        summary: the candidate's summary, with the comparison in it.
        rows: the numbers with their intervals as text, by the column ``""`` and the names of both sides.
        folder: folder of the report.
    """

    summary: Summary
    rows: list[dict[str, str]]
    folder: Path


def compare_runs(
    sources: Sources,
    candidate: str,
    baseline: str,
    *,
    options: SummaryOptions = DEFAULT_OPTIONS,
    out: Path | None = None,
) -> ComparisonReport:
    """Compare the runs of two names.

    Arguments and errors are those of `summarize_sources`; ``out`` is the folder of the report, by default one that is
    named after the runs. If the report cannot be written there, the error comes before the computation.
    """
    folders: list[Path] = []

    def check_folder(ours: Sequence[Run], theirs: Sequence[Run]) -> None:
        folders.append(out or comparison_folder(join_run_names(ours), join_run_names(theirs)))
        check_report_folder(folders[0])

    summary = summarize_sources(sources, [candidate], [baseline], options=options, on_found=check_folder)
    return ComparisonReport(summary, comparison_table(in_display_units(summary)), folders[0])
