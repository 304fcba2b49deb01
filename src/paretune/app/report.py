"""Summarize studies or files, and write the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from paretune import reports
from paretune.app.sources import Sources
from paretune.objectives.utility import Utility
from paretune.reports import Run, Summary, summarize
from paretune.reports.utility_ranking import rank_by_utility
from paretune.study import load


@dataclass(frozen=True)
class SummaryOptions:
    """How runs are summarized.

    Args:
        reference: reference point of hypervolumes, by objective; by default it is derived from limits and trials.
        title: heading of the report; by default the names of the runs.
        models: whether the engine's models estimate noise that is not known, which loads PyTorch and takes seconds.
        utility: an expression of metrics by which the efficient configurations are sorted; empty without one.
    """

    reference: Mapping[str, float] = field(default_factory=dict)
    title: str = ""
    models: bool = True
    utility: str = ""


DEFAULT_OPTIONS = SummaryOptions()


def summarize_sources(
    sources: Sources,
    candidate: Sequence[str],
    baseline: Sequence[str] = (),
    *,
    options: SummaryOptions = DEFAULT_OPTIONS,
    on_found: Callable[[Sequence[Run], Sequence[Run]], None] = lambda _ours, _theirs: None,
) -> Summary:
    """Summarize runs, and compare them with others if a baseline is given.

    Args:
        sources: where to find the runs.
        candidate: names of studies or files, or patterns.
        baseline: likewise, of the runs to compare with.
        options: how they are summarized.
        on_found: called with the runs of both sides, before the computation that takes long.

    Raises:
        InvalidInputError: a file cannot be read, a run is on both sides, or an option does not fit the runs.
        StudyNotFoundError: there is no such study.
    """
    ours, theirs = sources.find_runs(candidate, baseline)
    on_found(ours, theirs)
    if options.utility:
        Utility(options.utility)  # raises before the computation that takes long
    summary = summarize(ours, theirs, reference=options.reference, models=options.models, title=options.title)
    return rank_by_utility(summary, options.utility)


def summarize_study(study: str, storage: str) -> Summary:
    """Summarize a stored study, together with its refit if there is one.

    Raises:
        StudyNotFoundError: there is no such study.
    """
    return summarize(Sources(storage).study_run(load(study, storage)), models=True)


def write_report(
    summary: Summary, folder: Path, on_step: Callable[[str], None] = lambda _: None, *, film: bool = False
) -> Path:
    """Write the files of a report.

    Args:
        summary: what the report shows.
        folder: where to write; it is created if needed.
        on_step: called with the name of each step before it begins.
        film: whether to write the search as a film, too.

    Returns:
        Path of the page to open.
    """
    return reports.write_report(summary, folder, on_step, film=film)
