"""Tests of hypervolume and of the reference point."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
import strategies
from paretune import pareto
from paretune.errors import InvalidInputError
from paretune.pareto.hypervolume import MAX_MEDIAN_DISTANCES

REFERENCE = st.integers(-1, 3)


@given(st.data(), st.integers(1, 4))
def test_hypervolume_is_the_number_of_dominated_cells(data, m):
    losses = data.draw(strategies.losses(m=m, min_size=1, with_nan=True, with_infinity=True))
    reference = data.draw(st.lists(REFERENCE, min_size=m, max_size=m))
    before = losses.copy()
    assert pareto.hypervolume(losses, reference) == pytest.approx(oracles.hypervolume(losses, reference), abs=1e-9)
    np.testing.assert_array_equal(losses, before)


@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_hypervolume_is_the_volume_of_a_union_of_boxes(m):
    for seed in range(5):
        losses, reference = np.random.default_rng(seed).random((6, m)), np.linspace(0.6, 1, m)
        expected = oracles.hypervolume_by_inclusion_exclusion(losses, reference)
        assert pareto.hypervolume(losses, reference) == pytest.approx(expected, rel=1e-9)


def test_hypervolume_of_a_worked_example():
    assert pareto.hypervolume([[0, 2], [1, 0]], reference=[4, 3]) == 4 * 1 + 3 * 3 - 3 * 1


def test_points_beyond_the_reference_add_no_hypervolume():
    assert pareto.hypervolume(np.empty((0, 3)), [1, 1, 1]) == 0
    assert pareto.hypervolume([[1, 0], [0, 1], [2, -5], [np.nan, 0]], [1, 1]) == 0
    assert pareto.hypervolume([[0.0], [-2.0], [np.nan]], [1]) == 3


@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_infinite_losses_add_zero_or_infinite_hypervolume(m):
    good, bad, zero = np.zeros(m), np.zeros(m), np.zeros(m)
    good[0], bad[0] = -np.inf, np.inf
    assert pareto.hypervolume([zero, bad], np.ones(m)) == 1
    assert pareto.hypervolume([zero, good], np.ones(m)) == np.inf
    assert pareto.hypervolume([good, good + 2], np.full(m, 3)) == np.inf
    beyond = good + np.arange(m) * 9  # infinitely good in one, worse than the reference in the others
    assert pareto.hypervolume([zero, beyond], np.ones(m)) == (np.inf if m == 1 else 1)


def test_equal_points_count_once():
    assert pareto.hypervolume([[0, 1]] * 5, [2, 2]) == 2
    assert pareto.hypervolume([[1]] * 3, [3]) == 2


@pytest.mark.parametrize("reference", [[1], [1, 2, 3], [1, np.nan], [1, np.inf], 1, "a", [1, [2]]])
def test_invalid_reference_is_refused(reference):
    with pytest.raises(InvalidInputError, match="reference must be 2 finite losses"):
        pareto.hypervolume([[0, 0]], reference)


@given(st.data(), st.integers(1, 3))
def test_hypervolume_history_equals_a_plain_loop(data, m):
    losses = data.draw(strategies.losses(m=m, with_nan=True))
    reference = data.draw(st.lists(REFERENCE, min_size=m, max_size=m))
    expected = [pareto.hypervolume(losses[: i + 1], reference) for i in range(len(losses))]
    history = pareto.hypervolume_history(losses, reference)
    assert history.tolist() == pytest.approx(expected)
    assert (np.diff(history) >= 0).all()


@given(st.data(), st.integers(1, 3))
def test_few_points_are_all_better_than_the_reference_point_without_limits(data, m):
    losses = data.draw(strategies.losses(m=m, min_size=1, max_size=7))
    reference = pareto.reference_point(losses)
    low, high = losses.min(axis=0), losses.max(axis=0)
    margin = np.where(high > low, high - low, np.where(high != 0, abs(high), 1)) / 10
    np.testing.assert_allclose(reference, high + margin)
    limits = np.where(np.arange(m) == 0, 1.5, np.inf)
    np.testing.assert_allclose(pareto.reference_point(losses, limits), np.where(np.isfinite(limits), 1.5, reference))


@pytest.mark.parametrize("second", [2.0, -1.0], ids=["late", "at once"])
@pytest.mark.parametrize("seed", range(5))
def test_diverged_trial_does_not_determine_the_reference_point(seed, second):
    """Otherwise the reference would be so far away that an objective hardly counts."""
    losses = np.random.default_rng(seed).random((20, 2))
    without, found = (pareto.reference_point(points) for points in (losses, np.vstack([losses, [1e6, second]])))
    assert (without > losses).all()
    assert (without <= found).all()
    assert (found < 16 * (1 if second > 1 else MAX_MEDIAN_DISTANCES)).all()


@given(strategies.losses(m=2, min_size=8))
def test_front_is_better_than_the_reference_point(losses):
    """Except for points that are a hundred times farther from the best than the median is."""
    found = pareto.reference_point(losses)
    with np.errstate(over="ignore", invalid="ignore"):
        best, median = losses.min(axis=0), np.median(losses, axis=0)
        losses = losses[((losses <= median + MAX_MEDIAN_DISTANCES * (median - best)) | (median == best)).all(axis=1)]
    assert (losses[oracles.is_nondominated(losses.tolist())] < found).all()


def test_reference_point_without_points_is_the_limit_or_one():
    assert pareto.reference_point([[np.nan, 1.0], [np.inf, 2.0]], [np.inf, 7.0]).tolist() == [1, 7]
    assert pareto.reference_point(np.empty((0, 2))).tolist() == [1, 1]


def test_reference_point_is_finite_for_the_largest_numbers():
    largest = sys.float_info.max
    reference = pareto.reference_point([[largest, -largest], [0, largest]])
    assert np.isfinite(reference).all()
    assert (reference >= largest / 2).all()
    assert pareto.reference_point([[0.95 * largest], [1e-300]]).tolist() == [largest]
