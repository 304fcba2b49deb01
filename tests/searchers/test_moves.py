"""Random moves of configurations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import strategies
from paretune import Categorical, Float, Int, Space
from paretune.searchers.moves import cross, mutate, reflect
from searchers.runs import MIXED


@given(st.data())
def test_mutation_gives_another_configuration_of_the_space(data):
    space = data.draw(strategies.spaces())
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    point = space.snap(rng.random((1, len(space))))[0]
    moved = mutate(point, space, rng, rate=data.draw(st.sampled_from([0.0, 0.5, 1.0])), step=0.1)
    assert ((moved >= 0) & (moved <= 1)).all()
    assert space.contains(space.decode(moved)[0])
    is_active = ~np.isnan(point)
    if any(p.n_levels != 1 for p, active in zip(space.values(), is_active, strict=True) if active):
        assert not np.array_equal(space.snap(moved)[0], point, equal_nan=True)


def test_number_moves_by_a_normal_draw_and_choice_to_any_other():
    space, rng = Space({"x": Float(0, 1)}), np.random.default_rng(0)
    moves = [mutate(np.array([0.5]), space, rng, rate=1.0, step=0.05)[0] - 0.5 for _ in range(400)]
    assert stats.kstest(moves, "norm", args=(0.0, 0.05)).pvalue > 0.01
    space = Space({"c": Categorical(["a", "b", "c"])})
    start = space.encode([{"c": "b"}])[0]
    drawn = [space.decode(mutate(start, space, rng, rate=1.0, step=0.05))[0]["c"] for _ in range(200)]
    assert {"a", "c"} == set(drawn)
    assert 70 < drawn.count("a") < 130


@pytest.mark.parametrize("start", [1, 5, 9])
def test_level_moves_to_a_neighbour_if_the_draw_is_short(start):
    space, rng = Space({"k": Int(1, 9)}), np.random.default_rng(0)
    point = space.encode([{"k": start}])[0]
    found = {space.decode(mutate(point, space, rng, rate=1.0, step=1e-3))[0]["k"] for _ in range(40)}
    assert found == {start - 1, start + 1} & set(range(1, 10))


def test_parameter_that_begins_to_exist_is_uniform():
    rng = np.random.default_rng(0)
    point = MIXED.encode([{"a": 0.1, "b": 3, "c": "x"}])[0]
    assert len({round(mutate(point, MIXED, rng, rate=0.0, step=0.1)[3], 2) for _ in range(50)}) > 25


def test_reflection_stays_inside():
    assert [reflect(x) for x in (-0.25, 0.0, 1.0, 1.25, 2.25)] == [0.25, 0.0, 1.0, 0.75, 0.25]


def test_crossover_takes_what_one_parent_lacks_from_the_other():
    rng = np.random.default_rng(0)
    first, second = np.array([0.1, np.nan, np.nan]), np.array([0.9, 0.8, np.nan])
    children = np.array([cross(first, second, rng) for _ in range(60)])
    assert set(children[:, 0]) == {0.1, 0.9}
    assert set(children[:, 1]) == {0.8}
    assert len(set(children[:, 2])) == 60
