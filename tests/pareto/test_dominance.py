"""Tests of dominance, fronts and nondominated sorting."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given

import oracles
import strategies
from paretune import pareto
from paretune.errors import InvalidInputError


@given(strategies.losses(with_nan=True, with_infinity=True))
def test_point_is_nondominated_if_no_other_dominates_it(losses):
    before = losses.copy()
    assert pareto.is_nondominated(losses).tolist() == oracles.is_nondominated(losses)
    np.testing.assert_array_equal(losses, before)


@given(strategies.losses(with_infinity=True))
def test_each_layer_is_the_front_of_the_points_without_the_layers_before(losses):
    found, rest = pareto.ranks(losses), np.arange(len(losses))
    for layer in range(len(losses)):
        is_best = np.array(oracles.is_nondominated(losses[rest].tolist()), bool)
        assert set(np.flatnonzero(found == layer)) == set(rest[is_best])
        rest = rest[~is_best]


def test_layers_of_one_objective_are_its_sorted_values():
    assert pareto.ranks([[3.0], [1.0], [3.0], [2.0]]).tolist() == [2, 0, 2, 1]
    assert pareto.ranks(np.empty((0, 2))).tolist() == []


def test_front_of_a_worked_example():
    losses = [[1, 5], [2, 3], [2, 4], [4, 1], [4, 1], [5, 5]]
    assert pareto.is_nondominated(losses).tolist() == [True, True, False, True, True, False]
    assert pareto.front(losses).tolist() == [[1, 5], [2, 3], [4, 1], [4, 1]]


@given(strategies.losses(with_nan=True))
def test_front_is_the_sorted_nondominated_points(losses):
    expected = sorted(row for row, keep in zip(losses.tolist(), oracles.is_nondominated(losses), strict=True) if keep)
    assert pareto.front(losses).tolist() == expected


def test_infinite_losses_are_compared_like_others():
    i = np.inf
    assert pareto.is_nondominated([[i, 0], [1, 1], [i, i]]).tolist() == [True, True, False]
    assert pareto.is_nondominated([[1, i, 0], [-i, i, 1], [-i, -i, i]]).tolist() == [True, True, True]
    assert pareto.is_nondominated([[1, 2, i, 3, 1], [2, 3, i, i, 1]]).tolist() == [True, False]
    assert pareto.ranks([[1, i, 0], [-i, i, 1], [1, i, i]]).tolist() == [0, 0, 1]


def test_front_of_one_objective_is_its_minimum():
    losses = np.array([[2.0], [1.0], [np.nan], [1.0], [np.inf]])
    assert pareto.is_nondominated(losses).tolist() == [False, True, False, True, False]
    assert pareto.front(losses).tolist() == [[1], [1]]
    assert pareto.front([[-np.inf], [0.0]]).tolist() == [[-np.inf]]
    assert pareto.front([[np.nan]]).shape == (0, 1)


@pytest.mark.parametrize("as_array", [list, np.array, pd.DataFrame, torch.tensor])
def test_every_array_type_is_accepted(as_array):
    losses = as_array([[1.0, 2.0], [2.0, 1.0], [2.0, 2.0]])
    assert pareto.is_nondominated(losses).tolist() == [True, True, False]
    assert pareto.hypervolume(losses, [3, 3]) == 3
    assert pareto.knee(losses) == 0


def test_front_of_no_points_is_empty():
    assert pareto.is_nondominated(np.empty((0, 2))).shape == (0,)
    assert pareto.front(np.empty((0, 2))).shape == (0, 2)
    assert pareto.front([[np.nan, 1.0]]).shape == (0, 2)


@pytest.mark.parametrize("losses", [[], [1, 2], 3, np.empty((2, 0)), np.zeros((1, 1, 1))])
def test_losses_of_wrong_shape_are_refused(losses):
    with pytest.raises(InvalidInputError, match="n points by m objectives"):
        pareto.is_nondominated(losses)
