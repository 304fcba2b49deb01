"""Which pictures does a report have?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from paretune import figures
from paretune.report.runs import pool
from paretune.report.summary import FEW, Summary
from paretune.trials import Trials

Tell: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture and what it shows.

    Args:
        name: of its file, without the ending.
        title: above it.
        caption: below it.
        drawn: Matplotlib's figure.
    """

    name: str
    title: str
    caption: str
    drawn: Any

    @property
    def svg(self) -> bytes:
        """The picture for the page, sharp at any size."""
        return figures.image(self.drawn, "svg")

    @property
    def png(self) -> bytes:
        """The picture for a repository."""
        return figures.image(self.drawn, "png")


def pictures(summary: Summary, tell: Tell = lambda _: None) -> list[Picture]:
    """All that can be seen in the trials, in the order of the report; of a few, only what they are.

    Args:
        summary: what there is to see.
        tell: called with each part before it is drawn.
    """
    tell("Drawing the front")
    trials = summary.trials
    view = figures.front_view(trials)
    is_line = len(np.unique(view.steps, axis=0)) > 1
    front = Picture(
        "front",
        "The front",
        "All trials" + ("; the line is the border of what the efficient ones dominate." if is_line else "."),
        figures.draw_front(view),
    )
    tell("Asking which parameters decide")
    importance = summary.importance
    if importance is None:
        return [front]
    tell("Drawing where the front lies")
    regions = list(_regions(summary))
    tell("Drawing what the trials came to")
    return [front, *regions, *_courses(summary), *_parameters(trials, importance)]


def awaited(summary: Summary) -> str:
    """When there will be more pictures, in a sentence; nothing where all are there."""
    if summary.is_many:
        return ""
    needed = f"{FEW} finished trials" if summary.n_finished < FEW else "the first trial that succeeds"
    return f"More pictures come with {needed}."


def film(summary: Summary) -> bytes | None:
    """The search as an animated GIF; None for a few trials."""
    return figures.animate_front(summary.trials) if summary.is_many else None


def _regions(summary: Summary) -> Iterator[Picture]:
    """Both readings of the resampled fronts: of the baseline where there is one."""
    if not 2 <= len(summary.objectives) <= 4:
        return
    if summary.comparison is None:
        view, whose = figures.region_view(summary.trials), "the front"
    else:
        view = figures.region_view(pool(summary.baseline).trials, summary.trials)
        whose = f"the front of {summary.baseline_name}"
    yield Picture(
        "region",
        "How sure it is",
        f"The probability that {whose} attains a place.",
        figures.draw_region(view, "attainment"),
    )
    yield Picture(
        "density", "Where it passes", f"How often {whose} passes through a place.", figures.draw_region(view, "density")
    )


def _courses(summary: Summary) -> Iterator[Picture]:
    """What came of the trials, one after the other."""
    candidate, baseline = ([run.trials for run in side] for side in (summary.candidate, summary.baseline))
    is_compared = summary.comparison is not None
    growth = figures.growth_view(candidate, baseline if is_compared else None, reference=summary.reference.point)
    caption = f"Hypervolume over trials, measured from {summary.reference.text}."
    yield Picture("growth", "Progress", caption, figures.draw_growth(growth))
    sides = {summary.name: summary.trials}
    if is_compared:
        sides[summary.baseline_name] = pool(summary.baseline).trials
    feasible = figures.feasible_view(sides if is_compared else summary.trials)
    yield Picture(
        "feasible", "Trials inside the limits", "The share of trials that succeeded.", figures.draw_feasible(feasible)
    )


def _parameters(trials: Trials, importance: figures.ImportanceView) -> Iterator[Picture]:
    """What the parameters have to do with it."""
    parallel = figures.draw_parallel(figures.parallel_view(trials))
    caption = "A line for each, through its parameters and objectives."
    yield Picture("parallel", "What the efficient configurations have in common", caption, parallel)
    if any(found.is_predicted for found in importance.outcomes.values()):
        caption = "How much worse each outcome is predicted when a parameter is shuffled."
        yield Picture("importance", "What decides", caption, figures.draw_importance(importance))
    search = figures.search_view(trials, importance.pair)
    yield Picture("search", "Where the search went", "Two parameters over time.", figures.draw_search(search))
