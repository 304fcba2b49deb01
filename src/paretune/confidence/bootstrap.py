"""Fronts of random draws of the trials: bootstrap and subsampling."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune import pareto
from paretune.argument_checks import FLAG, WHOLE, check_arguments
from paretune.confidence.input_checks import check_count, check_losses
from paretune.errors import InvalidInputError


def bootstrap_fronts(
    losses: ArrayLike, size: int, repeats: int, seed: int | np.random.Generator, *, replace: bool = False
) -> list[NDArray[np.float64]]:
    """Compute the fronts of many random draws of the trials.

    A failed trial can be drawn like any other, and adds no point; if only failed trials are drawn, the front has 0
    rows. All equal points of a front are kept, as in `paretune.pareto.front`. With replacement, a trial that is drawn
    twice occurs twice.

    Without replacement this is subsampling (Politis and Romano 1994; SigOpt and NVIDIA, 2017, drew 480 of 4,800 random
    trials 800 times). With replacement and ``size = n`` it is the bootstrap (Efron 1979).

    Args:
        losses: ``n x m``, every column minimised; a row with a NaN is a failed trial.
        size: the number of trials in each draw.
        repeats: the number of draws.
        seed: a whole number, or a generator to draw from.
        replace: whether a draw may contain a trial more than once.

    Returns:
        ``repeats`` arrays, each ``k x m``, sorted by the first loss, then by the next ones.

    Raises:
        InvalidInputError: the losses are not a table or are infinite; there are no trials; size or repeats is below 1;
            size is above ``n`` without replacement.

    Example:
        >>> losses = [[1, 2], [2, 1], [2, 2], [float("nan")] * 2]
        >>> [front.tolist() for front in bootstrap_fronts(losses, size=4, repeats=1, seed=0)]
        [[[1.0, 2.0], [2.0, 1.0]]]
        >>> [len(front) for front in bootstrap_fronts(losses, size=1, repeats=6, seed=1)]
        [1, 1, 0, 0, 1, 1]
    """
    check_arguments(seed=(seed, WHOLE, np.random.Generator), replace=(replace, FLAG))
    points = check_losses(losses)
    size, repeats = check_count(size, "size"), check_count(repeats, "repeats")
    n = len(points)
    if n == 0:
        raise InvalidInputError("there are no trials to draw from")
    if size > n and not replace:
        raise InvalidInputError(f"size is {size}, but there are {n} trials: draw fewer, or set replace=True")
    rng = np.random.default_rng(seed)
    return [pareto.front(points[rng.choice(n, size, replace=replace, shuffle=False)]) for _ in range(repeats)]
