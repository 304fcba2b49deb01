"""Tests of the empirical attainment function, against its definition and moocore."""

import itertools

import moocore
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
import strategies
from paretune.confidence.attainment import count_at_nodes, exact_surface, surface_on_grid


def attains(front, place):
    return any(all(x <= z for x, z in zip(row, place, strict=True)) for row in front)


def best_places(fronts, at_least, axes):
    """The best nodes that enough fronts attain, by comparing every pair."""
    enough = [node for node in itertools.product(*axes) if sum(attains(f, node) for f in fronts) >= at_least]
    return sorted(node for node in enough if not any(oracles.dominates(other, node) for other in enough))


def some_fronts(m):
    return st.lists(strategies.losses(m=m, max_size=4), min_size=1, max_size=5)


@given(st.data(), st.integers(1, 4))
def test_count_at_a_node_is_the_number_of_fronts_that_attain_it(data, m):
    fronts = data.draw(some_fronts(m))
    edges = tuple(np.array(sorted(data.draw(st.sets(st.integers(-4, 4), min_size=2, max_size=4)))) for _ in range(m))
    counts = count_at_nodes(fronts, edges)
    for node in np.ndindex(counts.shape):
        place = [axis[i] for axis, i in zip(edges, node, strict=True)]
        assert counts[node] == sum(attains(front, place) for front in fronts)


@given(st.data(), st.integers(2, 4))
def test_surface_on_a_grid_that_contains_all_losses_is_exact(data, m):
    fronts, axes = data.draw(some_fronts(m)), (np.arange(-3, 4),) * m
    at_least = data.draw(st.integers(1, len(fronts)))
    found = surface_on_grid(count_at_nodes(fronts, axes), axes, at_least)
    assert list(map(tuple, found.tolist())) == best_places(fronts, at_least, axes)


@given(some_fronts(2), st.data())
def test_exact_surface_has_the_best_places(fronts, data):
    at_least = data.draw(st.integers(1, len(fronts)))
    found = exact_surface(fronts, at_least)
    assert list(map(tuple, found.tolist())) == best_places(fronts, at_least, [range(-3, 4)] * 2)


@pytest.mark.parametrize("at_least", [1, 13, 37])
def test_exact_surface_equals_moocore_at_the_same_level(at_least):
    fronts = [np.random.default_rng(seed).random((6, 2)) for seed in range(37)]
    levels = moocore.eaf(np.vstack(fronts), np.repeat(np.arange(37), 6), percentiles=[100 * at_least / 37])[:, :2]
    np.testing.assert_array_equal(exact_surface(fronts, at_least), levels[np.lexsort(levels.T[::-1])])


def test_surface_of_too_few_fronts_has_no_rows():
    fronts = [np.empty((0, 2)), np.array([[1.0, 1.0]])]
    assert exact_surface(fronts, 1).tolist() == [[1, 1]]
    assert exact_surface(fronts, 2).shape == (0, 2)
    axes = (np.arange(3),) * 2
    assert surface_on_grid(count_at_nodes(fronts, axes), axes, 2).shape == (0, 2)
