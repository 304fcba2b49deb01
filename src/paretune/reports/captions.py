"""The captions of the pictures, which explain each term where it is first used."""

from __future__ import annotations

import math

import numpy as np

from paretune.figures import (
    CostView,
    FeasibilityView,
    FrontView,
    GrowthView,
    ImportanceView,
    LearningCurvesView,
    ParallelCoordinatesView,
    RegionView,
    SchedulesView,
    SearchPathView,
    SignalsView,
)
from paretune.figures.forest import N_FOLDS, N_SHUFFLES
from paretune.figures.importance_drawing import MAX_PARAMETERS
from paretune.figures.labels import excluded_text, plain_text, short_text
from paretune.figures.parallel_coordinates_drawing import MAX_LINES
from paretune.figures.schedules import Schedule
from paretune.reports.summary import Summary


def front_caption(view: FrontView) -> str:
    """Explain efficient, the knee, the border and failures."""
    if len(view.objectives) == 1:
        parts = ["All trials, in their order. An efficient trial has the best value."]
    else:
        parts = ["All trials. A trial is efficient if no other one is as good in every objective and better in one."]
        is_line = len(np.unique(view.staircase, axis=0)) > 1
        parts += ["The line bounds the region that the efficient trials dominate (beat)."] * is_line
        parts += ["The knee is the efficient trial nearest to the best of every objective."] * (view.knee is not None)
        parts += ["Each panel shows two objectives and ignores the others."] * (len(view.pairs) > 1)
    if len(view.unknown):
        parts.append("Failed trials without values are in the strip below, in their order.")
    return " ".join([*parts, excluded_text(view.n_excluded)]).strip()


def growth_caption(summary: Summary, view: GrowthView) -> str:
    """Explain the hypervolume, its reference and the bands."""
    n_runs = {curve.n_runs for curve in (view.candidate, view.baseline) if curve is not None}
    single = "The band shows how much the curve depends on a few trials of the run"
    several = "the band contains the mean of other runs in 95 % of cases" if n_runs != {1} else ""
    bands = f"{single} ({view.repeats:,} resamples)." if n_runs == {1} else f"{several[0].upper()}{several[1:]}."
    if len(n_runs) > 1:
        bands = f"{single}; for several runs, {several}."
    explained = (
        f"The hypervolume is the volume between the front and a reference point: {summary.reference.text}. "
        "It grows when a trial improves the front."
    )
    return " ".join([explained, bands, excluded_text(view.n_excluded)]).strip()


def cost_caption(view: CostView) -> str:
    """Explain what is paid."""
    kinds = " and ".join(view.curves)
    return f"The hypervolume against what was paid for it: {kinds}, those of failed and stopped trials included."


def region_caption(view: RegionView, name: str, resampled: str) -> str:
    """Say in two sentences what the areas mean."""
    if not view.panels:
        return excluded_text(view.n_excluded)
    draws = f"{view.n_fronts:,} times, {view.size:,} of the {view.n_trials:,} trials of {resampled} were drawn"
    areas = (
        f"{draws} {'with' if view.replace else 'without'} replacement: an area shows the points that 5, 50 or 95 % of "
        "the resulting fronts attain (reach or beat in every objective)."
    )
    if view.n_candidate is None:
        meaning = (
            "Areas that lie far apart mean that the front depends on a few trials; they do not predict another run."
        )
    else:
        meaning = (
            f"Where the line, the front of all {view.n_candidate:,} trials of {name}, is beyond the areas, "
            f"{resampled} rarely gets."
        )
    panels = "Each panel shows two objectives and ignores the others." if len(view.panels) > 1 else ""
    return " ".join(part for part in (areas, meaning, panels, excluded_text(view.n_excluded)) if part)


def feasible_texts(summary: Summary, view: FeasibilityView) -> tuple[str, str]:
    """Return the title and the caption, with limits only if there are limits."""
    limited = any(objective.limit is not None for objective in summary.objectives)
    what = "succeeded inside all limits" if limited else "succeeded"
    caption = (
        f"The share of trials that {what}: of all so far, and of the latest ones, with its 95 % interval (Wilson)."
    )
    title = "Trials inside the limits" if limited else "Trials that succeeded"
    return title, f"{caption} {excluded_text(view.n_excluded)}".strip()


