"""How did the hypervolume grow, trial by trial?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune import pareto
from paretune.confidence.check import check_count
from paretune.confidence.estimate import TAILS, centred, widening
from paretune.errors import InvalidInputError
from paretune.figures.shown import finished, points, too_large, total, unfinished
from paretune.objectives import Objectives
from paretune.trials import Trials

Runs: TypeAlias = Trials | Sequence[Trials]
N_PLACES = 25


@dataclass(frozen=True, eq=False)
class GrowthCurve:
    """The hypervolume of one side, in products of losses.

    Args:
        hypervolume: ``n`` volumes, after each trial; of several runs their mean.
        at: ``c`` counts of trials at which the band is known.
        low: ``c`` volumes, the band's lower border.
        high: ``c`` volumes, its upper one.
        failed: counts of trials at which one failed; none for several runs.
        n_runs: how many runs.
    """

    hypervolume: NDArray[np.float64]
    at: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    failed: NDArray[np.int64]
    n_runs: int


@dataclass(frozen=True, eq=False)
class GrowthView:
    """What a picture of the growth of hypervolume shows.

    Args:
        objectives: ``m`` objectives.
        candidate: the curve of the study, or of its runs.
        baseline: the curve of what it is compared with; None for nothing.
        reference: ``m`` values in the user's units, the corner that all volumes are measured from.
        best: ``m`` values, the best of each objective in any trial; the reference's where no trial is complete.
        repeats: how many resamples the bands are of.
        n_excluded: how many trials are not in the picture, by why, of all runs.
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
    """The hypervolume after each trial, with 95 % bands, from one reference throughout.

    Of several runs the line is the mean, and the band is of the mean when runs are drawn with replacement, widened
    where they are few (`paretune.confidence.estimate.widening`). Of a single run, its trials are: a trial that is not
    drawn gives no point. The band is centred on the measured line, since such a draw lacks points for no fault of the
    search, and tells how much hangs on a few trials; not what another run of a search that learns would do. No band
    goes beyond the volume of a trial that would be the best in everything.

    Args:
        candidate_runs: one study, or several of different seeds; runs are cut to the shortest.
        baseline_runs: likewise.
        reference: ``m`` finite losses; by default `paretune.pareto.reference_point` of all complete trials, as in
            `paretune.confidence.compare`.
        repeats: how many resamples.
        seed: a whole number.

    Raises:
        InvalidInputError: no run is given, objectives differ, or the reference does not fit.
    """
    given = [_runs(side) for side in (candidate_runs, baseline_runs) if side is not None]
    objectives = _common_objectives([run for side in given for run in side])
    sides = [[finished(run) for run in side] for side in given]
    cut = [[run[: min(map(len, side))] for run in side] for side in sides]
    everything = np.vstack([points(run) for side in cut for run in side])
    known = everything[~np.isnan(everything).any(axis=1)]
    corner = pareto.reference_point(everything, objectives.limits) if reference is None else np.asarray(reference)
    rng, repeats = np.random.default_rng(seed), check_count(repeats, "repeats")
    best = known.min(axis=0) if len(known) else corner
    curves = [_curve(side, corner, best, repeats, rng) for side in cut]
    n_cut = sum(map(len, (run for side in sides for run in side))) - len(everything)
    n_excluded = total([unfinished(run) | too_large(run) for side in given for run in side])
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
        raise InvalidInputError("growth needs at least one run a side, but a side has none")
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
    """The line and the band of one side, which ends where all is as good as the best loss of each objective."""
    losses = [points(run) for run in runs]
    histories = np.array([pareto.hypervolume_history(run, reference) for run in losses])
    measured, n = histories.mean(axis=0), histories.shape[1]
    at = _places(n)
    if len(runs) == 1:
        drawn = np.array([_at_places(_redrawn(losses[0], rng), reference, at) for _ in range(repeats)])
        failed, wider = np.flatnonzero(runs[0].is_failed) + 1, 1.0
    else:
        drawn = histories[rng.integers(len(runs), size=(repeats, len(runs)))].mean(axis=1)[:, at - 1]
        failed, wider = np.empty(0, np.int64), widening(len(runs))
    most = float(np.prod(np.maximum(reference - best, 0.0)))
    drawn = np.column_stack([centred(measured[k - 1], drawn[:, i], most, wider) for i, k in enumerate(at)] or [drawn])
    low, high = np.quantile(drawn, TAILS, axis=0)
    return GrowthCurve(
        measured, at, np.minimum(low, measured[at - 1]), np.maximum(high, measured[at - 1]), failed, len(runs)
    )


def _places(n: int) -> NDArray[np.int64]:
    """Counts of trials at which the band is computed: closer at first, where most happens."""
    if n == 0:
        return np.empty(0, np.int64)
    return np.unique(np.concatenate([np.geomspace(1, n, N_PLACES), np.linspace(1, n, N_PLACES)]).round().astype(int))


def _redrawn(run: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """The trials in their order, those left out by a draw with replacement being NaN; one twice is as good as once."""
    drawn = np.full_like(run, np.nan)
    kept = np.unique(rng.integers(len(run), size=len(run)))
    drawn[kept] = run[kept]
    return drawn


def _at_places(run: NDArray[np.float64], reference: NDArray[np.float64], at: NDArray[np.int64]) -> list[float]:
    """The hypervolume after some counts of trials: of the front so far and the trials since."""
    volumes, beaten, before = [], run[:0], 0
    for count in at.tolist():
        beaten = pareto.front(np.vstack([beaten, run[before:count]]))
        volumes.append(pareto.hypervolume(beaten, reference))
        before = count
    return volumes
