"""Designs fill the space evenly, in an order that depends on the seed."""

import math
from itertools import islice

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

import strategies
from paretune.engine import grid, sobol
from paretune.space import Categorical, Float, Int, Space

SQUARE = Space({"x": Float(0, 1), "y": Float(0, 1)})


def places(space, configurations):
    return space.encode(list(configurations))


def test_sobol_points_are_one_in_each_interval_of_each_parameter():
    for n in (64, 128, 256):
        X = places(SQUARE, islice(sobol(SQUARE, seed=3), n))
        for j in range(2):
            assert sorted(np.floor(X[:, j] * n)) == list(range(n))


def test_sobol_is_the_scrambled_sequence_of_scipy():
    expected = qmc.Sobol(2, rng=np.random.default_rng(5)).random_base2(9)
    np.testing.assert_allclose(places(SQUARE, islice(sobol(SQUARE, seed=5), 512)), expected)


@given(strategies.spaces(), st.integers(0, 2**32))
def test_sobol_points_are_configurations_and_depend_only_on_seed(space, seed):
    points = list(islice(sobol(space, seed), 70))
    assert points == list(islice(sobol(space, seed), 70))
    assert [space.check(params) for params in points] == points


@given(strategies.finite_spaces())
def test_grid_of_finite_space_has_every_configuration_once(space):
    points = list(grid(space, seed=0))
    assert sorted(map(repr, points)) == sorted(map(repr, space.configurations()))


def test_grid_is_refined_without_repetition():
    space = Space({"x": Float(1, 100, log=True), "k": Int(1, 9), "c": Categorical(["a", "b"])})
    points = list(islice(grid(space, seed=1), 5 * 5 * 2))
    sizes = [2 * 2 * 2, 3 * 3 * 2, 5 * 5 * 2]
    for n, values in zip(sizes, [[1, 100], [1, 10, 100], [1, 10**0.5, 10, 10**1.5, 100]], strict=True):
        np.testing.assert_allclose(sorted({p["x"] for p in points[:n]}), values)
    assert {p["k"] for p in points} == {1, 3, 5, 7, 9}
    assert len({tuple(p.items()) for p in points}) == 50


def test_grid_ends_where_range_has_no_more_floating_point_numbers():
    low = 1.0
    high = math.nextafter(low, 2.0)
    assert sorted(params["x"] for params in grid(Space({"x": Float(low, high)}), seed=0)) == [low, high]


def test_grid_is_shuffled_by_its_seed():
    first, second, again = ([p["x"] for p in islice(grid(SQUARE, seed), 25)] for seed in (0, 1, 0))
    assert first == again != second


def test_grid_may_have_more_points_than_fit_in_memory():
    space = Space({f"c{i}": Categorical(["a", "b", "c", "d"]) for i in range(40)})
    points = [tuple(p.values()) for p in islice(grid(space, seed=0), 100)]
    assert len(set(points)) == 100
