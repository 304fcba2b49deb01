"""A random forest for few trials: all trees grow at once, level by level, in NumPy.

scikit-learn grows large forests faster, but takes seconds to load. Both forests have the same distribution, up to the
numbers that they draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

N_TREES = 100
MIN_LEAF = 2  # trials in each leaf
FEATURE_SHARE = 0.5  # of the parameters, tried at each split
MAX_TRIALS = 200  # with more, scikit-learn's forest is faster, even with the time to load it
LEAF = -1  # in place of the feature of a split


@dataclass(frozen=True, eq=False)
class LevelWiseForest:
    """A fitted forest for regression. The children of node ``i`` are the nodes ``left[i]`` and ``left[i] + 1``.

    Args:
        feature: for each node the column by which it is split; `LEAF` for a leaf. The first `N_TREES` nodes are roots.
        threshold: the left child has the rows that are not larger.
        left: the left children.
        value: the mean outcome of each node.
    """

    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    left: NDArray[np.int64]
    value: NDArray[np.float64]

    @classmethod
    def fit(cls, X: NDArray[np.float64], y: NDArray[np.float64], seed: int) -> LevelWiseForest:
        """Fit `N_TREES` trees to ``n x d`` features without NaN and ``n`` outcomes, each to resampled rows.

        Args:
            X: at most `MAX_TRIALS` rows.
            y: the outcomes.
            seed: an integer.
        """
        rng = np.random.default_rng(seed)
        rows = _Rows.draw(X, y, rng)
        nodes, levels = rows.roots(), []
        while len(nodes.sizes):
            levels.append(_split(rows, nodes, rng))
            nodes = _divide(rows, nodes, levels[-1])
        feature, threshold, value = (np.concatenate(parts) for parts in zip(*levels, strict=True))
        is_split = feature != LEAF
        return cls(feature, threshold, np.where(is_split, N_TREES + 2 * (np.cumsum(is_split) - 1), 0), value)

    def predict(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``n`` predictions, the means over the trees, for ``n x d`` features."""
        n, total = len(X), np.zeros(len(X))
        node, row = np.repeat(np.arange(N_TREES), n), np.tile(np.arange(n), N_TREES)
        while len(node):
            is_leaf = self.feature[node] == LEAF
            total += np.bincount(row[is_leaf], self.value[node[is_leaf]], n)
            node, row = node[~is_leaf], row[~is_leaf]
            node = self.left[node] + (X[row, self.feature[node]] > self.threshold[node])
        return total / N_TREES


@dataclass(frozen=True, eq=False)
class _Nodes:
    """The nodes of one level.

    Args:
        sizes: ``k`` numbers of rows.
        order: ``d x s`` row numbers: for each feature the rows sorted by their node, and in it by the feature.
    """

    sizes: NDArray[np.int64]
    order: NDArray[np.int64]

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """``k`` places: where each node begins."""
        return np.cumsum(self.sizes) - self.sizes

    @cached_property
    def index(self) -> NDArray[np.int64]:
        """``s`` node numbers, one for each place."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)


@dataclass(frozen=True, eq=False)
class _Rows:
    """The different rows that each tree has drawn, ``s`` in all.

    Args:
        tree: the tree of each row.
        weight: how often it was drawn.
        X: ``d x s`` features.
        y: the outcomes.
    """

    tree: NDArray[np.int64]
    weight: NDArray[np.float64]
    X: NDArray[np.float64]
    y: NDArray[np.float64]

    @classmethod
    def draw(cls, X: NDArray[np.float64], y: NDArray[np.float64], rng: np.random.Generator) -> _Rows:
        """Draw as many rows as there are for each tree, with replacement."""
        n = len(X)
        keys = np.arange(N_TREES)[:, None] * n + rng.integers(n, size=(N_TREES, n))
        drawn, counts = np.unique(keys, return_counts=True)
        return cls(drawn // n, counts.astype(float), np.ascontiguousarray(X[drawn % n].T), y[drawn % n])

    def roots(self) -> _Nodes:
        """Return the roots of all trees."""
        order = np.array([np.lexsort((column, self.tree)) for column in self.X])
        return _Nodes(np.bincount(self.tree, minlength=N_TREES), order)


def _split(
    rows: _Rows, nodes: _Nodes, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the feature, the threshold and the mean outcome of each node; a node that cannot be split is a leaf."""
    first, last = nodes.order[:, nodes.starts], nodes.order[:, nodes.starts + nodes.sizes - 1]
    x = np.take_along_axis(rows.X, nodes.order, axis=1)
    scores, value = _scores(rows, nodes, x)
    varies = np.take_along_axis(rows.X, last, axis=1) > np.take_along_axis(rows.X, first, axis=1)
    turn = rng.random(varies.shape).argsort(axis=0).argsort(axis=0)
    first_varying = np.where(varies, turn, len(turn)).min(axis=0)
    is_tried = (turn < max(1, int(FEATURE_SHARE * len(turn)))) | (turn == first_varying)
    best = np.where(is_tried, np.maximum.reduceat(scores, nodes.starts, axis=1), -np.inf)
    highest = best.max(axis=0)
    chosen = np.where(best == highest, turn, len(turn)).argmin(axis=0)
    places = np.arange(len(nodes.index))
    is_best = scores[chosen[nodes.index], places] == highest[nodes.index]
    place = np.minimum.reduceat(np.where(is_best, places, places[-1]), nodes.starts)
    below, above = x[chosen, place], x[chosen, np.minimum(place + 1, places[-1])]
    middle = (below + above) / 2
    return np.where(np.isfinite(highest), chosen, LEAF), np.where(middle < above, middle, below), value


