"""How members of a population begin, and how copies change, against a replay with the same random numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from paretune.errors import InvalidInputError
from paretune.searchers import RUN_SEARCHERS, make_searcher
from paretune.searchers.population import PopulationSearch, scale
from paretune.space import Categorical, Float, Int, Space
from searchers.runs import MIXED, run


def test_members_begin_with_a_sobol_sequence_of_the_space():
    found = run(PopulationSearch(), MIXED, 8)
    assert all(MIXED.contains(params) for params in found)
    assert run(PopulationSearch(), MIXED, 8) == found != run(PopulationSearch(), MIXED, 8, seed=1)


def test_registry_describes_it():
    entry = RUN_SEARCHERS["population"]
    assert all(text and "\n" not in text for text in (entry.when, entry.failures, entry.parallel))


def test_replay_by_hand():
    """Three numbers for each parameter: draw anew or not, up or down, and the new place."""
    space = Space({"rate": Float(0.001, 1, log=True), "units": Int(1, 64), "kind": Categorical(["a", "b"])})
    search = PopulationSearch(change="rate,kind")
    for seed in range(20):
        draws = np.random.default_rng(seed).random(6)
        rate = 10 ** (-3 + 3 * draws[2]) if draws[0] < 0.25 else 0.1 * (1.2 if draws[1] < 0.5 else 0.8)
        kind = "ab"[int(2 * draws[5])] if draws[3] < 0.25 else "a"
        found = search.explore({"rate": 0.1, "units": 8, "kind": "a"}, space, np.random.default_rng(seed))
        assert found["rate"] == pytest.approx(rate)
        assert (found["units"], found["kind"]) == (8, kind)


@pytest.mark.parametrize(
    ("parameter", "value", "factor", "expected"),
    [
        (Float(0, 1), 0.5, 1.2, 0.6),
        (Float(0, 1), 0.9, 1.2, 1.0),
        (Float(-1, 1), -0.5, 1.2, -0.6),
        (Float(0, 1, step=0.25), 0.5, 1.2, 0.75),
        (Float(0, 1, step=0.25), 1.0, 1.2, 1.0),
        (Int(1, 64), 10, 0.8, 8),
        (Int(1, 64), 2, 0.8, 1),
        (Int(1, 64), 1, 0.8, 1),
        (Int(0, 8), 0, 1.2, 0),
        (Int(2, 64, step=2), 4, 1.2, 6),
        (Int(1, 1000, log=True), 100, 1.2, 120),
    ],
)
def test_number_is_multiplied_inside_its_range(parameter, value, factor, expected):
    assert scale(parameter, value, factor) == pytest.approx(expected)


def test_ordered_choice_becomes_a_neighbour_and_a_choice_without_order_stays():
    space = Space({"size": Categorical([16, 32, 64, 128]), "kind": Categorical(["a", "b", "c"])})
    search = PopulationSearch(change="size,kind", resample=0.0)
    found = [search.explore({"size": 32, "kind": "b"}, space, np.random.default_rng(seed)) for seed in range(20)]
    assert {params["size"] for params in found} == {16, 64}
    assert {params["kind"] for params in found} == {"b"}


@settings(max_examples=60)
@given(space=strategies.spaces(), seed=st.integers(0, 50), data=st.data())
def test_copy_is_valid_and_keeps_what_may_not_change(space, seed, data):
    """Mixed and conditional spaces."""
    rng = np.random.default_rng(seed)
    parent = space.decode(rng.random(len(space)))[0]
    names = data.draw(st.lists(st.sampled_from(list(space)), min_size=1, unique=True))
    found = PopulationSearch(change=",".join(names)).explore(parent, space, rng)
    assert space.check(found) == found
    assert {name: found[name] for name in found if name in parent and name not in names} == {
        name: parent[name] for name in found if name in parent and name not in names
    }


def test_condition_that_begins_to_hold_draws_its_parameter():
    search = PopulationSearch(change="c", resample=1.0)
    found = [search.explore({"a": 0.1, "b": 3, "c": "x"}, MIXED, np.random.default_rng(seed)) for seed in range(12)]
    assert {"d" in params for params in found} == {True, False}


def test_copy_satisfies_constraints_or_stays():
    space = Space({"u": Float(0, 1), "v": Float(0, 1)}, [{"weights": {"u": 1, "v": 1}, "at_most": 1}])
    parent = {"u": 0.5, "v": 0.5}
    for seed in range(10):
        assert space.contains(PopulationSearch(change="u,v").explore(parent, space, np.random.default_rng(seed)))
    stuck = PopulationSearch(change="u", resample=0.0, low_factor=1.0, high_factor=2.0)
    moved = [stuck.explore(parent, space, np.random.default_rng(seed)) for seed in range(4)]
    assert all(space.contains(params) for params in moved)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"population": 1}, "population of searcher population must be between 2"),
        ({"generations": 1}, "generations of searcher population must be between 2"),
        ({"interval": -1}, "interval of searcher population must be between 0"),
        ({"share": 0.6}, "share of searcher population must be between 0 and 0.5"),
        ({"resample": 2}, "resample of searcher population must be between 0 and 1"),
        ({"low_factor": 0}, "low_factor of searcher population"),
        ({"high_factor": 0.5}, "high_factor of searcher population"),
        ({"size": 3}, "searcher population has no option 'size'"),
    ],
)
def test_wrong_option_gets_one_line(options, word):
    with pytest.raises(InvalidInputError) as caught:
        make_searcher("population", options)
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "word"), [("rat", "did you mean"), ("", "name those that may change"), ("one", "name those")]
)
def test_parameters_that_may_change_are_checked(change, word):
    space = Space({"rate": Float(0, 1), "one": Int(3, 3)})
    with pytest.raises(InvalidInputError, match=word):
        PopulationSearch(change=change).check_space(space)
