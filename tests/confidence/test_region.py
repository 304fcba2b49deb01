"""Tests of the region of a front, its surfaces and Vorob'ev's numbers."""

import dataclasses
import itertools
import math

import moocore
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
import strategies
from paretune import confidence, pareto
from paretune.errors import InvalidInputError

EDGES = st.lists(st.sampled_from([-4, -3, -1.5, -1, 0, 0.5, 1, 2, 3, 4]), min_size=2, max_size=5, unique=True)


def some_fronts(m, max_size=5):
    return st.lists(strategies.losses(m=m, max_size=4, with_nan=True), min_size=1, max_size=max_size)


def attains(front, place):
    """By the definition; a row with a NaN is no point."""
    return any(all(x <= z for x, z in zip(row, place, strict=True)) for row in front)


def surface(fronts, at_least, axes):
    """The best places with enough fronts, of all places that whole losses can tell apart."""
    places = itertools.product(*axes)
    enough = [place for place in places if sum(attains(front, place) for front in fronts) >= at_least]
    return sorted(place for place in enough if not any(oracles.dominates(other, place) for other in enough))


@given(st.data(), st.integers(2, 4))
def test_shares_of_a_cell_are_counts_of_fronts(data, m):
    fronts = data.draw(some_fronts(m))
    grid = [sorted(data.draw(EDGES)) for _ in range(m)]
    found = confidence.region(fronts, grid)
    assert found.attainment.shape == found.density.shape == tuple(len(axis) - 1 for axis in grid)
    for cell in np.ndindex(found.attainment.shape):
        best = [axis[i] for axis, i in zip(grid, cell, strict=True)]
        worst = [axis[i + 1] for axis, i in zip(grid, cell, strict=True)]
        all_of_it = [attains(front, best) for front in fronts]
        some_of_it = [attains(front, worst) and not whole for front, whole in zip(fronts, all_of_it, strict=True)]
        assert found.attainment[cell] == pytest.approx(np.mean(all_of_it))
        assert found.density[cell] == pytest.approx(np.mean(some_of_it))


@given(st.data(), st.integers(2, 3))
def test_attainment_equals_moocore(data, m):
    fronts = data.draw(st.lists(strategies.losses(m=m, min_size=1, max_size=4), min_size=1, max_size=5))
    grid = [np.arange(-3.0, 5.0)] * m
    found = confidence.region(fronts, grid)
    levels = moocore.eaf(np.vstack(fronts), np.repeat(np.arange(len(fronts)), [len(front) for front in fronts]))
    for cell in np.ndindex(found.attainment.shape):
        at_most = (levels[:, :m] <= np.array(cell) - 3).all(axis=1)
        assert found.attainment[cell] == pytest.approx(levels[at_most, m].max(initial=0) / 100)


