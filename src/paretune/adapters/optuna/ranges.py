"""One distribution for a parameter that trials have with several ranges."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from paretune.errors import InvalidInputError

MIN_CHANGES, MIN_CHANGING_SHARE = 3, 0.25  # a range that changes so often is computed anew in each trial


def is_dynamic(ranges: Sequence[BaseDistribution]) -> bool:
    """Whether a range is computed in each trial, such as from 0 to 100 - a, and was not just edited between runs.

    Args:
        ranges: one for each trial that has the parameter, in order.
    """
    n_changes = sum(before != after for before, after in pairwise(ranges))
    return n_changes >= MIN_CHANGES and n_changes >= MIN_CHANGING_SHARE * len(ranges)


def current_range(ranges: Sequence[BaseDistribution]) -> BaseDistribution:
    """The range to search: the latest one; the smallest that contains all if each trial computes its own.

    Example:
        >>> old, new = IntDistribution(0, 9), IntDistribution(0, 20)
        >>> current_range([old, old, new]).high, current_range([IntDistribution(0, k) for k in (3, 9, 5, 2)]).high
        (20, 9)
    """
    return joint_range(ranges) if is_dynamic(ranges) else ranges[-1]


def joint_range(ranges: Sequence[BaseDistribution]) -> BaseDistribution:
    """The smallest distribution that contains all of these, and has their scale and step if they agree.

    Raises:
        InvalidInputError: they are of several kinds, which Optuna allows in no study.
    """
    different = [found for i, found in enumerate(ranges) if found not in ranges[:i]]
    if len(different) == 1:
        return different[0]
    if all(isinstance(found, FloatDistribution) for found in different):
        return _joint_floats([found for found in different if isinstance(found, FloatDistribution)])
    if all(isinstance(found, IntDistribution) for found in different):
        return _joint_ints([found for found in different if isinstance(found, IntDistribution)])
    if all(isinstance(found, CategoricalDistribution) for found in different):
        choices = [choice for found in different for choice in getattr(found, "choices", ())]
        return CategoricalDistribution(list(dict.fromkeys(choices)))
    raise InvalidInputError(f"a parameter has several kinds of distributions: {', '.join(map(str, different))}")


def _joint_floats(ranges: Sequence[FloatDistribution]) -> FloatDistribution:
    low, high = min(found.low for found in ranges), max(found.high for found in ranges)
    log = all(found.log for found in ranges)
    steps = {found.step for found in ranges}
    step = steps.pop() if len(steps) == 1 else None
    is_common = step is not None and all(_is_multiple(found.low - low, step) for found in ranges)
    return FloatDistribution(low, high, log=log, step=step if is_common else None)


def _joint_ints(ranges: Sequence[IntDistribution]) -> IntDistribution:
    low, high = min(found.low for found in ranges), max(found.high for found in ranges)
    log = all(found.log for found in ranges)
    steps = {found.step for found in ranges}
    step = steps.pop() if len(steps) == 1 else 1
    is_common = all((found.low - low) % step == 0 for found in ranges)
    return IntDistribution(low, high, log=log, step=step if is_common else 1)


def _is_multiple(distance: float, step: float) -> bool:
    return abs(distance / step - round(distance / step)) < 1e-8 * max(1.0, abs(distance / step))


def nearest_value(value: float, distribution: FloatDistribution | IntDistribution) -> float | int:
    """The value of a range that is nearest to a number.

    Example:
        >>> nearest_value(80, IntDistribution(0, 50)), nearest_value(7, IntDistribution(1, 21, step=5))
        (50, 6)
    """
    low, high, step = distribution.low, distribution.high, distribution.step
    inside = min(max(value, low), high)
    if step is not None:
        inside = min(low + round((inside - low) / step) * step, high)
    return int(inside) if isinstance(distribution, IntDistribution) else float(inside)
