"""What is there to say of two studies, side by side?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from paretune.confidence.estimate import Estimate
from paretune.confidence.matching import Match


@dataclass(frozen=True)
class Sides:
    """One number of each side.

    Args:
        candidate: the one that is put to the test.
        baseline: the one that it is measured by.
    """

    candidate: Estimate
    baseline: Estimate


@dataclass(frozen=True)
class Comparison:
    """Two studies, in numbers. Shares are fractions of 1; intervals are of 95 %.

    Args:
        merged_front_share: of the points on the union's front, those that each found, at equal budget.
        merged_front_share_unequal: the same, with all trials of each.
        coverage: of the other's front, what each dominates or equals (C-metric), at equal budget.
        hypervolume: at equal budget, in products of losses.
        hypervolume_difference: the candidate's less the baseline's.
        probability_better: the share of resamples, centred on the measured difference, with the larger hypervolume for
            the candidate; ties count half.
        evaluations_to_match: the trials that the baseline needs for the candidate's hypervolume.
        feasible_share: of all trials of each, those that succeeded inside the limits.
        budget: trials of each side at equal budget.
        n_trials: of the candidate's and of the baseline's shortest run; longer runs are cut to it.
        n_runs: of the candidate and of the baseline.
        reference: ``m`` losses that the hypervolumes are measured from.
        repeats: how many resamples.
    """

    merged_front_share: Sides
    merged_front_share_unequal: Sides
    coverage: Sides
    hypervolume: Sides
    hypervolume_difference: Estimate
    probability_better: float
    evaluations_to_match: Match
    feasible_share: Sides
    budget: int
    n_trials: tuple[int, int]
    n_runs: tuple[int, int]
    reference: tuple[float, ...]
    repeats: int

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers that JSON can hold."""
        plain = asdict(self) | {"evaluations_to_match": self.evaluations_to_match.to_dict()}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}
