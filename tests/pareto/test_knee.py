"""Tests of the knee of a front."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
import strategies
from paretune import pareto


def distances(losses, rows):
    """Distances of the rows from the ideal point, each loss in units of the front's range."""
    front = losses[rows]
    low, high = front.min(axis=0), front.max(axis=0)
    return [sum(((x - a) / (b - a)) ** 2 for x, a, b in zip(row, low, high, strict=True) if b > a) for row in front]


@given(strategies.losses(with_nan=True))
def test_knee_is_the_first_point_of_the_front_nearest_to_the_ideal(losses):
    before = losses.copy()
    rows = np.flatnonzero(oracles.is_nondominated(losses))
    knee = pareto.knee(losses)
    if len(rows) == 0:
        assert knee is None
        return
    found = distances(losses, rows)
    assert found[rows.tolist().index(knee)] == pytest.approx(min(found))
    assert not any((losses[row] == losses[knee]).all() for row in rows[rows < knee])
    np.testing.assert_array_equal(losses, before)


@given(strategies.losses(m=2, min_size=1), st.integers(-40, 40), st.integers(-40, 40))
def test_knee_does_not_depend_on_units(losses, a, b):
    assert pareto.knee(losses * [2.0**a, 2.0**b]) == pareto.knee(losses)


def test_knee_does_not_depend_on_the_origin_of_an_axis():
    losses = np.array([[0, 8], [1, 3], [2, 2], [8, 0]])
    assert pareto.knee(losses) == pareto.knee(losses + np.array([1000, -5])) == 2


def test_one_point_is_its_own_knee_and_no_points_have_none():
    assert pareto.knee([[3.0, 4.0]]) == 0
    assert pareto.knee([[np.nan, 4.0]]) is None
    assert pareto.knee(np.empty((0, 2))) is None


def test_infinite_losses_are_ignored():
    assert pareto.knee([[-np.inf, 9.0], [0.0, 1.0], [1.0, 0.0], [0.2, 0.2]]) == 3


def test_knee_of_two_points_is_the_better_in_the_first_loss():
    assert pareto.knee([[0.0, 1.0], [1.0, 0.0]]) == 0
    assert pareto.knee([[1.0, 0.0], [0.0, 1.0]]) == 1


def test_largest_numbers_have_a_knee():
    largest = sys.float_info.max
    assert pareto.knee([[-largest, 1.0], [-0.9 * largest, 0.1], [largest, 0.0]]) == 1