@given(st.data(), st.integers(2, 4))
def test_surface_contains_the_best_places_that_enough_fronts_attain(data, m):
    fronts = data.draw(some_fronts(m, max_size=40 if m == 2 else 5))
    axes = [range(-3, 4)] * m
    found = confidence.region(fronts, axes)
    for share, points in found.surfaces.items():
        at_least = max(-(-round(share * 100) * len(fronts) // 100), 1)
        assert list(map(tuple, points.tolist())) == surface(fronts, at_least, axes)


def test_surface_of_two_objectives_does_not_depend_on_the_grid():
    fronts = confidence.bootstrap_fronts(np.random.default_rng(0).random((60, 2)), 30, 40, seed=0)
    coarse, fine = confidence.region(fronts, 2), confidence.region(fronts, 70)
    for share in (0.05, 0.5, 0.95):
        np.testing.assert_array_equal(coarse.surfaces[share], fine.surfaces[share])
        sets = np.repeat(np.arange(40), [len(front) for front in fronts])
        expected = moocore.eaf(np.vstack(fronts), sets, percentiles=[100 * share])[:, :2]
        np.testing.assert_array_equal(coarse.surfaces[share], expected[np.lexsort(expected.T[::-1])])


@pytest.mark.parametrize("m", [3, 4])
def test_surface_of_more_objectives_is_at_most_one_cell_worse(m):
    fronts = [np.random.default_rng(seed).random((4, m)) for seed in range(5)]
    found = confidence.region(fronts, 8)
    width = max(np.diff(axis).max() for axis in found.edges)
    for share, at_least in ((0.05, 1), (0.5, 3), (0.95, 5)):
        for place in found.surfaces[share]:
            assert sum(attains(front, place) for front in fronts) >= at_least
            assert sum(attains(front, place - width - 1e-9) for front in fronts) < at_least
        places = [np.max(rows, axis=0) for rows in itertools.product(*fronts[:at_least])]  # attained by these fronts
        for place in places:
            assert attains(found.surfaces[share], place + width + 1e-9)


def test_attainment_of_resampled_fronts_follows_the_hypergeometric_distribution():
    rng = np.random.default_rng(1)
    losses = rng.integers(0, 6, (30, 2)).astype(float)
    losses[rng.random(30) < 0.3] = np.nan
    size, repeats = 8, 4000
    found = confidence.region(confidence.bootstrap_fronts(losses, size, repeats, seed=2), [range(7)] * 2)
    for i, j in np.ndindex(6, 6):
        k = int((losses <= [i, j]).all(axis=1).sum())
        share = 1 - math.comb(30 - k, size) / math.comb(30, size)
        assert found.attainment[i, j] == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / repeats) + 1e-9)


def test_region_of_a_worked_example():
    found = confidence.region([[[0, 1]], [[1, 0]], [[0, 0]], [[2, 2]]], grid=[[-1, 0, 1, 2, 3]] * 2)
    # The box is 3 x 3 beyond the best front: the fronts attain 6, 6, 9 and 1 of it, and two or more together 8.
    assert found.surfaces[0.05].tolist() == [[0, 0]]
    assert found.surfaces[0.5].tolist() == [[0, 1], [1, 0]]
    assert found.surfaces[0.95].tolist() == [[2, 2]]
    assert found.vorobev.volume == 5.5
    assert found.vorobev.threshold == 0.5
    assert found.vorobev.expectation.tolist() == [[0, 1], [1, 0]]
    assert found.vorobev.deviation == pytest.approx((2 + 2 + 1 + 7) / 4)
    assert found.attainment[1, 1] == 0.25
    assert found.attainment[2, 2] == 0.75
    assert found.density[0, 1] == 0.5  # the steps up from (0, 0) and (0, 1) run along this cell's worse side
    assert found.density[2, 2] == found.density[2, 3] == 0.25  # (2, 2), and the step up from it
    assert found.density[3, 3] == 0


def test_equal_fronts_have_no_deviation_and_equal_surfaces():
    front = np.random.default_rng(0).random((20, 2))
    found = confidence.region([front] * 7)
    assert found.vorobev.threshold == 1
    assert found.vorobev.deviation == pytest.approx(0, abs=1e-12)
    for points in (*found.surfaces.values(), found.vorobev.expectation):
        np.testing.assert_array_equal(points, pareto.front(front))
    assert set(np.unique(found.attainment)) == {0, 1}


def test_front_without_a_point_counts_and_attains_nothing():
    found = confidence.region([np.empty((0, 2)), [[1, 1]], [[1, 1]], [[math.nan, 0]]], grid=[[0, 1, 2]] * 2)
    assert found.attainment.max() == 0.5
    assert found.n_fronts == 4
    assert found.surfaces[0.5].tolist() == [[1, 1]]
    assert found.surfaces[0.95].shape == (0, 2)
    assert found.vorobev.volume == 0.5


@pytest.mark.parametrize("m", [2, 3, 4])
def test_empty_fronts_with_edges_give_zeros(m):
    found = confidence.region([np.empty((0, m))] * 3, grid=[[0, 1, 2]] * m)
    assert not found.attainment.any()
    assert not found.density.any()
    assert [points.shape for points in found.surfaces.values()] == [(0, m)] * 3
    assert found.vorobev.expectation.shape == (0, m)
    assert (found.vorobev.volume, found.vorobev.deviation) == (0, 0)


