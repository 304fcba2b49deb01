"""Stratified subsets of labelled data: a share of every class, and smaller subsets inside larger ones."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray


def stratified_rows(labels: ArrayLike, fraction: float) -> NDArray[np.intp]:
    """Choose a fraction of the rows of each class, at least one per class.

    The rows of a class have one random order, always the same, and the first ones are chosen. So a larger fraction
    contains every smaller one, and 1 contains all rows. A class of ``c`` rows gives ``c * fraction`` rows, rounded up.

    Args:
        labels: ``n`` whole numbers or texts.
        fraction: above 0, at most 1.

    Returns:
        Row numbers, ascending.

    Example:
        >>> labels = [0, 0, 0, 0, 1, 1]
        >>> [len(stratified_rows(labels, fraction)) for fraction in (0.1, 0.5, 1.0)]
        [2, 3, 6]
    """
    classes = np.unique(labels, return_inverse=True)[1]
    order = np.random.default_rng(0).permutation(len(classes))
    chosen = []
    for label in range(classes.max(initial=-1) + 1):
        rows = order[classes[order] == label]
        chosen.append(rows[: math.ceil(len(rows) * fraction - 1e-9)])  # 30 * 0.1 is 3, without its rounding error
    return np.sort(np.concatenate([*chosen, np.empty(0, np.intp)]))
