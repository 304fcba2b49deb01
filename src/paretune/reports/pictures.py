"""The pictures of a report, each drawn for a wide and for a narrow page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from paretune import figures
from paretune.figures import NARROW, WIDE, Drawing
from paretune.reports import alt_texts, captions
from paretune.reports.parameters import shown_parameters
from paretune.reports.runs import pool_runs
from paretune.reports.summary import MIN_TRIALS_FOR_PICTURES, Summary

OnStep: TypeAlias = Callable[[str], None]
FRONT_WIDTH, PAGE_WIDTH = 720, 1000  # pixels


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture with its texts.

    Args:
        name: name of its file, without the extension.
        title: heading above the picture.
        caption: text below it.
        alt: what it shows, for those who cannot see it.
        wide: the drawing for a wide page.
        narrow: the drawing for a narrow page, such as on a phone.
    """

    name: str
    title: str
    caption: str
    alt: str
    wide: Drawing
    narrow: Drawing

    @classmethod
    def draw(cls, name: str, texts: tuple[str, str, str], draw: Callable[[int], Drawing], width: int = WIDE) -> Picture:
        """Draw a picture for both pages; ``texts`` are title, caption and description."""
        return cls(name, *texts, draw(width), draw(NARROW))

    @property
    def file_bytes(self) -> bytes:
        """The picture as an SVG file, for a repository."""
        return self.wide.file_bytes(self.alt)


def pictures(summary: Summary, on_step: OnStep = lambda _: None) -> list[Picture]:
    """Draw all pictures, in the order of the report; with few trials, only the front.

    Args:
        summary: the data to draw, in the units to show.
        on_step: called with a text before each step.
    """
    on_step("Drawing the front")
    baseline = pool_runs(summary.baseline).trials if summary.comparison is not None else None
    view = figures.front_view(summary.trials, baseline)
    width = FRONT_WIDTH if len(view.pairs) == 1 else PAGE_WIDTH
    draw = partial(figures.draw_front, view, baseline_name=summary.baseline_name)
    texts = ("The front", captions.front_caption(view), alt_texts.describe_front(view))
    front = Picture.draw("front", texts, draw, width)
    schedules = list(_schedule_pictures(summary))
    if not summary.has_enough_trials:
        return [front, *_curve_pictures(summary), *schedules]
    on_step("Computing the importance of parameters (a few seconds)")
    parameters = list(_parameter_pictures(summary, view))
    on_step("Resampling the trials for the confidence region and the bands")
    progress = [*_progress_pictures(summary), *_region_pictures(summary, view), *_feasible_pictures(summary)]
    on_step("Drawing learning curves")
    return [front, *progress, *_curve_pictures(summary), *schedules, *parameters]


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


def search_film(summary: Summary) -> bytes | None:
    """The search as a film, an SVG file; None with few trials."""
    if not summary.has_enough_trials:
        return None
    return figures.draw_film(summary.trials).file_bytes(f"The front of {summary.name}, growing trial by trial")


def _progress_pictures(summary: Summary) -> Iterator[Picture]:
    """Draw the hypervolume over the trials, and over their cost if that is known."""
    ours, theirs = ([run.trials for run in side] for side in (summary.candidate, summary.baseline))
    is_compared = summary.comparison is not None
    names = (summary.name, summary.baseline_name) if is_compared else ("", "")
    view = figures.growth_view(ours, theirs if is_compared else None, reference=summary.reference.point)
    texts = ("Progress", captions.growth_caption(summary, view), alt_texts.describe_growth(view, names))
    yield Picture.draw("growth", texts, partial(figures.draw_growth, view, names=names))
    sides = {summary.name: ours} | ({summary.baseline_name: theirs} if is_compared else {})
    cost = figures.cost_view(sides, summary.reference.point)
    if cost.curves:
        texts = ("Progress by cost", captions.cost_caption(cost), alt_texts.describe_cost(cost))
        yield Picture.draw("cost", texts, partial(figures.draw_cost, cost))


