"""Summarize studies or files, and write the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from paretune import reports
from paretune.app.sources import Sources
from paretune.reports import Run, Summary, summarize
from paretune.study import load


def summarize_sources(
    sources: Sources,
    candidate: Sequence[str],
    baseline: Sequence[str] = (),
    *,
    reference: Mapping[str, float] | None = None,
    title: str = "",
    on_found: Callable[[Sequence[Run], Sequence[Run]], None] = lambda _ours, _theirs: None,
) -> Summary:
    """Summarize runs, and compare them with others if a baseline is given.

    Args:
        sources: where to find the runs.
        candidate: names of studies or files, or patterns.
        baseline: likewise, of the runs to compare with.
        reference: reference point of hypervolumes, by objective; by default it is derived from limits and trials.
        title: heading of the report; by default the names of the runs.
        on_found: called with the runs of both sides, before the computation that takes long.

    Raises:
        InvalidInputError: a file cannot be read, a run is on both sides, or an option does not fit the runs.
        StudyNotFoundError: there is no such study.
    """
    ours, theirs = sources.find_runs(candidate, baseline)
    on_found(ours, theirs)
    return summarize(ours, theirs, reference=dict(reference or {}), models=True, title=title)


def summarize_study(study: str, storage: str) -> Summary:
    """Summarize a stored study, together with its refit if there is one.

    Raises:
        StudyNotFoundError: there is no such study.
    """
    return summarize(Sources(storage).study_run(load(study, storage)), models=True)


def write_report(summary: Summary, folder: Path, on_step: Callable[[str], None] = lambda _: None) -> Path:
    """Write the files of a report.

    Args:
        summary: what the report shows.
        folder: where to write; it is created if needed.
        on_step: called with the name of each step before it begins.

    Returns:
        Path of the page to open.
    """
    return reports.write_report(summary, folder, on_step)
