"""Values of the first trials of a study, while its parameters are unknown: trials that run together differ."""

from __future__ import annotations

import math
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial

MAX_LEVELS = 16  # draws of a parameter with more values hardly ever agree


def is_small(distribution: BaseDistribution) -> bool:
    """Whether a parameter has so few values that random draws would agree."""
    return _n_levels(distribution) <= MAX_LEVELS


def distinct_value(first: Any, trial: FrozenTrial, distribution: BaseDistribution) -> Any:
    """The value of a small parameter for a trial, so that trials of consecutive numbers have different configurations.

    The number of a trial is written in digits, one for each small parameter in the order in which they are asked for.

    Args:
        first: the value of trial 0.
        trial: the trial, with the values that it has so far.
        distribution: the parameter's.
    """
    n_levels = int(_n_levels(distribution))
    n_before = math.prod(int(_n_levels(theirs)) for theirs in trial.distributions.values() if is_small(theirs))
    digit = trial.number // n_before % n_levels
    match distribution:
        case CategoricalDistribution(choices=choices):
            return choices[(int(distribution.to_internal_repr(first)) + digit) % n_levels]
        case IntDistribution(low=low, step=step):
            return low + ((first - low) // step + digit) % n_levels * step
        case FloatDistribution(low=low, step=float(step)):
            return low + (round((first - low) / step) + digit) % n_levels * step
    return first


def _n_levels(distribution: BaseDistribution) -> float:
    """The number of values; infinite for a continuous range."""
    match distribution:
        case CategoricalDistribution(choices=choices):
            return len(choices)
        case IntDistribution(low=low, high=high, step=step):
            return (high - low) // step + 1
        case FloatDistribution(low=low, high=high, step=float(step)):
            return round((high - low) / step) + 1
    return math.inf
