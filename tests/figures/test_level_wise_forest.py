"""Tests of the forest for few trials: its trees, checked one by one."""

import numpy as np
import pytest

from paretune.figures.level_wise_forest import LEAF, MAX_TRIALS, MIN_LEAF, N_TREES, LevelWiseForest


def walk(forest, node, rows, X):
    """Yield each leaf below a node, with the rows that it has."""
    if forest.feature[node] == LEAF:
        yield node, rows
        return
    is_right = X[rows, forest.feature[node]] > forest.threshold[node]
    yield from walk(forest, forest.left[node], rows[~is_right], X)
    yield from walk(forest, forest.left[node] + 1, rows[is_right], X)


@pytest.mark.parametrize(("n", "d"), [(16, 1), (24, 6), (MAX_TRIALS, 3)])
def test_each_tree_has_leaves_of_two_trials_and_predicts_their_means(n, d):
    rng = np.random.default_rng(n)
    X, y = rng.integers(0, 5, (n, d)) / 4, rng.normal(size=n)
    forest = LevelWiseForest.fit(X, y, seed=0)
    expected = np.zeros(n)
    for root in range(N_TREES):
        leaves = list(walk(forest, root, np.arange(n), X))
        assert sorted(np.concatenate([rows for _, rows in leaves]).tolist()) == list(range(n))
        assert len(leaves) == 1 or all(len(rows) >= MIN_LEAF for _, rows in leaves)
        for leaf, rows in leaves:
            expected[rows] += forest.value[leaf] / N_TREES
    assert forest.predict(X) == pytest.approx(expected)
    assert ((forest.value >= y.min() - 1e-9) & (forest.value <= y.max() + 1e-9)).all()


def test_every_split_of_a_single_parameter_leaves_the_least_squared_error():
    X, y = np.arange(12.0)[:, None], np.repeat([0.0, 1.0], 6)
    forest = LevelWiseForest.fit(X, y, seed=0)
    roots = forest.threshold[:N_TREES][forest.feature[:N_TREES] != LEAF]
    assert len(roots) > 90
    assert ((roots > 3) & (roots < 8)).all()
    assert forest.predict(np.array([[0.0], [11.0]])) == pytest.approx([0, 1], abs=0.05)


def test_parameter_without_variation_is_never_split():
    rng = np.random.default_rng(0)
    X = np.column_stack([np.ones(40), rng.random(40), np.ones(40)])
    assert set(LevelWiseForest.fit(X, X[:, 1], seed=0).feature.tolist()) == {LEAF, 1}


@pytest.mark.parametrize("X", [np.ones((20, 2)), np.zeros((1, 1))], ids=["equal rows", "one row"])
def test_rows_that_cannot_be_split_give_their_mean(X):
    y = np.linspace(0, 1, len(X))
    forest = LevelWiseForest.fit(X, y, seed=0)
    assert forest.feature.tolist() == [LEAF] * N_TREES
    assert np.ptp(forest.predict(X)) == 0


def test_neighbouring_numbers_are_told_apart():
    X = np.array([1.0, np.nextafter(1.0, 2)]).repeat(10)[:, None]
    forest = LevelWiseForest.fit(X, np.repeat([0.0, 1.0], 10), seed=0)
    assert forest.predict(X[[0, -1]]).tolist() == [0, 1]