def curves_caption(view: LearningCurvesView) -> str:
    """Explain the colours of the curves."""
    parts = ["Each line is what a trial reported while it ran; efficient trials are coloured."]
    parts += ["A scheduler stopped the grey ones early."] * bool(view.count("stopped"))
    parts += [f"It decided at the dotted steps: {', '.join(map(str, view.rungs))}."] * bool(view.rungs)
    return " ".join([*parts, excluded_text(view.n_excluded)]).strip()


def signals_caption(view: SignalsView) -> str:
    """Explain the rank correlation and name the best early signal."""
    explained = (
        f"How well each metric, at a step, orders the {view.n_ended:,} trials that ran to their end by their final "
        "value: Spearman's rank correlation, 1 for the same order and 0 for none."
    )
    return f"{explained} {signals_sentence(view)}".strip()


def signals_sentence(view: SignalsView) -> str:
    """Say for each objective which metric is the first good signal, and how good the objective itself is there."""
    sentences = []
    for objective, found in view.correlations.items():
        used = [(i, name) for i, name in enumerate(view.chosen[objective]) if name in found]
        if not used:
            sentences.append(f"No metric is a clear early signal of the final {plain_text(objective)}.")
            continue
        i, name = used[0]
        own = found.get(objective, np.full(len(view.steps), np.nan))[i]
        final = f"the final {plain_text(objective)}"
        text = f"At step {view.steps[i]}, {plain_text(name)} has a correlation of {found[name][i]:.2f} with {final}"
        text += f", {plain_text(objective)} itself {own:.2f}" if name != objective and np.isfinite(own) else ""
        sentences.append(f"{text}.")
    return " ".join(sentences)


def parallel_caption(view: ParallelCoordinatesView) -> str:
    """Explain the lines, and name the knee."""
    if view.knee is None:
        return excluded_text(view.n_excluded)
    if len(view.numbers) == 1:
        parts = [f"The only efficient trial is {view.numbers[0]}."]
    else:
        parts = [
            f"Each line is one of {len(view.numbers):,} efficient trials. Where lines meet, the trials agree.",
            f"The thick line is the knee, trial {view.numbers[view.knee]}.",
        ]
    parts += [f"The first {MAX_LINES:,} lines are drawn."] * (len(view.numbers) > MAX_LINES)
    return " ".join([*parts, excluded_text(view.n_excluded)]).strip()


def importance_caption(view: ImportanceView) -> str:
    """Explain the bars."""
    n = len(view.parameters)
    most = f"The {MAX_PARAMETERS} most important of {n:,} parameters are shown. " if n > MAX_PARAMETERS else ""
    return (
        f"{most}A random forest learns from four fifths of the trials and predicts the last fifth. A bar shows how "
        "much its squared error grows when the values of one parameter are shuffled, in units of the outcome's "
        f"variance, with one standard deviation over {N_FOLDS} folds of {N_SHUFFLES} shuffles. Objectives are "
        f"predicted as ranks. {excluded_text(view.n_excluded)}"
    ).strip()


def schedules_caption(view: SchedulesView) -> str:
    """Say what a line is, and write each schedule in words."""
    what = "The values of the parameters that changed in the trainings of efficient trials, by step."
    words = [
        f"Trial {each.numbers[-1]}: {'; '.join(_schedule_words(view, each, i) for i in range(len(view.names)))}."
        for each in view.schedules
    ]
    return " ".join(part for part in (what, *words, excluded_text(view.n_excluded)) if part)


def _schedule_words(view: SchedulesView, schedule: Schedule, i: int) -> str:
    """The values of a parameter with the steps from which they hold; equal ones in a row are written once."""
    parameter, words, before = view.space[view.names[i]], list[str](), ""
    for step, place in zip(schedule.begins, schedule.places[:, i].tolist(), strict=True):
        value = "absent" if math.isnan(place) else short_text(parameter.decode([place])[0])
        if value != before:
            words.append(f"{value} from step {step:,}" if words else value)
        before = value
    return f"{plain_text(view.names[i])} {', '.join(words)}"


def search_caption(view: SearchPathView) -> str:
    """Say which parameters are shown, and that equal values are spread."""
    n = len(view.names)
    which = "The value of the parameter" if n == 1 else f"The values of the {n} most important parameters"
    which = f"The values of all {n} parameters" if 1 < n == len(view.space) else which
    crowded = [plain_text(name) for name in view.names if (view.space[name].n_levels or 99) <= 12]
    spread = f"Trials that share a value of {' and '.join(crowded)} are spread around it." if crowded else ""
    return " ".join(part for part in (f"{which}, trial by trial.", spread, excluded_text(view.n_excluded)) if part)
