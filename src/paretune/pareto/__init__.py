"""Dominance, fronts and hypervolume of losses."""

from paretune.pareto.dominance import efficient_trials, front, is_nondominated, ranks
from paretune.pareto.hypervolume import check_reference, hypervolume, hypervolume_history, reference_point
from paretune.pareto.knee import knee
from paretune.pareto.subset import hypervolume_subset

__all__ = [
    "check_reference",
    "efficient_trials",
    "front",
    "hypervolume",
    "hypervolume_history",
    "hypervolume_subset",
    "is_nondominated",
    "knee",
    "ranks",
    "reference_point",
]