@pytest.mark.parametrize("m", [2, 3, 4])
def test_grid_of_a_number_of_cells_spans_the_fronts_with_a_margin(m):
    fronts = [[[0.0] * m, [10.0] * m], [[4.0] * m]]
    found = confidence.region(fronts, 5)
    for axis in found.edges:
        np.testing.assert_allclose(axis, np.linspace(-0.5, 10.5, 6))
    assert found.attainment.shape == (5,) * m


def test_constant_objective_has_a_grid_around_it():
    found = confidence.region([[[1, 7]], [[2, 7]], [[2, 0]]][:2], 4)
    np.testing.assert_allclose(found.edges[1], np.linspace(6.65, 7.35, 5))
    assert found.surfaces[0.95].tolist() == [[2, 7]]
    np.testing.assert_allclose(confidence.region([[[0, 0]]], 2).edges, [[-0.05, 0, 0.05]] * 2)


@given(some_fronts(2))
def test_dominated_points_and_the_order_of_fronts_change_nothing(fronts):
    grid = [np.arange(-4.0, 5.0)] * 2
    found = confidence.region(fronts, grid)
    again = confidence.region([pareto.front(front) for front in reversed(fronts)], grid)
    np.testing.assert_allclose(found.attainment, again.attainment)
    np.testing.assert_allclose(found.density, again.density)
    assert found.vorobev.deviation == pytest.approx(again.vorobev.deviation)


def test_region_is_frozen_and_does_not_change_its_inputs():
    front, grid = np.array([[1.0, math.nan], [1, 2], [0, 3]]), [np.array([0.0, 1, 2]), np.array([1.0, 2, 4])]
    before = front.copy()
    found = confidence.region([front], grid)
    np.testing.assert_array_equal(front, before)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.n_fronts = 2
    found.edges[0][0] = -9
    assert grid[0][0] == 0


@pytest.mark.parametrize(
    ("fronts", "grid", "message"),
    [
        ([], 5, "fronts must all have 2, 3 or 4 objectives, but have no tables"),
        ([[[1]]], 5, "fronts must all have 2, 3 or 4 objectives, but have [1]"),
        ([[[1] * 5]], 5, "fronts must all have 2, 3 or 4 objectives, but have [5]"),
        ([[[1, 2]], [[1, 2, 3]]], 5, "fronts must all have 2, 3 or 4 objectives, but have [2, 3]"),
        ([[1, 2]], 5, "front 0 must be a table of n points by m objectives"),
        ([[[1, 2]], [[math.inf, 2]]], 5, "front 1: row 0 is infinite"),
        ([np.empty((0, 2))], 5, "no front has a point, so the grid needs edges: give them as arrays"),
        ([[[1, 2]]], 0, "grid must be a whole number of at least 1, but is 0"),
        ([[[1, 2]]], 2.5, "grid must be a whole number of at least 1, but is 2.5"),
        ([[[1, 2]]], 10**12, "grid has more than 10,000,000 cells"),
        ([[[1, 2]]], [[0, 1]], "grid must be a number of cells or 2 arrays of edges, but has 1 arrays"),
        ([[[1, 2]]], [[0, 1], [1]], "grid: the edges of objective 1 must be two or more finite, ascending numbers"),
        ([[[1, 2]]], [[0, 1], [1, 1]], "grid: the edges of objective 1 must be two or more finite, ascending numbers"),
        (
            [[[1, 2]]],
            [[0, 1], [1, math.inf]],
            "grid: the edges of objective 1 must be two or more finite, ascending numbers",
        ),
        ([[[1, 2]]], [[0, 1], "ab"], "grid: edges must be arrays of numbers"),
    ],
)
def test_invalid_input_is_refused_with_one_line(fronts, grid, message):
    with pytest.raises(InvalidInputError) as caught:
        confidence.region(fronts, grid)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
