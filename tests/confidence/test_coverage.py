"""Tests of merged-front share and coverage, against their definitions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
import strategies
from paretune import confidence
from paretune.errors import InvalidInputError


def two_sides(m):
    side = strategies.losses(m=m, with_nan=True)
    return st.tuples(side, side)


def distinct_front(losses):
    rows = [tuple(row) for row in losses]
    return {row for row, keep in zip(rows, oracles.is_nondominated(rows), strict=True) if keep}


SIDES = st.integers(1, 4).flatmap(two_sides)


@given(SIDES)
def test_merged_front_share_counts_the_union_points_that_a_side_found(sides):
    before = [side.copy() for side in sides]
    union = distinct_front(np.vstack(sides))
    for first, second in (sides, sides[::-1]):
        found = {tuple(row) for row in first}
        share = confidence.merged_front_share(first, second)
        assert share == pytest.approx(len(union & found) / len(union) if union else math.nan, nan_ok=True)
    np.testing.assert_array_equal(sides[0], before[0])
    np.testing.assert_array_equal(sides[1], before[1])


@given(SIDES)
def test_coverage_is_the_share_of_the_other_front_that_is_dominated_or_equalled(sides):
    first, second = (distinct_front(side) for side in sides)
    covered = [any(a == b or oracles.dominates(a, b) for a in first) for b in second]
    expected = np.mean(covered) if second else math.nan
    assert confidence.coverage(*sides) == pytest.approx(expected, nan_ok=True)


def test_point_that_both_sides_found_counts_for_both():
    assert confidence.merged_front_share([[0, 1], [1, 0]], [[0, 1], [1, 0]]) == 1
    assert confidence.merged_front_share([[0, 2], [1, 1]], [[1, 1], [2, 0]]) == pytest.approx(2 / 3)
    assert confidence.merged_front_share([[1, 1], [2, 0]], [[0, 2], [1, 1]]) == pytest.approx(2 / 3)


def test_equal_points_of_one_side_count_once():
    assert confidence.merged_front_share([[0, 1]] * 9, [[1, 0]]) == 0.5
    assert confidence.coverage([[0, 0]], [[0, 1]] * 9 + [[-1, 5]]) == 0.5
    assert confidence.merged_front_share([[0.0, 1]], [[-0.0, 1]]) == 1


def test_side_without_a_point_has_no_share_and_covers_nothing():
    nothing, something = [[math.nan, 1]], [[1, 1]]
    assert confidence.merged_front_share(nothing, something) == 0
    assert confidence.merged_front_share(something, nothing) == 1
    assert math.isnan(confidence.merged_front_share(nothing, nothing))
    assert confidence.coverage(nothing, something) == 0
    assert math.isnan(confidence.coverage(something, nothing))


@pytest.mark.parametrize("question", [confidence.merged_front_share, confidence.coverage])
def test_invalid_input_is_refused(question):
    with pytest.raises(InvalidInputError, match="the same number of objectives, but have 2 and 3"):
        question([[1, 2]], [[1, 2, 3]])
    with pytest.raises(InvalidInputError, match="others: row 0 is infinite"):
        question([[1, 2]], [[1, math.inf]])
    with pytest.raises(InvalidInputError, match="losses must be a table of n points by m objectives"):
        question([1, 2], [[1, 2]])
