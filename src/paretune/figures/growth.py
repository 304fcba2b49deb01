"""The growth of the hypervolume, trial by trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune import pareto
from paretune.argument_checks import COUNT, NUMBERS, WHOLE, check_arguments, list_of
from paretune.confidence.input_checks import check_count
from paretune.confidence.interval_estimate import INTERVAL_QUANTILES, shift_to_measured, small_sample_factor
from paretune.errors import InvalidInputError
from paretune.figures.trial_selection import (
    count_too_large,
    count_unfinished,
    drawable_losses,
    finished_trials,
    sum_counts,
)
from paretune.objectives import Objectives
from paretune.trials import Trials

Runs: TypeAlias = Trials | Sequence[Trials]
N_BAND_POINTS = 25


@dataclass(frozen=True, eq=False)
class GrowthCurve:
    """The hypervolume of one side, in products of losses.

    Args:
        hypervolume: ``n`` volumes, one after each trial; the mean of several runs.
        at: ``c`` counts of trials at which the band is computed.
        low: ``c`` volumes, the lower border of the band.
        high: ``c`` volumes, the upper border of the band.
        failed: positions of the failed trials, counted from 1; empty for several runs.
        n_runs: number of runs.
    """

    hypervolume: NDArray[np.float64]
    at: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    failed: NDArray[np.int64]
    n_runs: int


@dataclass(frozen=True, eq=False)
class GrowthView:
    """The data of a picture of the growing hypervolume.

    Args:
        objectives: ``m`` objectives.
        candidate: the curve of the study or of its runs.
        baseline: the curve of the other side of a comparison; None without one.
        reference: ``m`` values in the user's units, the reference point of all volumes.
        best: ``m`` values, the best value of each objective in any trial; `reference` if no trial is complete.
        repeats: number of resamples behind the bands.
        n_excluded: number of trials of all runs that are not in the picture, by reason.
    """

    objectives: Objectives
    candidate: GrowthCurve
    baseline: GrowthCurve | None
    reference: NDArray[np.float64]
    best: NDArray[np.float64]
    repeats: int
    n_excluded: Mapping[str, int]


def growth_view(
    candidate_runs: Runs,
    baseline_runs: Runs | None = None,
    *,
    reference: ArrayLike | None = None,
    repeats: int = 200,
    seed: int = 0,
) -> GrowthView:
    """Compute the hypervolume after each trial, with 95 % bands, from one reference point.

    Several runs: the line is their mean. The band is a bootstrap over runs, widened for few runs
    (`paretune.confidence.interval_estimate.small_sample_factor`).

    A single run: the band is a bootstrap over its trials, centred on the measured line, because a resample always
    lacks some points. It shows how much the result depends on a few trials, not what another run of a search that
    learns would do.

    No band exceeds the volume of an imaginary trial that has the best value of every objective.

    Args:
        candidate_runs: one study, or several with different seeds; runs are cut to the length of the shortest.
        baseline_runs: the same for the other side of a comparison.
        reference: ``m`` finite losses; by default `paretune.pareto.reference_point` of all complete trials, as in
            `paretune.confidence.compare`.
        repeats: number of resamples.
        seed: an integer.

    Raises:
        InvalidInputError: no run is given, the objectives differ, or the reference does not fit them.
    """
    check_arguments(
        candidate_runs=(candidate_runs, Trials, list_of(Trials)),
        baseline_runs=(baseline_runs, Trials, list_of(Trials), None),
        reference=(reference, NUMBERS, None),
        repeats=(repeats, COUNT),
        seed=(seed, WHOLE),
    )
    given = [_runs(side) for side in (candidate_runs, baseline_runs) if side is not None]
    objectives = _common_objectives([run for side in given for run in side])
    sides = [[finished_trials(run) for run in side] for side in given]
    cut = [[run[: min(map(len, side))] for run in side] for side in sides]
    everything = np.vstack([drawable_losses(run) for side in cut for run in side])
    known = everything[~np.isnan(everything).any(axis=1)]
    corner = pareto.reference_point(everything, objectives.limits) if reference is None else np.asarray(reference)
    rng, repeats = np.random.default_rng(seed), check_count(repeats, "repeats")
    best = known.min(axis=0) if len(known) else corner
    curves = [_curve(side, corner, best, repeats, rng) for side in cut]
    n_cut = sum(map(len, (run for side in sides for run in side))) - len(everything)
    n_excluded = sum_counts([count_unfinished(run) | count_too_large(run) for side in given for run in side])
    return GrowthView(
        objectives,
        curves[0],
        curves[1] if len(curves) > 1 else None,
        objectives.values([corner])[0],
        objectives.values([best])[0],
        repeats,
        n_excluded | {"beyond the shortest run": n_cut},
    )


def _runs(side: Runs) -> list[Trials]:
    runs = [side] if isinstance(side, Trials) else list(side)
    if not runs:
        raise InvalidInputError("the growth needs at least one run on each side, but a side has none")
    return runs


def _common_objectives(runs: Sequence[Trials]) -> Objectives:
    if any(run.objectives != runs[0].objectives for run in runs):
        raise InvalidInputError("studies with different objectives or limits cannot be compared")
    return runs[0].objectives


def _curve(
    runs: Sequence[Trials],
    reference: NDArray[np.float64],
    best: NDArray[np.float64],
    repeats: int,
    rng: np.random.Generator,
) -> GrowthCurve:
    """Compute the line and the band of one side; the best loss of each objective bounds the band."""
    losses = [drawable_losses(run) for run in runs]
    histories = np.array([pareto.hypervolume_history(run, reference) for run in losses])
    measured, n = histories.mean(axis=0), histories.shape[1]
    at = _band_points(n)
    if len(runs) == 1:
        drawn = np.array([_volumes_at(_resample(losses[0], rng), reference, at) for _ in range(repeats)])
        failed, wider = np.flatnonzero(runs[0].is_failed) + 1, 1.0
    else:
        drawn = histories[rng.integers(len(runs), size=(repeats, len(runs)))].mean(axis=1)[:, at - 1]
        failed, wider = np.empty(0, np.int64), small_sample_factor(len(runs))
    box_volume = float(np.prod(np.maximum(reference - best, 0.0)))
    drawn = np.column_stack(
        [shift_to_measured(measured[k - 1], drawn[:, i], box_volume, wider) for i, k in enumerate(at)] or [drawn]
    )
    low, high = np.quantile(drawn, INTERVAL_QUANTILES, axis=0)
    return GrowthCurve(
        measured, at, np.minimum(low, measured[at - 1]), np.maximum(high, measured[at - 1]), failed, len(runs)
    )


def _band_points(n: int) -> NDArray[np.int64]:
    """Counts of trials at which the band is computed: denser at the beginning, where the volume grows most."""
    if n == 0:
        return np.empty(0, np.int64)
    return np.unique(
        np.concatenate([np.geomspace(1, n, N_BAND_POINTS), np.linspace(1, n, N_BAND_POINTS)]).round().astype(int)
    )


def _resample(run: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw trials with replacement: keep the order, set the trials that were not drawn to NaN, ignore repeats."""
    drawn = np.full_like(run, np.nan)
    rows = np.unique(rng.integers(len(run), size=len(run)))
    drawn[rows] = run[rows]
    return drawn


def _volumes_at(run: NDArray[np.float64], reference: NDArray[np.float64], at: NDArray[np.int64]) -> list[float]:
    """The hypervolume at some counts of trials, computed anew where a new trial is on the front so far."""
    volumes, beaten, before, volume = [], run[:0], 0, 0.0
    for count in at.tolist():
        new = run[before:count]
        is_beaten = np.any(np.all(beaten[None] <= new[:, None], axis=2), axis=1)
        if not np.all(is_beaten | np.isnan(new).any(axis=1)):
            beaten = pareto.front(np.vstack([beaten, new]))
            volume = pareto.hypervolume(beaten, reference)
        volumes.append(volume)
        before = count
    return volumes
