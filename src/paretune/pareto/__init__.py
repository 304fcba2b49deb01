"""Dominance, fronts and hypervolume of losses."""

from paretune.pareto.dominance import efficient, front, is_nondominated, ranks
from paretune.pareto.hypervolume import checked_reference, hypervolume, hypervolume_history, reference_point
from paretune.pareto.knee import knee
from paretune.pareto.subset import most_hypervolume

__all__ = [
    "checked_reference",
    "efficient",
    "front",
    "hypervolume",
    "hypervolume_history",
    "is_nondominated",
    "knee",
    "most_hypervolume",
    "ranks",
    "reference_point",
]
