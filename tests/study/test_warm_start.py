"""Configurations that are taken over from other studies."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from paretune import pareto
from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Categorical, Float, Int, Space
from paretune.study.warm_start import transferred_configurations
from paretune.trials import Trials

OBJECTIVES = Objectives([Maximize("gain"), Minimize("cost")])
SPACE = Space(
    {
        "rate": Float(1e-3, 1, log=True),
        "width": Int(8, 64),
        "kind": Categorical(["a", "b"]),
        "extra": Float(0, 1, when={"kind": "a"}),
    }
)


def source(rows, objectives=OBJECTIVES, space=SPACE):
    """Trials of configurations with their values; None is a crash."""
    losses = [[math.nan] * len(objectives) if v is None else objectives.losses([v])[0] for _, v in rows]
    states = np.array(["failed" if v is None else "complete" for _, v in rows], object)
    return Trials(space, objectives, tuple(params for params, _ in rows), losses=losses, states=states)


def net(rate, width=32):
    return {"rate": rate, "width": width, "kind": "b"}


def test_points_of_the_front_come_first():
    trials = source([(net(0.1), [5, 5]), (net(0.2), [9, 9]), (net(0.3), [1, 1]), (net(0.4), [4, 6]), (net(0.5), None)])
    found = transferred_configurations(SPACE, OBJECTIVES, [trials])
    assert {params["rate"] for params in found} == {0.1, 0.2, 0.3}
    assert len(transferred_configurations(SPACE, OBJECTIVES, [trials], n=2)) == 2


def test_sources_take_turns_and_equal_configurations_count_once():
    one = source([(net(0.1), [5, 5])])
    other = source([(net(0.1), [5, 5]), (net(0.9), [9, 9])])
    found = transferred_configurations(SPACE, OBJECTIVES, [one, other])
    assert sorted(params["rate"] for params in found) == [0.1, 0.9]


def test_values_of_an_overlapping_space_are_the_nearest_ones():
    space = Space(
        {"rate": Float(1e-6, 1e-4), "width": Float(1, 900), "kind": Categorical(["c", "a"]), "old": Int(1, 9)}
    )
    params = {"rate": 1e-5, "width": 700.5, "kind": "a", "old": 3}
    (found,) = transferred_configurations(SPACE, OBJECTIVES, [source([(params, [1, 1])], space=space)])
    assert found == {"rate": pytest.approx(1e-3), "width": 64, "kind": "a", "extra": 0.5}


def test_trials_outside_the_limits_of_the_new_study_are_left_out():
    limited = Objectives([Maximize("gain"), Minimize("cost", at_most=3)])
    trials = source([(net(0.1), [5, 5]), (net(0.3), [1, 1])])
    assert [params["rate"] for params in transferred_configurations(SPACE, limited, [trials])] == [0.3]


def test_one_common_objective_is_enough():
    single = source([(net(0.1), [5]), (net(0.3), [1])], Objectives([Minimize("cost")]))
    assert transferred_configurations(SPACE, OBJECTIVES, [single]) == [net(0.3)]


@pytest.mark.parametrize(
    ("trials", "message"),
    [
        (
            source([(net(0.1), [5])], Objectives([Maximize("cost")])),
            "shares no objective with this one, which has gain",
        ),
        (
            source([({"z": 1}, [1, 1])], space=Space({"z": Int(1, 2)})),
            "shares no parameter with this one, which has rate",
        ),
    ],
)
def test_source_without_anything_in_common_is_refused(trials, message):
    with pytest.raises(InvalidInputError) as error:
        transferred_configurations(SPACE, OBJECTIVES, [trials])
    assert message in str(error.value)


@settings(max_examples=40)
@given(strategies.trials(), st.integers(1, 5))
def test_configurations_are_in_the_space_and_on_the_front_of_their_source(trials, n):
    found = transferred_configurations(trials.space, trials.objectives, [trials], n)
    front = pareto.efficient_trials(trials)
    assert len(found) <= n
    assert all(trials.space.contains(params) for params in found)
    assert all(params in front.params for params in found)
