"""Which part of the data is enough? A share of every class, and the smaller part inside the larger."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray


def stratified(labels: ArrayLike, fraction: float) -> NDArray[np.intp]:
    """Rows that hold a fraction of each class, at least one row of it.

    The rows of a class stand in one random order, the same each time, and its first ones are taken: what a fraction
    has, every larger one has too, and 1 has all. A class of ``c`` rows gives ``c * fraction`` of them, rounded up.

    Args:
        labels: ``n`` whole numbers or words.
        fraction: above 0, at most 1.

    Returns:
        Row numbers, ascending.

    Example:
        >>> labels = [0, 0, 0, 0, 1, 1]
        >>> [len(stratified(labels, fraction)) for fraction in (0.1, 0.5, 1.0)]
        [2, 3, 6]
    """
    classes = np.unique(labels, return_inverse=True)[1]
    order = np.random.default_rng(0).permutation(len(classes))
    kept = []
    for label in range(classes.max(initial=-1) + 1):
        rows = order[classes[order] == label]
        kept.append(rows[: math.ceil(len(rows) * fraction - 1e-9)])  # 30 * 0.1 is 3, whatever floats say
    return np.sort(np.concatenate([*kept, np.empty(0, np.intp)]))
