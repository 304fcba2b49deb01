"""The type of a benchmark problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from paretune import Space
from paretune.space import Params

Losses: TypeAlias = list[float]


@dataclass(frozen=True)
class Problem:
    """A search problem, and what is needed to score a search on it.

    Args:
        space: the search space.
        evaluate: return the losses of a configuration, all minimised, or None if the configuration fails.
        reference: the reference point of the hypervolume, one loss per objective.
        max_hypervolume: the largest possible hypervolume, or None if it is not known.
        true_losses: return the noise-free losses of a configuration that works; None if `evaluate` has no noise.
        violations: return the constraints of a configuration, at most 0 where satisfied and NaN where not known; None
            if there are none. A configuration that violates one counts as failed, but its losses are reported.
    """

    space: Space
    evaluate: Callable[[Params], Losses | None]
    reference: tuple[float, ...]
    max_hypervolume: float | None = None
    true_losses: Callable[[Params], Losses] | None = None
    violations: Callable[[Params], list[float]] | None = None
