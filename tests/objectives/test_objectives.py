"""Tests of objectives, their directions and limits."""

import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objectives

OBJECTIVES = Objectives(
    [Maximize("accuracy", at_least=0.75), Minimize("time", at_most=250, unit="s"), Minimize("size")]
)


@given(st.data(), strategies.objectives())
def test_losses_are_values_with_the_sign_of_maximised_ones_flipped(data, objectives):
    values = data.draw(strategies.losses(m=len(objectives), with_nan=True))
    before, losses = values.copy(), objectives.losses(values)
    for j, objective in enumerate(objectives):
        np.testing.assert_array_equal(losses[:, j], -values[:, j] if isinstance(objective, Maximize) else values[:, j])
    np.testing.assert_array_equal(objectives.values(losses), values)
    np.testing.assert_array_equal(values, before)


@given(st.data(), strategies.objectives())
def test_point_is_within_if_no_value_is_beyond_its_limit(data, objectives):
    values = data.draw(strategies.losses(m=len(objectives), with_nan=True))

    def is_inside(objective, value):
        if objective.limit is None:
            return True
        return value >= objective.limit if isinstance(objective, Maximize) else value <= objective.limit

    expected = [all(is_inside(o, v) for o, v in zip(objectives, row, strict=True)) for row in values]
    assert objectives.is_within(objectives.losses(values)).tolist() == expected


def test_known_metrics_outside_their_limits_are_described():
    objectives = Objectives([Maximize("accuracy", at_least=0.75), Minimize("time", at_most=1.0), Minimize("size")])
    assert objectives.describe_violations({"accuracy": 0.5, "time": np.float32(2.0), "size": 9.0}) == [
        "accuracy is 0.5, its limit 0.75",
        "time is 2, its limit 1",
    ]
    assert objectives.describe_violations({"accuracy": 0.75, "time": "long", "other": 5.0}) == []
    assert objectives.describe_violations({"time": torch.tensor(2.0)}) == ["time is 2, its limit 1"]
    assert objectives.describe_violations({"time": np.array([2.0, 3.0])}) == []
    assert objectives.describe_violations({"time": float("nan")}) == ["time is nan, its limit 1"]


def test_limit_can_be_a_number_of_numpy():
    assert Minimize("time", at_most=np.float32(0.5)).limit == Minimize("time", at_most=0.5).limit
    objectives = Objectives([Maximize("layers", at_least=np.int64(2)), Minimize("time", at_most=np.float32(0.1))])
    assert Objectives.from_dict(json.loads(json.dumps(objectives.to_dict()))) == objectives


def test_limits_are_inclusive_and_nan_is_outside():
    values = [[0.75, 250, 1], [np.nextafter(0.75, 0), 250, 1], [0.75, 250.01, 1], [math.nan, 1, 1], [0.8, 1, math.nan]]
    assert OBJECTIVES.is_within(OBJECTIVES.losses(values)).tolist() == [True, False, False, False, True]
    assert OBJECTIVES.limits.tolist() == [-0.75, 250, math.inf]


def test_values_have_no_negative_zero():
    assert math.copysign(1, OBJECTIVES.values(OBJECTIVES.losses([[0.0, 0.0, 0.0]]))[0, 0]) == 1


def test_objectives_are_a_hashable_sequence():
    assert OBJECTIVES.names == ("accuracy", "time", "size")
    assert OBJECTIVES[1] == Minimize("time", at_most=250, unit="s")
    assert OBJECTIVES[:1] == Objectives([Maximize("accuracy", at_least=0.75)])
    assert hash(OBJECTIVES) == hash(Objectives(list(OBJECTIVES)))
    assert Objectives(OBJECTIVES[::-1]) != OBJECTIVES


@given(strategies.objectives())
def test_objectives_survive_json(objectives):
    assert Objectives.from_dict(json.loads(json.dumps(objectives.to_dict()))) == objectives


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Objectives([]), "at least one objective"),
        (lambda: Objectives(["accuracy"]), "must be a Maximize or a Minimize, but is 'accuracy'"),
        (lambda: Objectives([Minimize("a"), Maximize("a")]), "different names"),
        (lambda: Minimize(""), "name must be a non-empty text"),
        (
            lambda: Minimize("paretune:time"),
            "a name must not begin with 'paretune:': rename the objective",
        ),
        (lambda: Minimize("time", at_most=math.nan), "time: at_most must be a finite number, but is nan"),
        (lambda: Maximize("accuracy", at_least="high"), "accuracy: at_least must be a finite number"),
        (lambda: Objectives.from_dict({"time": {"goal": "min"}}), "time: goal must be one of maximize, minimize"),
        (
            lambda: Objectives.from_dict({"time": {"goal": "maximize", "at_most": 1}}),
            "time: unknown key 'at_most'; its keys may be goal, at_least, unit",
        ),
        (lambda: Objectives.from_dict({"time": "minimize"}), "time must be described by a mapping with a goal"),
        (lambda: Minimize("time", at_most=True), "time: at_most must be a finite number, but is True"),
        (lambda: OBJECTIVES.losses([[1, 2]]), r"expected n x 3 numbers \(accuracy, time, size\)"),
        (lambda: OBJECTIVES.is_within([1, 2, 3]), "expected n x 3"),
    ],
)
def test_invalid_objective_is_refused_by_name(build, message):
    with pytest.raises(InvalidInputError, match=message):
        build()


def test_with_limits_sets_and_replaces_limits_only():
    objectives = Objectives([Maximize("accuracy", at_least=0.5, unit="%"), Minimize("latency", at_most=1.0)])
    assert objectives.with_limits({"accuracy": 0.75}, {}) == Objectives(
        [Maximize("accuracy", at_least=0.75, unit="%"), Minimize("latency", at_most=1.0)]
    )
    assert objectives.with_limits({}, {}) == objectives


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (({"acc": 1}, {}), "there is no objective 'acc': choose from accuracy, latency"),
        (({"latency": 1}, {}), "latency is not maximized: its limit must be at most"),
        (({}, {"accuracy": 1}), "accuracy is not minimized: its limit must be at least"),
        (({"accuracy": float("nan")}, {}), "accuracy: at_least must be a finite number"),
    ],
)
def test_invalid_limit_is_refused(limits, message):
    with pytest.raises(InvalidInputError, match=message):
        Objectives([Maximize("accuracy"), Minimize("latency")]).with_limits(*limits)


def test_more_than_four_objectives_have_a_notice():
    notices = [Objectives([Minimize(name) for name in "abcdef"[:n]]).notice for n in range(1, 7)]
    assert [bool(notice) for notice in notices] == [False] * 4 + [True] * 2
    assert notices[5].startswith("There are 6 objectives. Paretune is made and measured for two to four")
    assert "a suggestion takes seconds" in notices[5]
