"""Do the designs fill the space, in the order of their seed?"""

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


def test_the_first_points_are_one_in_each_stripe_of_each_parameter():
    for n in (64, 128, 256):
        X = places(SQUARE, islice(sobol(SQUARE, seed=3), n))
        for j in range(2):
            assert sorted(np.floor(X[:, j] * n)) == list(range(n))


def test_it_is_the_scrambled_sobol_sequence_however_long():
    expected = qmc.Sobol(2, rng=np.random.default_rng(5)).random_base2(9)
    np.testing.assert_allclose(places(SQUARE, islice(sobol(SQUARE, seed=5), 512)), expected)


@given(strategies.spaces(), st.integers(0, 2**32))
def test_sobol_points_are_configurations_and_depend_on_the_seed_alone(space, seed):
    points = list(islice(sobol(space, seed), 70))
    assert points == list(islice(sobol(space, seed), 70))
    assert [space.check(params) for params in points] == points


@given(strategies.finite_spaces())
def test_a_grid_over_a_finite_space_is_all_of_it_once(space):
    points = list(grid(space, seed=0))
    assert sorted(map(repr, points)) == sorted(map(repr, space.configurations()))


def test_a_grid_refines_what_it_has_and_repeats_nothing():
    space = Space({"x": Float(1, 100, log=True), "k": Int(1, 9), "c": Categorical(["a", "b"])})
    points = list(islice(grid(space, seed=1), 5 * 5 * 2))
    sizes = [2 * 2 * 2, 3 * 3 * 2, 5 * 5 * 2]
    for n, values in zip(sizes, [[1, 100], [1, 10, 100], [1, 10**0.5, 10, 10**1.5, 100]], strict=True):
        np.testing.assert_allclose(sorted({p["x"] for p in points[:n]}), values)
    assert {p["k"] for p in points} == {1, 3, 5, 7, 9}
    assert len({tuple(p.items()) for p in points}) == 50


def test_a_grid_ends_where_a_continuum_has_no_more_numbers():
    low = 1.0
    high = math.nextafter(low, 2.0)
    assert sorted(params["x"] for params in grid(Space({"x": Float(low, high)}), seed=0)) == [low, high]


def test_a_grid_is_shuffled_by_its_seed():
    first, second, again = ([p["x"] for p in islice(grid(SQUARE, seed), 25)] for seed in (0, 1, 0))
    assert first == again != second


def test_a_grid_may_have_more_points_than_memory():
    space = Space({f"c{i}": Categorical(["a", "b", "c", "d"]) for i in range(40)})
    points = [tuple(p.values()) for p in islice(grid(space, seed=0), 100)]
    assert len(set(points)) == 100
