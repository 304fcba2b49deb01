"""Numbers that take long, as other processes compute them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from paretune import figures, pareto
from paretune.json_value import json_value
from paretune.reports import Run, Summary, headline, summarize
from paretune.reports.json_report import to_dict
from paretune.reports.render import report_files
from paretune.reports.tables import optimism_sentence
from paretune.study import StudyView
from paretune.study.file_name import file_name
from paretune.trials import Trials

_N_ORDERS, _N_PLACES = 100, 40


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
class PageJob:
    """A study to show on a page.

    Args:
        view: the study.
        random: a study of random search with the same space and objectives; None without one.
    """

    view: StudyView
    random: StudyView | None = None


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


def page_numbers(job: PageJob) -> dict[str, Any]:
    """What a page shows besides the trials themselves: the sentence, how sure the front is, and its growth."""
    summary = summary_of(SummaryJob(job.view, models=True))
    known = {str(found.number): found.probability for found in summary.efficient if found.probability is not None}
    knee = next((found.number for found in summary.efficient if found.key == summary.knee), None)
    numbers = {
        "sentence": headline(summary),
        "notices": list(summary.notices),
        "optimism": optimism_sentence(summary),
        "reference": summary.reference.text,
        "probability": known,
        "knee": knee,
        "surfaces": _surfaces(summary),
        "growth": _growth(summary, job.random),
        "n_finished": summary.n_finished,
    }
    return dict(json_value(numbers))


def _surfaces(summary: Summary) -> dict[str, list[Any]]:
    """The borders of the confidence region, for two objectives and enough trials."""
    if len(summary.objectives) != 2 or not summary.has_enough_trials:
        return {}
    panels = figures.region_view(summary.trials, repeats=400).panels
    return {str(share): points.tolist() for share, points in panels[0].surfaces.items()} if panels else {}


def _growth(summary: Summary, random: StudyView | None) -> dict[str, Any]:
    """The hypervolume after each trial, and what random search reaches on average, with a band of 95 %."""
    reference = summary.reference.point
    finished = summary.candidate[0].finished_trials
    losses = np.where(finished.is_complete[:, None], finished.losses, np.nan)
    found: dict[str, Any] = {"hypervolume": pareto.hypervolume_history(losses, reference).tolist()}
    if random is not None and len(random.trials):
        found["random"] = _random_growth(run_of(random).finished_trials, reference)
    return found


def _random_growth(trials: Trials, reference: Any) -> dict[str, list[float]]:
    """Mean and band of the hypervolume over the order of random trials, which is arbitrary."""
    losses = np.where(trials.is_complete[:, None], trials.losses, np.nan)
    rng, n = np.random.default_rng(0), len(losses)
    histories = np.array([pareto.hypervolume_history(losses[rng.permutation(n)], reference) for _ in range(_N_ORDERS)])
    at = np.unique(np.linspace(1, n, min(n, _N_PLACES)).round().astype(int))
    low, high = np.quantile(histories[:, at - 1], (0.025, 0.975), axis=0)
    return {
        "at": at.tolist(),
        "mean": histories[:, at - 1].mean(axis=0).tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
    }


def report_page(job: SummaryJob) -> dict[str, Any]:
    """The report of a study as one HTML page, and a name for its file."""
    summary = summary_of(job)
    files = report_files(summary, lambda _step: None)
    name = f"{file_name(job.view.name)}-report.html".encode("ascii", "replace").decode().replace("?", "_")
    return {"page": files["report.html"].decode(), "file": name}
