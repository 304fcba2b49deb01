"""Which fronts would other draws of the same trials have given?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune import pareto
from paretune.confidence.check import check_count, check_losses
from paretune.errors import InvalidInputError


def bootstrap_fronts(
    losses: ArrayLike, size: int, repeats: int, seed: int | np.random.Generator, *, replace: bool = False
) -> list[NDArray[np.float64]]:
    """The fronts of many random draws of the trials.

    A failed trial can be drawn like any other, and gives no point: where only failed ones are drawn, the front has
    0 rows. Equal points of a front are all kept, as in `paretune.pareto.front`; with replacement, a trial that is
    drawn twice is there twice.

    Without replacement this is subsampling (Politis and Romano 1994; SigOpt and NVIDIA, 2017, drew 480 of 4,800 random
    trials 800 times), with it and ``size = n`` the bootstrap (Efron 1979).

    Args:
        losses: ``n x m``, every column minimised; a row with a NaN is a failed trial.
        size: how many trials each draw has.
        repeats: how many draws.
        seed: a whole number, or a generator to draw from.
        replace: whether a draw may hold a trial more than once.

    Returns:
        ``repeats`` arrays, each ``k x m``, its rows in the order of their first loss, then the next.

    Raises:
        InvalidInputError: the losses are no table or infinite; there are no trials; size or repeats is below 1; size
            is above ``n`` without replacement.

    Example:
        >>> losses = [[1, 2], [2, 1], [2, 2], [float("nan")] * 2]
        >>> [front.tolist() for front in bootstrap_fronts(losses, size=4, repeats=1, seed=0)]
        [[[1.0, 2.0], [2.0, 1.0]]]
        >>> [len(front) for front in bootstrap_fronts(losses, size=1, repeats=6, seed=1)]
        [1, 1, 0, 0, 1, 1]
    """
    points = check_losses(losses)
    size, repeats = check_count(size, "size"), check_count(repeats, "repeats")
    n = len(points)
    if n == 0:
        raise InvalidInputError("there are no trials to draw from")
    if size > n and not replace:
        raise InvalidInputError(f"size is {size}, but there are {n} trials: draw fewer, or set replace=True")
    rng = np.random.default_rng(seed)
    return [pareto.front(points[rng.choice(n, size, replace=replace, shuffle=False)]) for _ in range(repeats)]
