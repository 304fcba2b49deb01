"""Is the knee on the front, nearest to the ideal, and deaf to units?"""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
import strategies
from paretune import pareto


def distances(losses, rows):
    """From the ideal, each loss in units of the front's range."""
    front = losses[rows]
    low, high = front.min(axis=0), front.max(axis=0)
    return [sum(((x - a) / (b - a)) ** 2 for x, a, b in zip(row, low, high, strict=True) if b > a) for row in front]


@given(strategies.losses(with_nan=True))
def test_it_is_the_first_point_of_the_front_that_is_nearest_to_the_ideal(losses):
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
def test_it_does_not_depend_on_the_units_of_an_axis(losses, a, b):
    assert pareto.knee(losses * [2.0**a, 2.0**b]) == pareto.knee(losses)


def test_it_does_not_depend_on_where_an_axis_starts():
    losses = np.array([[0, 8], [1, 3], [2, 2], [8, 0]])
    assert pareto.knee(losses) == pareto.knee(losses + np.array([1000, -5])) == 2


def test_one_point_is_its_own_knee_and_no_point_has_none():
    assert pareto.knee([[3.0, 4.0]]) == 0
    assert pareto.knee([[np.nan, 4.0]]) is None
    assert pareto.knee(np.empty((0, 2))) is None


def test_infinite_losses_are_left_out():
    assert pareto.knee([[-np.inf, 9.0], [0.0, 1.0], [1.0, 0.0], [0.2, 0.2]]) == 3


def test_of_two_ends_the_better_in_the_first_loss_is_taken_in_whatever_order_they_come():
    assert pareto.knee([[0.0, 1.0], [1.0, 0.0]]) == 0
    assert pareto.knee([[1.0, 0.0], [0.0, 1.0]]) == 1


def test_the_largest_numbers_have_a_knee():
    largest = sys.float_info.max
    assert pareto.knee([[-largest, 1.0], [-0.9 * largest, 0.1], [largest, 0.0]]) == 1
