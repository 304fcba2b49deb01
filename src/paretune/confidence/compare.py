"""Comparison of two studies, with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, partial
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune import pareto
from paretune.argument_checks import WHOLE, check_arguments
from paretune.confidence.comparison import Comparison, EstimatePair
from paretune.confidence.coverage import count_merged, distinct_front
from paretune.confidence.evaluations_to_match import evaluations_to_match
from paretune.confidence.input_checks import check_count
from paretune.confidence.interval_estimate import (
    RELATIVE_ROUNDING,
    Estimate,
    mean_of_known,
    percentile_estimate,
    shift_to_measured,
)
from paretune.confidence.runs import Losses, Resamples, Runs, Side, mean_over_runs, objectives_of_sides
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

    Intervals are reliable only with several runs for each side, with different seeds. The runs are then resampled, and
    every number is the mean over runs or over pairs of runs. With few runs, the spread is widened according to
    Student's t distribution (`paretune.confidence.interval_estimate.small_sample_factor`).

    With a single run, its trials are resampled with replacement, as if they were independent. This is true of random
    search. For a search that learns, such an interval only shows how much depends on a few good trials. A resampled
    front lacks some points, so resampled numbers are shifted to the measured number, and only their spread is used.

    ``benchmarks/interval_coverage.py`` and decision 4 show how reliable the intervals are.

    Lost and pending trials are ignored; any other failed trial counts as a trial without a point. Trials count in the
    order of their numbers.

    Args:
        candidate: `Trials`, or ``n x m`` losses in the order of the trials; or a sequence of such runs.
        baseline: the same for the other side.
        budget: the number of first trials of each side to compare at equal budget; by default the length of the shorter
            side.
        reference: ``m`` finite losses, the reference of the hypervolumes; by default `paretune.pareto.reference_point`
            of both sides' points and limits.
        repeats: the number of resamples.
        seed: a whole number, or a generator to draw from.

    Returns:
        A `Comparison`. If no side has a point, shares of fronts are None and hypervolumes 0. A candidate without a
        point is matched by the first trial.

    Raises:
        InvalidInputError: a side has no finished trial; objectives differ; losses are not a table or are infinite; the
            budget is above the number of a side's trials; the reference is invalid.

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
    check_arguments(seed=(seed, WHOLE, np.random.Generator))
    sides = Side(candidate, "candidate"), Side(baseline, "baseline")
    corner = _reference(sides, reference)
    budget = _budget(sides, budget)
    repeats = check_count(repeats, "repeats")
    rng = np.random.default_rng(seed)
    shares, covered = _fronts([side.first_trials(budget) for side in sides], repeats, rng)
    shares_unequal, _ = _fronts([side.runs for side in sides], repeats, rng)
    volumes, difference, better = _hypervolumes([side.first_trials(budget) for side in sides], corner, repeats, rng)
    return Comparison(
        merged_front_share=shares,
        merged_front_share_unequal=shares_unequal,
        coverage=covered,
        hypervolume=volumes,
        hypervolume_difference=difference,
        probability_better=better,
        evaluations_to_match=evaluations_to_match(*sides, corner, repeats, rng),
        feasible_share=EstimatePair(*(_feasible_share(side, repeats, rng) for side in sides)),
        budget=budget,
        n_trials=(sides[0].n_trials, sides[1].n_trials),
        n_runs=(len(sides[0].runs), len(sides[1].runs)),
        reference=tuple(corner.tolist()),
        repeats=repeats,
    )


def _reference(sides: Sequence[Side], reference: ArrayLike | None) -> NDArray[np.float64]:
    objectives = objectives_of_sides(*sides)
    if reference is None:
        losses = np.vstack([run for side in sides for run in side.runs])
        return pareto.reference_point(losses, None if objectives is None else objectives.limits)
    return pareto.check_reference(reference, sides[0].runs[0].shape[1])


def _budget(sides: Sequence[Side], budget: int | None) -> int:
    available = min(side.n_trials for side in sides)
    budget = available if budget is None else check_count(budget, "budget")
    if budget > available:
        raise InvalidInputError(
            f"budget must be at most {available}, the number of trials of the shorter side, but is {budget}"
        )
    return budget


def _fronts(
    sides: Sequence[Sequence[Losses]], repeats: int, rng: np.random.Generator
) -> tuple[EstimatePair, EstimatePair]:
    """Estimate the merged-front share and the coverage of each side."""
    candidate, baseline = (Resamples(runs, distinct_front, repeats, rng) for runs in sides)

    def relate(front: Losses, other: Losses) -> tuple[float, ...]:
        first, second = count_merged(front, other)
        return first.share, second.share, first.coverage, second.coverage

    @cache
    def relate_drawn(i: int, j: int) -> tuple[float, ...]:
        return relate(candidate.drawn[i], baseline.drawn[j])

    measured = mean_of_known(np.array([relate(*pair) for pair in product(candidate.measured, baseline.measured)]))
    picks = zip(candidate.picks.tolist(), baseline.picks.tolist(), strict=True)
    drawn = [mean_of_known(np.array([relate_drawn(*pair) for pair in product(*pick)])) for pick in picks]
    factor = max(candidate.spread_factor, baseline.spread_factor)
    share, share_of_baseline, covered, covered_by_baseline = (
        percentile_estimate(value, shift_to_measured(value, shares, 1, factor))
        for value, shares in zip(measured.tolist(), np.transpose(drawn), strict=True)
    )
    return EstimatePair(share, share_of_baseline), EstimatePair(covered, covered_by_baseline)


def _hypervolumes(
    sides: Sequence[Sequence[Losses]], reference: NDArray[np.float64], repeats: int, rng: np.random.Generator
) -> tuple[EstimatePair, Estimate, float]:
    """Estimate the hypervolume of each side, their difference, and the probability that the candidate's is larger."""
    volume = partial(pareto.hypervolume, reference=reference)
    resampled = [Resamples(runs, volume, repeats, rng) for runs in sides]
    (candidate, candidate_draws), (baseline, baseline_draws) = (mean_over_runs(volumes) for volumes in resampled)
    difference = candidate_draws - baseline_draws
    standard_error = float(difference.std()) / math.sqrt(repeats)
    tie = RELATIVE_ROUNDING * max(candidate, baseline) + 3 * standard_error
    better = float(np.where(np.abs(difference) <= tie, 0.5, difference > 0).mean())
    return (
        EstimatePair(percentile_estimate(candidate, candidate_draws), percentile_estimate(baseline, baseline_draws)),
        percentile_estimate(candidate - baseline, difference),
        better,
    )


def _feasible_share(side: Side, repeats: int, rng: np.random.Generator) -> Estimate:
    def share(run: Losses) -> float:
        return float((~np.isnan(run[:, 0])).mean())

    return percentile_estimate(*mean_over_runs(Resamples(side.runs, share, repeats, rng), maximum=1))