def _scores(rows: _Rows, nodes: _Nodes, x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how good a split after each place is, ``d x s``, and the mean outcome of each node.

    The score is the sum over both children of their weight and their squared mean: the largest one leaves the least
    squared error. It is minus infinity where no split may be.
    """
    weight, product = rows.weight[nodes.order], (rows.weight * rows.y)[nodes.order]
    left, left_sum = (_cumulate(part, nodes) for part in (weight, product))
    ends = nodes.starts + nodes.sizes - 1
    right, right_sum = (part[:, ends][:, nodes.index] - part for part in (left, left_sum))
    place = np.arange(len(nodes.index)) - nodes.starts[nodes.index] + 1  # rows on the left
    is_allowed = (place >= MIN_LEAF) & (nodes.sizes[nodes.index] - place >= MIN_LEAF)
    outcome = rows.y[nodes.order[0]]
    is_mixed = np.maximum.reduceat(outcome, nodes.starts) > np.minimum.reduceat(outcome, nodes.starts)
    is_allowed = (
        np.append(x[:, 1:] > x[:, :-1], np.zeros((len(x), 1), bool), axis=1) & is_allowed & is_mixed[nodes.index]
    )
    with np.errstate(divide="ignore", invalid="ignore"):  # on the right of a node's last place there is nothing
        scores = left_sum**2 / left + right_sum**2 / right
    return np.where(is_allowed, scores, -np.inf), left_sum[0, ends] / left[0, ends]


def _cumulate(part: NDArray[np.float64], nodes: _Nodes) -> NDArray[np.float64]:
    """Return the cumulative sums of ``d x s`` numbers within each node."""
    sums = np.cumsum(part, axis=1)
    return np.asarray(sums - (sums - part)[:, nodes.starts][:, nodes.index])


def _divide(
    rows: _Rows, nodes: _Nodes, splits: tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]
) -> _Nodes:
    """Return the children of the nodes that are split, in their order."""
    feature, threshold, _ = splits
    is_split = feature != LEAF
    index = nodes.index[is_split[nodes.index]]
    order = nodes.order[:, is_split[nodes.index]]
    is_right = rows.X[feature[index], order] > threshold[index]
    child = 2 * (np.cumsum(is_split) - 1)[index] + is_right
    places = np.argsort(
        child.astype(np.uint16), axis=1, kind="stable"
    )  # few enough nodes; such short numbers sort fast
    return _Nodes(np.bincount(child[0], minlength=2 * int(is_split.sum())), np.take_along_axis(order, places, axis=1))
