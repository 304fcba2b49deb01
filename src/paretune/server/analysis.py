"""Numbers that take long, as other processes compute them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from paretune.reports import Run, Summary, headline, summarize
from paretune.reports.json_report import json_value, to_dict
from paretune.study import StudyView


@dataclass(frozen=True)
class SummaryJob:
    """A study to summarize.

    Args:
        view: the study.
        models: whether to use models where the noise is unknown, which takes seconds.
    """

    view: StudyView
    models: bool = False


@dataclass(frozen=True)
class ComparisonJob:
    """Two studies to compare.

    Args:
        candidate: the study.
        baseline: the study to compare with.
    """

    candidate: StudyView
    baseline: StudyView


def run_of(view: StudyView) -> Run:
    """The run of a report."""
    return Run(view.name, view.trials, view.origin, view.n_unfit, n_begun=view.n_begun)


def summary_of(job: SummaryJob) -> Summary:
    """Summarize a study."""
    return summarize(run_of(job.view), models=job.models)


def summary_numbers(job: SummaryJob) -> dict[str, Any]:
    """The numbers of a study's report, as JSON has them."""
    return dict(json_value(to_dict(summary_of(job))))


def compare_numbers(job: ComparisonJob) -> dict[str, Any]:
    """The numbers of a comparison, as JSON has them.

    Raises:
        InvalidInputError: the studies have different objectives.
    """
    summary = summarize(run_of(job.candidate), run_of(job.baseline))
    numbers = to_dict(summary)
    kept = ("title", "headline", "notices", "objectives", "counts", "hypervolume", "comparison")
    return dict(json_value({"sentence": headline(summary), **{name: numbers[name] for name in kept}}))
