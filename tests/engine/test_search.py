"""Does the search find the best place that was not tried?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune.engine.design import row_keys
from paretune.engine.search import maximize, mutants
from paretune.space import Categorical, Float, Int, Space

MIXED = Space(
    {
        "x": Float(0, 1),
        "k": Int(1, 512, log=True),
        "c": Categorical(["a", "b", "c", "d"]),
        "s": Categorical([1, 2, 4, 8, 16]),
        "y": Float(0, 1, step=0.05, when={"c": ("a", "b")}),
    }
)
TARGET = {"x": 0.3, "k": 37, "c": "b", "s": 4, "y": 0.7}


def random_score(seed):
    """A value a place, the same for the same place, without any pattern."""
    return lambda X: np.array([hash((seed, key)) % 10_007 for key in row_keys(X)], float)


@given(st.data(), strategies.finite_spaces(max_size=3), st.integers(0, 9))
def test_a_small_space_is_searched_whole(data, space, seed):
    pool = space.encode(list(space.configurations()))
    is_tried = np.array([data.draw(st.booleans()) for _ in pool])
    tried, score = row_keys(pool[is_tried]), random_score(seed)
    place = maximize(score, space, pool[:0], tried, np.random.default_rng(0))
    if is_tried.all():
        assert place is None
    else:
        assert row_keys(place[None])[0] not in tried
        assert score(place[None])[0] == score(pool[~is_tried]).max()


@pytest.mark.parametrize("seed", range(3))
def test_a_large_mixed_space_is_searched_to_its_summit(seed):
    summit = MIXED.encode([TARGET])[0]

    def score(X):
        return -np.nansum((X - summit) ** 2, axis=1) - np.isnan(X[:, 4]) - (X[:, 2] != summit[2])

    place = maximize(score, MIXED, np.empty((0, 5)), (), np.random.default_rng(seed))
    (found,) = MIXED.decode([place])
    assert (found["c"], found["s"]) == ("b", 4)
    assert found["x"] == pytest.approx(0.3, abs=0.05)
    assert found["y"] == pytest.approx(0.7, abs=0.051)
    assert 30 <= found["k"] <= 46


def test_what_was_tried_does_not_come_back_though_it_is_best():
    space = Space({"k": Int(0, 4999)})
    tried = row_keys(space.encode([{"k": k} for k in range(2, 4990)]))

    def score(X):
        return -np.abs(X[:, 0] - 0.5)

    starts = space.encode([{"k": 2}, {"k": 4989}])
    place = maximize(score, space, starts, tried, np.random.default_rng(0))
    assert row_keys(place[None])[0] not in tried


def test_places_without_a_number_are_taken_last():
    space = Space({"k": Int(0, 9)})
    place = maximize(
        lambda X: np.where(X[:, 0] < 0.9, -np.inf, 1.0), space, np.empty((0, 1)), (), np.random.default_rng(0)
    )
    assert space.decode([place]) == [{"k": 9}]


@given(st.data(), strategies.spaces(), st.floats(0.01, 0.5))
def test_mutants_are_places_that_differ_from_their_parent(data, space, scale):
    parent = space.snap(data.draw(strategies.cubes(space, max_size=1)))
    before = parent.copy()
    children = mutants(space, parent, 20, scale, np.random.default_rng(0))
    assert children.shape == (20, len(space))
    assert ((children >= 0) & (children <= 1)).all()
    np.testing.assert_array_equal(parent, before)
    assert mutants(space, parent[:0], 20, scale, np.random.default_rng(0)).shape == (0, len(space))


@pytest.mark.parametrize(
    ("parameter", "value"), [(Int(8, 512, log=True), 8), (Int(0, 10**6), 500_000), (Categorical(["a", "b", "c"]), "b")]
)
def test_the_smallest_step_of_a_parameter_with_levels_is_a_level(parameter, value):
    space = Space({"p": parameter})
    children = mutants(space, space.encode([{"p": value}]), 200, 1e-9, np.random.default_rng(0))
    found = {params["p"] for params in space.decode(children)}
    if isinstance(parameter, Int):
        assert found == {value + step for step in (-1, 1) if value + step >= parameter.low} | ({8} & {value})
    else:
        assert found == {"a", "c"}
