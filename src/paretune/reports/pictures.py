"""The pictures of a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from paretune import figures
from paretune.reports.runs import pool_runs
from paretune.reports.summary import MIN_TRIALS_FOR_PICTURES, Summary
from paretune.trials import Trials

OnStep: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture with its texts.

    Args:
        name: name of its file, without the extension.
        title: heading above the picture.
        caption: text below it.
        figure: Matplotlib's figure.
    """

    name: str
    title: str
    caption: str
    figure: Any

    @property
    def svg(self) -> bytes:
        """The picture as SVG, for the page."""
        return figures.image_bytes(self.figure, "svg")

    @property
    def png(self) -> bytes:
        """The picture as PNG, for a repository."""
        return figures.image_bytes(self.figure, "png")


def pictures(summary: Summary, on_step: OnStep = lambda _: None) -> list[Picture]:
    """Draw all pictures, in the order of the report; with few trials, only the front.

    Args:
        summary: the data to draw.
        on_step: called with a text before each step.
    """
    on_step("Drawing the front")
    trials = summary.trials
    view = figures.front_view(trials)
    is_line = len(np.unique(view.staircase, axis=0)) > 1
    front = Picture(
        "front",
        "The front",
        "All trials." + (" The line bounds the region that the efficient trials dominate (beat)." if is_line else ""),
        figures.draw_front(view),
    )
    on_step("Computing the importance of parameters")
    importance = summary.importance
    if importance is None:
        return [front]
    on_step("Drawing the confidence region")
    regions = list(_region_pictures(summary))
    on_step("Drawing progress and parameters")
    return [front, *regions, *_progress_pictures(summary), *_parameter_pictures(trials, importance)]


def missing_pictures_sentence(summary: Summary) -> str:
    """Say when there will be more pictures; empty if all are there."""
    if summary.has_enough_trials:
        return ""
    needed = (
        f"{MIN_TRIALS_FOR_PICTURES} finished trials"
        if summary.n_finished < MIN_TRIALS_FOR_PICTURES
        else "the first successful trial"
    )
    return f"There will be more pictures after {needed}."


def search_animation(summary: Summary) -> bytes | None:
    """The search as an animated GIF; None with few trials."""
    return figures.animate_front(summary.trials) if summary.has_enough_trials else None


def _region_pictures(summary: Summary) -> Iterator[Picture]:
    """Draw attainment and density of resampled fronts: those of the baseline if there is one."""
    if not 2 <= len(summary.objectives) <= 4:
        return
    if summary.comparison is None:
        view, front = figures.region_view(summary.trials), "the front"
    else:
        view = figures.region_view(pool_runs(summary.baseline).trials, summary.trials)
        front = f"the front of {summary.baseline_name}"
    yield Picture(
        "region",
        "Confidence region of the front",
        f"The probability that {front} attains a point, that is, reaches or beats it in every objective.",
        figures.draw_region(view, "attainment"),
    )
    yield Picture(
        "density",
        "Density of the front",
        f"The probability that {front} passes through a point.",
        figures.draw_region(view, "density"),
    )


def _progress_pictures(summary: Summary) -> Iterator[Picture]:
    """Draw hypervolume and feasibility over the trials."""
    candidate, baseline = ([run.trials for run in side] for side in (summary.candidate, summary.baseline))
    is_compared = summary.comparison is not None
    growth = figures.growth_view(candidate, baseline if is_compared else None, reference=summary.reference.point)
    caption = f"Hypervolume (the volume that the front dominates) over trials, measured from {summary.reference.text}."
    yield Picture("growth", "Progress", caption, figures.draw_growth(growth))
    sides = {summary.name: summary.trials}
    if is_compared:
        sides[summary.baseline_name] = pool_runs(summary.baseline).trials
    feasible = figures.feasibility_view(sides if is_compared else summary.trials)
    yield Picture(
        "feasible",
        "Trials inside the limits",
        "The share of trials that succeeded inside the limits.",
        figures.draw_feasibility(feasible),
    )


def _parameter_pictures(trials: Trials, importance: figures.ImportanceView) -> Iterator[Picture]:
    """Draw the efficient configurations, the importance of parameters, and the search path."""
    parallel = figures.draw_parallel_coordinates(figures.parallel_coordinates_view(trials))
    caption = "Each line is one efficient configuration, with its parameters and objectives."
    yield Picture("parallel", "What the efficient configurations have in common", caption, parallel)
    if any(found.is_predicted for found in importance.outcomes.values()):
        caption = (
            "The importance of a parameter: how much worse each outcome is predicted when its values are shuffled."
        )
        yield Picture("importance", "Important parameters", caption, figures.draw_importance(importance))
    search = figures.search_path_view(trials, importance.pair)
    yield Picture("search", "Search path", "The values of two parameters over time.", figures.draw_search_path(search))