def _region_pictures(summary: Summary, front: figures.FrontView) -> Iterator[Picture]:
    """Draw what resampled fronts attain: those of the baseline if there is one."""
    if not 2 <= len(summary.objectives) <= 4:
        return
    if summary.comparison is None:
        view, resampled = figures.region_view(summary.trials, is_log=front.is_log), summary.name
    else:
        theirs = pool_runs(summary.baseline).trials
        view, resampled = figures.region_view(theirs, summary.trials, is_log=front.is_log), summary.baseline_name
    texts = (
        "Confidence region of the front",
        captions.region_caption(view, summary.name, resampled),
        alt_texts.describe_region(view, resampled),
    )
    width = WIDE if len(view.panels) <= 1 else PAGE_WIDTH
    yield Picture.draw("region", texts, partial(figures.draw_region, view, name=summary.name), width)


def _feasible_pictures(summary: Summary) -> Iterator[Picture]:
    """Draw the share of trials that succeeded, if any failed."""
    sides = {summary.name: summary.trials}
    if summary.comparison is not None:
        sides[summary.baseline_name] = pool_runs(summary.baseline).trials
    if not any((trials.is_failed & ~trials.is_lost).any() for trials in sides.values()):
        return
    view = figures.feasibility_view(sides if len(sides) > 1 else summary.trials)
    texts = (*captions.feasible_texts(summary, view), alt_texts.describe_feasibility(view, summary.name))
    yield Picture.draw("feasible", texts, partial(figures.draw_feasibility, view))


def _curve_pictures(summary: Summary) -> Iterator[Picture]:
    """Draw the learning curves and what early reports are worth, if trials reported any."""
    trials = summary.trials
    if not len(trials.curves):
        return
    view = figures.learning_curves_view(trials)
    if view.metrics:
        texts = ("Learning curves", captions.curves_caption(view), alt_texts.describe_curves(view))
        width = WIDE if len(view.metrics) == 1 else PAGE_WIDTH
        yield Picture.draw("curves", texts, partial(figures.draw_learning_curves, view), width)
    signals = figures.signals_view(trials)
    if signals is not None:
        sentence = captions.signals_sentence(signals)
        texts = ("What early reports are worth", captions.signals_caption(signals), sentence)
        width = WIDE if len(signals.correlations) == 1 else PAGE_WIDTH
        yield Picture.draw("signals", texts, partial(figures.draw_signals, signals), width)


def _schedule_pictures(summary: Summary) -> Iterator[Picture]:
    """Draw the schedules of the efficient members of a population, if the report shows one study that trained one."""
    view = figures.schedules_view(summary.trials) if len(summary.candidate) == 1 else None
    if view is not None and view.schedules:
        texts = ("Schedules", captions.schedules_caption(view), alt_texts.describe_schedules(view))
        width = PAGE_WIDTH if len(view.names) > 1 else WIDE
        yield Picture.draw("schedules", texts, partial(figures.draw_schedules, view), width)


def _parameter_pictures(summary: Summary, front: figures.FrontView) -> Iterator[Picture]:
    """Draw the efficient configurations, the importance of parameters, and their values over the trials."""
    importance = summary.importance
    if importance is None:
        return
    names = shown_parameters(summary)
    lines = figures.parallel_coordinates_view(summary.trials, names, is_log=front.is_log)
    texts = (
        "What the efficient configurations have in common",
        captions.parallel_caption(lines),
        alt_texts.describe_parallel_coordinates(lines),
    )
    yield Picture.draw("parallel", texts, partial(figures.draw_parallel_coordinates, lines))
    if any(found.is_predicted for found in importance.outcomes.values()):
        texts = (
            "Important parameters",
            captions.importance_caption(importance),
            alt_texts.describe_importance(importance),
        )
        yield Picture.draw("importance", texts, partial(figures.draw_importance, importance))
    path = figures.search_path_view(summary.trials, importance.most_important(4))
    texts = ("Parameters over time", captions.search_caption(path), alt_texts.describe_search(path))
    yield Picture.draw(
        "search", texts, partial(figures.draw_search_path, path), PAGE_WIDTH if len(path.names) > 1 else WIDE
    )
