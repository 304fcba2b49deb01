"""Designs for the first trials: points that fill the space evenly."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune.errors import InvalidInputError
from paretune.space import Parameter, Space
from paretune.space.keys import row_keys
from paretune.space.prior_density import has_priors, prior_points
from paretune.space.values import check_whole_number

MIN_FEASIBLE_SHARE = 1 / 8  # of a block of points; with fewer, the others are moved into the constraints


def sobol(space: Space, seed: int) -> Iterator[dict[str, Any]]:
    """Yield configurations along a scrambled Sobol sequence, without end; those of a finite space are repeated.

    Owen (1998), "Scrambling Sobol' and Niederreiter-Xing points".

    Args:
        space: the parameters.
        seed: of the scrambling.

    Example:
        >>> from paretune.space import Int
        >>> len({p["k"] for p in itertools.islice(sobol(Space({"k": Int(1, 8)}), seed=0), 8)})
        8
    """
    space, seed = Space.of(space), check_seed(seed)
    for points in _sobol_blocks(space, seed):
        yield from _feasible_configurations(space, points)


def _sobol_blocks(space: Space, seed: int) -> Iterator[NDArray[np.float64]]:
    from scipy.stats import qmc  # noqa: PLC0415 (slow to load, and a random search does not need it)

    for size in itertools.count(6):
        points = qmc.Sobol(len(space), rng=np.random.default_rng(seed)).random_base2(size)
        yield points if size == 6 else points[2 ** (size - 1) :]


def _feasible_configurations(space: Space, points: NDArray[np.float64]) -> list[dict[str, Any]]:
    """Return the configurations of points that satisfy the constraints; of all points if these are hardly any."""
    is_feasible = space.satisfies_constraints(points)
    return space.decode(points[is_feasible] if is_feasible.mean() >= MIN_FEASIBLE_SHARE else points)


def tilted_sobol(space: Space, seed: int) -> Iterator[dict[str, Any]]:
    """Yield configurations along a scrambled Sobol sequence, every second one moved to where the priors are.

    Without priors it is `sobol`.

    Args:
        space: the parameters.
        seed: of the scrambling.
    """
    if not has_priors(space):
        yield from sobol(space, seed)
        return
    for points in _sobol_blocks(space, seed):
        points[::2] = prior_points(space, points[::2])
        yield from _feasible_configurations(space, points)


def grid(space: Space, seed: int) -> Iterator[dict[str, Any]]:
    """Yield the configurations of a grid of k values a parameter, k = 2, then 3, 5, 9, ...: shuffled, no point twice.

    The values are evenly spaced on the parameter's scale, ends included; an unordered parameter gives all of its
    choices from the start. It ends when the next grid has nothing new: in a finite space, or where a continuous
    parameter never exists or its range has few floating-point numbers.

    Args:
        space: the parameters.
        seed: of the order.

    Example:
        >>> from paretune.space import Float
        >>> [p["x"] for p in itertools.islice(grid(Space({"x": Float(0, 1)}), seed=0), 3)]
        [0.0, 1.0, 0.5]
    """
    space, seed = Space.of(space), check_seed(seed)
    seen: set[bytes] = set()
    for power in itertools.count():
        n_before = len(seen)
        axes = [_axis(parameter, 2**power + 1) for parameter in space.values()]
        for index in _shuffled(math.prod(map(len, axes)), np.random.default_rng([seed, power])):
            point = []
            for axis in axes:
                index, place = divmod(index, len(axis))  # noqa: PLW2901 (the digits of a mixed radix)
                point.append(axis[place])
            (key,) = row_keys(space.snap(point))
            if key not in seen:
                seen.add(key)
                yield space.decode(point)[0]
        is_whole = all(len(axis) == parameter.n_levels for axis, parameter in zip(axes, space.values(), strict=True))
        if is_whole or len(seen) == n_before:
            return


def check_seed(seed: int) -> int:
    """Return a seed as a whole number of at least 0.

    Raises:
        InvalidInputError: it is none.
    """
    seed = check_whole_number("seed", seed)
    if seed < 0:
        raise InvalidInputError(f"seed must be at least 0, but is {seed}")
    return seed


def _axis(parameter: Parameter, k: int) -> list[float]:
    if parameter.n_levels is not None and (parameter.is_nominal or parameter.n_levels <= k):
        values: list[Any] = [parameter.level(cell) for cell in range(parameter.n_levels)]
    else:
        values = parameter.decode(np.linspace(0, 1, k))
    return list(dict.fromkeys(parameter.encode(values).tolist()))


def _shuffled(size: int, rng: np.random.Generator) -> Iterator[int]:
    """Yield the numbers below ``size`` in random order, lazily: a grid may have more points than fit in memory."""
    if size <= 2**16:
        yield from rng.permutation(size).tolist()
        return
    drawn: set[int] = set()
    while len(drawn) < size:
        index = int.from_bytes(rng.bytes(size.bit_length() // 8 + 8)) % size
        if index not in drawn:
            drawn.add(index)
            yield index
