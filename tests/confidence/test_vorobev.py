"""Tests of Vorob'ev's expectation and deviation, against their definitions and moocore."""

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
from paretune.confidence.attainment import count_at_nodes
from paretune.confidence.vorobev import exact_vorobev, vorobev_on_grid


def some_fronts(m, max_size=5):
    return st.lists(strategies.losses(m=m, max_size=4, with_nan=True), min_size=1, max_size=max_size)


def attains(front, place):
    """By the definition; a row with a NaN is no point."""
    return any(all(x <= z for x, z in zip(row, place, strict=True)) for row in front)


def surface(fronts, at_least, axes):
    """The best nodes that enough fronts attain, by comparing every pair."""
    places = itertools.product(*axes)
    enough = [place for place in places if sum(attains(front, place) for front in fronts) >= at_least]
    return sorted(place for place in enough if not any(oracles.dominates(other, place) for other in enough))


@given(st.lists(strategies.losses(m=2, min_size=1, max_size=4), min_size=1, max_size=8))
def test_exact_numbers_equal_those_on_a_grid_that_contains_all_losses(fronts):
    edges = (np.arange(-3.0, 5.0),) * 2
    exact = exact_vorobev(fronts, edges)
    on_grid = vorobev_on_grid(count_at_nodes(fronts, edges), edges, len(fronts))
    np.testing.assert_array_equal(exact.expectation, on_grid.expectation)
    assert exact.threshold == on_grid.threshold
    assert (exact.volume, exact.deviation) == pytest.approx((on_grid.volume, on_grid.deviation))


@given(st.data(), st.integers(2, 4))
def test_vorobev_expectation_is_the_smallest_level_not_below_the_mean_volume(data, m):
    fronts = data.draw(some_fronts(m))
    axes, corner = [range(-3, 5)] * m, [4] * m
    mean = np.mean([oracles.hypervolume(front, corner) for front in fronts])
    volumes = [oracles.hypervolume(surface(fronts, k, axes), corner) for k in range(1, len(fronts) + 1)]
    k = max(k for k, volume in enumerate(volumes, 1) if volume >= mean - 1e-9)
    found = confidence.region(fronts, axes).vorobev
    assert found.volume == pytest.approx(mean)
    assert found.threshold == pytest.approx(k / len(fronts))
    assert list(map(tuple, found.expectation.tolist())) == surface(fronts, k, axes)


@pytest.mark.parametrize(("m", "n_fronts"), [(2, 40), (2, 7), (3, 7), (4, 5)])
def test_vorobev_deviation_equals_moocore(m, n_fronts):
    rng = np.random.default_rng(n_fronts)
    fronts = [pareto.front(rng.integers(0, 6, (5, m))) for _ in range(n_fronts)]
    found = confidence.region(fronts, [range(8)] * m).vorobev
    points, sets = np.vstack(fronts), np.repeat(np.arange(n_fronts), [len(front) for front in fronts])
    deviation = moocore.vorob_dev(points, sets, ref=[7] * m, ve=found.expectation)
    assert found.deviation == pytest.approx(deviation)
    if m < 4:  # moocore's search may stop at the next level: its threshold is at most one level away
        theirs = moocore.vorob_t(points, sets, ref=[7] * m)
        assert found.volume == pytest.approx(theirs["avg_hyp"])
        assert abs(found.threshold - math.ceil(theirs["threshold"] * n_fronts / 100) / n_fronts) <= 1 / n_fronts + 1e-9


@pytest.mark.parametrize("m", [2, 3, 4])
def test_vorobev_deviation_is_the_mean_share_of_places_that_differ(m):
    rng = np.random.default_rng(m)
    fronts = [rng.integers(0, 5, (4, m)).astype(float) for _ in range(6)]
    found = confidence.region(fronts, [range(6)] * m).vorobev
    places = rng.uniform(0, 5, (20_000, m))
    in_mean = (found.expectation[:, None] <= places).all(axis=2).any(axis=0)
    differs = [((front[:, None] <= places).all(axis=2).any(axis=0) != in_mean).mean() for front in fronts]
    assert found.deviation == pytest.approx(5**m * np.mean(differs), rel=0.05)


@pytest.mark.parametrize("m", [2, 3])
def test_volumes_are_measured_inside_the_box_of_the_grid(m):
    # In the box from 1 to 3, the first front attains all, and the second what is beyond 2.
    found = confidence.region([[[0] * m], [[2] * m]], grid=[[1, 2, 3]] * m).vorobev
    assert found.volume == (2**m + 1) / 2
    assert found.threshold == 0.5
    assert found.deviation == (2**m - 1) / 2
