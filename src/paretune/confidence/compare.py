"""Is one study better than another, and by how much?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, partial
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune import pareto
from paretune.confidence.check import check_count
from paretune.confidence.comparison import Comparison, Sides
from paretune.confidence.coverage import distinct_front, merge
from paretune.confidence.estimate import ROUNDING, Estimate, centred, estimate, mean_of_known
from paretune.confidence.matching import match
from paretune.confidence.runs import Losses, Resampled, Runs, Side, common_objectives, means
from paretune.errors import InvalidInputError


def compare(
    candidate: Runs,
    baseline: Runs,
    *,
    budget: int | None = None,
    reference: ArrayLike | None = None,
    repeats: int = 1000,
    seed: int | np.random.Generator = 0,
) -> Comparison:
    """Compare two studies: fronts, hypervolume, and how many trials one needs to match the other.

    Several runs a side, with different seeds, are what an interval can be trusted on: the runs are then resampled,
    and every number is the mean over runs or pairs of runs; of few runs the spread is widened as Student's t is
    (`paretune.confidence.estimate.widening`). Of a single run the trials are resampled, with replacement, as if each
    had been drawn on its own: true of a random search; for a search that learns, such an interval only tells how much
    hangs on a few lucky trials. A resampled front lacks some points, so that resampled numbers are centred on the
    measured ones and tell their spread alone.

    How far to trust it: ``benchmarks/intervals.py`` and decision 4.

    A lost or pending trial counts for nothing; any other failed one is a trial without a point. Trials count in the
    order of their numbers.

    Args:
        candidate: `Trials`, or ``n x m`` losses in the order of the trials; or a sequence of such runs.
        baseline: likewise.
        budget: the trials of each side at equal budget, the first ones; by default as many as the shorter side has.
        reference: ``m`` finite losses that hypervolumes are measured from; by default
            `paretune.pareto.reference_point` of both sides' points and limits.
        repeats: how many resamples.
        seed: a whole number, or a generator to draw from.

    Returns:
        A `Comparison`. Where no side has a point, shares of fronts are None and hypervolumes 0; a candidate without a
        point is matched by the first trial.

    Raises:
        InvalidInputError: a side has no finished trial; objectives differ; losses are no table or infinite; the budget
            is above a side's trials; the reference does not fit.

    Example:
        >>> candidate = [[1, 2], [2, 1]]
        >>> baseline = [[4, 4], [2, 3], [3, 2], [2, 1], [1, 2]]
        >>> found = compare(candidate, baseline, reference=[5, 5], repeats=100)
        >>> found.hypervolume.candidate.value, found.hypervolume.baseline.value
        (15.0, 6.0)
        >>> found.merged_front_share.candidate.value, found.merged_front_share_unequal.candidate.value
        (1.0, 1.0)
        >>> found.evaluations_to_match.observed, found.evaluations_to_match.value
        (5, 2.5)
    """
    sides = Side(candidate, "candidate"), Side(baseline, "baseline")
    corner = _reference(sides, reference)
    budget = _budget(sides, budget)
    repeats = check_count(repeats, "repeats")
    rng = np.random.default_rng(seed)
    shares, covered = _fronts([side.first(budget) for side in sides], repeats, rng)
    shares_unequal, _ = _fronts([side.runs for side in sides], repeats, rng)
    volumes, difference, better = _hypervolumes([side.first(budget) for side in sides], corner, repeats, rng)
    return Comparison(
        merged_front_share=shares,
        merged_front_share_unequal=shares_unequal,
        coverage=covered,
        hypervolume=volumes,
        hypervolume_difference=difference,
        probability_better=better,
        evaluations_to_match=match(*sides, corner, repeats, rng),
        feasible_share=Sides(*(_feasible_share(side, repeats, rng) for side in sides)),
        budget=budget,
        n_trials=(sides[0].n_trials, sides[1].n_trials),
        n_runs=(len(sides[0].runs), len(sides[1].runs)),
        reference=tuple(corner.tolist()),
        repeats=repeats,
    )


def _reference(sides: Sequence[Side], reference: ArrayLike | None) -> NDArray[np.float64]:
    objectives = common_objectives(*sides)
    if reference is None:
        losses = np.vstack([run for side in sides for run in side.runs])
        return pareto.reference_point(losses, None if objectives is None else objectives.limits)
    return pareto.checked_reference(reference, sides[0].runs[0].shape[1])


def _budget(sides: Sequence[Side], budget: int | None) -> int:
    most = min(side.n_trials for side in sides)
    budget = most if budget is None else check_count(budget, "budget")
    if budget > most:
        raise InvalidInputError(f"budget is {budget}, but a side has only {most} trials: choose no more")
    return budget


def _fronts(sides: Sequence[Sequence[Losses]], repeats: int, rng: np.random.Generator) -> tuple[Sides, Sides]:
    """The merged-front share and the coverage of each side."""
    ours, theirs = (Resampled(runs, distinct_front, repeats, rng) for runs in sides)

    def relate(ours: Losses, theirs: Losses) -> tuple[float, ...]:
        first, second = merge(ours, theirs)
        return first.share, second.share, first.coverage, second.coverage

    @cache
    def relate_drawn(i: int, j: int) -> tuple[float, ...]:
        return relate(ours.drawn[i], theirs.drawn[j])

    measured = mean_of_known(np.array([relate(*pair) for pair in product(ours.measured, theirs.measured)]))
    picks = zip(ours.picks.tolist(), theirs.picks.tolist(), strict=True)
    drawn = [mean_of_known(np.array([relate_drawn(*pair) for pair in product(*pick)])) for pick in picks]
    wider = max(ours.wider, theirs.wider)
    share, share_of_baseline, covered, covered_by_baseline = (
        estimate(value, centred(value, shares, 1, wider))
        for value, shares in zip(measured.tolist(), np.transpose(drawn), strict=True)
    )
    return Sides(share, share_of_baseline), Sides(covered, covered_by_baseline)


def _hypervolumes(
    sides: Sequence[Sequence[Losses]], reference: NDArray[np.float64], repeats: int, rng: np.random.Generator
) -> tuple[Sides, Estimate, float]:
    """Of each side, their difference, and how often the candidate's is the larger."""
    volume = partial(pareto.hypervolume, reference=reference)
    resampled = [Resampled(runs, volume, repeats, rng) for runs in sides]
    (ours, our_draws), (theirs, their_draws) = (means(volumes) for volumes in resampled)
    difference = our_draws - their_draws
    centre = float(difference.std()) / math.sqrt(repeats)  # how closely it is known
    tie = ROUNDING * max(ours, theirs) + 3 * centre
    better = float(np.where(np.abs(difference) <= tie, 0.5, difference > 0).mean())
    return Sides(estimate(ours, our_draws), estimate(theirs, their_draws)), estimate(ours - theirs, difference), better


def _feasible_share(side: Side, repeats: int, rng: np.random.Generator) -> Estimate:
    def share(run: Losses) -> float:
        return float((~np.isnan(run[:, 0])).mean())

    return estimate(*means(Resampled(side.runs, share, repeats, rng), most=1))
