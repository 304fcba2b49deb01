"""The search finds the best place that was not tried."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune.engine.maximize import FAILURE_STREAK, candidates, maximize, mutants
from paretune.space import Categorical, Float, Int, Space
from paretune.space.keys import row_keys

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
    """Return a score without any pattern, the same for the same place."""
    return lambda X: np.array([hash((seed, key)) % 10_007 for key in row_keys(X)], float)


@given(st.data(), strategies.finite_spaces(max_size=3), st.integers(0, 9))
def test_small_space_is_searched_completely(data, space, seed):
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
def test_maximum_of_large_mixed_space_is_found(seed):
    summit, rng = MIXED.encode([TARGET])[0], np.random.default_rng(seed)

    def score(X):
        return -np.nansum((X - summit) ** 2, axis=1) - np.isnan(X[:, 4]) - (X[:, 2] != summit[2])

    nowhere = np.empty((0, 5))
    place = maximize(score, MIXED, candidates(MIXED, nowhere, nowhere, 0, rng), (), rng)
    (found,) = MIXED.decode([place])
    assert (found["c"], found["s"]) == ("b", 4)
    assert found["x"] == pytest.approx(0.3, abs=0.05)
    assert found["y"] == pytest.approx(0.7, abs=0.051)
    assert 30 <= found["k"] <= 46


@pytest.mark.parametrize("seed", range(3))
def test_maximum_of_large_finite_space_is_found(seed):
    space, rng = (
        Space({"j": Int(0, 79), "k": Int(0, 79), "c": Categorical(["a", "b", "c"])}),
        np.random.default_rng(seed),
    )
    everything = space.encode(list(space.configurations()))
    centre, phase = rng.random(2), rng.random(3) * 6

    def score(X):
        hill = -((X[:, :2] - centre) ** 2).sum(axis=1)
        return hill + 0.05 * np.sin(20 * X[:, 0] + phase[(X[:, 2] * 3).astype(int)])

    is_tried = score(everything) > np.quantile(score(everything), 0.999)
    tried = row_keys(everything[is_tried])
    pool = candidates(space, everything[is_tried], everything[::1000], 0, rng)
    place = maximize(score, space, pool, tried, rng)
    assert row_keys(place[None])[0] not in tried
    untried = np.sort(score(everything[~is_tried]))
    assert score(place[None])[0] >= untried[-3]


def test_without_rounds_the_result_is_best_of_pool():
    rng = np.random.default_rng(0)
    pool, score = MIXED.snap(rng.random((50, 5))), random_score(0)
    first = maximize(score, MIXED, pool, (), rng, 0)
    assert score(first[None])[0] == score(pool).max()
    second = maximize(score, MIXED, pool, row_keys(first[None]), rng, 0)
    assert score(second[None])[0] == np.sort(score(pool))[-2]


def test_tried_places_are_not_returned():
    space = Space({"k": Int(0, 4999)})
    tried = row_keys(space.encode([{"k": k} for k in range(2, 4990)]))

    def score(X):
        return -np.abs(X[:, 0] - 0.5)

    place = maximize(score, space, space.encode([{"k": k} for k in range(0, 5000, 7)]), tried, np.random.default_rng(0))
    assert space.decode([place])[0]["k"] in (4990, 4991, 4992)


@pytest.mark.parametrize("space", [MIXED, Space({"k": Int(0, 9)})], ids=["large", "small"])
def test_result_is_none_where_everything_was_tried(space):
    pool = space.snap(np.random.default_rng(0).random((200, len(space))))
    for places in (pool, pool[:0]):
        assert maximize(random_score(0), space, places, row_keys(pool), np.random.default_rng(0)) is None


def test_places_of_score_minus_infinity_are_last():
    space = Space({"k": Int(0, 9)})
    place = maximize(
        lambda X: np.where(X[:, 0] < 0.9, -np.inf, 1.0), space, np.empty((0, 1)), (), np.random.default_rng(0)
    )
    assert space.decode([place]) == [{"k": 9}]


# Candidates


@given(st.data(), strategies.spaces(), st.integers(0, 30))
def test_candidates_are_configurations(data, space, n_failures):
    others = space.snap(data.draw(strategies.cubes(space)))
    found = candidates(space, others[:1], others, n_failures, np.random.default_rng(0))
    assert len(found) > 0
    np.testing.assert_allclose(space.snap(found), found, atol=1e-6)


def distances_from_successes(n_failures):
    """Return the distances of the candidates from the nearest of two successes."""
    space, parents = Space({"x": Float(0, 1), "y": Float(0, 1)}), np.array([[0.1, 0.1], [0.2, 0.15]])
    found = candidates(space, parents[:1], parents, n_failures, np.random.default_rng(0))
    return np.linalg.norm(found[:, None] - parents, axis=2).min(axis=1)


def test_candidates_cover_the_space_and_more_closely_the_neighbours_of_successes():
    for n_failures in range(FAILURE_STREAK):
        distances = distances_from_successes(n_failures)
        assert distances.max() > 0.9
        assert np.mean(distances < 0.1) > 4 * 3 * 0.1**2


def test_candidates_are_nearer_to_successes_after_each_failure_in_a_row():
    typical = [
        np.mean(distances_from_successes(n_failures))
        for n_failures in (FAILURE_STREAK - 1, FAILURE_STREAK, FAILURE_STREAK + 3, FAILURE_STREAK + 6)
    ]
    assert (np.diff(typical) < 0).all()
    assert distances_from_successes(FAILURE_STREAK + 20).max() < 0.3


# Mutants


@given(st.data(), strategies.spaces(), st.floats(0.01, 0.5))
def test_mutants_are_places_that_differ_from_their_parent(data, space, scale):
    parent = space.snap(data.draw(strategies.cubes(space, max_size=1)))
    before = parent.copy()
    children = mutants(space, parent, 20, scale, np.random.default_rng(0))
    assert children.shape == (20, len(space))
    assert ((children >= 0) & (children <= 1)).all()
    np.testing.assert_array_equal(parent, before)
    assert mutants(space, parent[:0], 20, scale, np.random.default_rng(0)).shape == (0, len(space))


def test_absent_coordinate_is_not_the_one_always_changed_and_is_uniform_when_it_appears():
    space = Space({"c": Categorical(["a", "b"]), **{f"x{i}": Float(0, 1, when={"c": "b"}) for i in range(6)}})
    parents = space.encode([{"c": "a"}])
    children = space.snap(mutants(space, parents, 400, 0.3, np.random.default_rng(0)))
    came_to_exist = children[~np.isnan(children[:, 1]), 1:]
    assert len(came_to_exist) == 400  # only `c` could be changed
    np.testing.assert_allclose(np.quantile(came_to_exist, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.1)


def test_one_coordinate_is_always_changed_and_others_sometimes():
    space, parent = Space({name: Float(0, 1) for name in "abcd"}), np.full((1, 4), 0.5)
    n_changed = (mutants(space, parent, 500, 0.1, np.random.default_rng(0)) != parent).sum(axis=1)
    assert n_changed.min() == 1
    assert n_changed.max() >= 3
    assert 1.2 < n_changed.mean() < 2.5


@pytest.mark.parametrize(
    ("parameter", "value"), [(Int(8, 512, log=True), 8), (Int(0, 10**6), 500_000), (Categorical(["a", "b", "c"]), "b")]
)
def test_smallest_step_of_parameter_with_levels_is_one_level(parameter, value):
    space = Space({"p": parameter})
    children = mutants(space, space.encode([{"p": value}]), 200, 1e-9, np.random.default_rng(0))
    found = {params["p"] for params in space.decode(children)}
    if isinstance(parameter, Int):
        assert found == {value + step for step in (-1, 1) if value + step >= parameter.low} | ({8} & {value})
    else:
        assert found == {"a", "c"}


@pytest.mark.parametrize("n_constant", [0, 9])
def test_no_child_equals_its_parent_even_if_most_parameters_are_constant(n_constant):
    constant = {f"h{i}": Int(3, 3) for i in range(n_constant)}
    space = Space({"x": Float(0, 1), "k": Int(0, 2), "c": Categorical(["a", "b"]), **constant})
    parent = space.snap(np.full((1, len(space)), 0.5))
    children = space.snap(mutants(space, parent, 300, 0.2, np.random.default_rng(0)))
    assert (children != parent).any(axis=1).all()
