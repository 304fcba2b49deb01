"""The numbers of a comparison of two studies."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from paretune.confidence.evaluations_to_match import EvaluationsToMatch
from paretune.confidence.interval_estimate import Estimate
from paretune.confidence.interval_text import interval_text


@dataclass(frozen=True)
class EstimatePair:
    """One number for each side.

    Args:
        candidate: the number of the study under test.
        baseline: the number of the study that it is compared with.
    """

    candidate: Estimate
    baseline: Estimate


@dataclass(frozen=True)
class Comparison:
    """A comparison of two studies. Shares are fractions of 1; intervals have a level of 95 %.

    Args:
        merged_front_share: the share of the points on the union's front that each side found, at equal budget.
        merged_front_share_unequal: the same, with all trials of each side.
        coverage: the share of the other side's front that each side dominates or equals (C-metric), at equal budget.
        hypervolume: the hypervolume of each side at equal budget, in products of losses.
        hypervolume_difference: the candidate's hypervolume minus the baseline's.
        probability_better: the share of resamples, shifted to the measured difference, in which the candidate has the
            larger hypervolume; ties count half.
        evaluations_to_match: the number of trials that the baseline needs for the candidate's hypervolume.
        feasible_share: the share of each side's trials that succeeded inside the limits.
        budget: the number of trials of each side at equal budget.
        n_trials: the lengths of the candidate's and the baseline's shortest run; longer runs are cut to it.
        n_runs: the numbers of runs of the candidate and of the baseline.
        reference: ``m`` losses, the reference of the hypervolumes.
        repeats: the number of resamples.
    """

    merged_front_share: EstimatePair
    merged_front_share_unequal: EstimatePair
    coverage: EstimatePair
    hypervolume: EstimatePair
    hypervolume_difference: Estimate
    probability_better: float
    evaluations_to_match: EvaluationsToMatch
    feasible_share: EstimatePair
    budget: int
    n_trials: tuple[int, int]
    n_runs: tuple[int, int]
    reference: tuple[float, ...]
    repeats: int

    def _repr_html_(self) -> str:
        """Show the comparison in a notebook."""
        rows = {
            "hypervolume of the study": interval_text(self.hypervolume.candidate),
            "hypervolume of the baseline": interval_text(self.hypervolume.baseline),
            "difference": interval_text(self.hypervolume_difference),
            "probability that the study is better": f"{self.probability_better:.3g}",
            "the baseline needs": f"{escape(self.evaluations_to_match.text)} as many trials",
        }
        cells = "".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in rows.items())
        trials = "1 trial" if self.budget == 1 else f"{self.budget:,} trials"
        return f"<p>At {trials} of each side, with 95 % intervals:</p><table>{cells}</table>"

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers that JSON can hold."""
        plain = asdict(self) | {"evaluations_to_match": self.evaluations_to_match.to_dict()}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}
