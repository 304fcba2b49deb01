"""Are values turned into losses and back, and limits inclusive?"""

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

WANTED = Objectives([Maximize("accuracy", at_least=0.75), Minimize("time", at_most=250, unit="s"), Minimize("size")])


@given(st.data(), strategies.objectives())
def test_losses_are_the_values_with_what_is_maximised_turned_round(data, wanted):
    values = data.draw(strategies.losses(m=len(wanted), with_nan=True))
    before, losses = values.copy(), wanted.losses(values)
    for j, objective in enumerate(wanted):
        np.testing.assert_array_equal(losses[:, j], -values[:, j] if isinstance(objective, Maximize) else values[:, j])
    np.testing.assert_array_equal(wanted.values(losses), values)
    np.testing.assert_array_equal(values, before)


@given(st.data(), strategies.objectives())
def test_a_point_is_within_when_no_value_is_beyond_its_limit(data, wanted):
    values = data.draw(strategies.losses(m=len(wanted), with_nan=True))

    def is_inside(objective, value):
        if objective.limit is None:
            return True
        return value >= objective.limit if isinstance(objective, Maximize) else value <= objective.limit

    expected = [all(is_inside(o, v) for o, v in zip(wanted, row, strict=True)) for row in values]
    assert wanted.is_within(wanted.losses(values)).tolist() == expected


def test_of_what_is_known_the_metrics_outside_their_limits_are_named():
    wanted = Objectives([Maximize("accuracy", at_least=0.75), Minimize("time", at_most=1.0), Minimize("size")])
    assert wanted.outside({"accuracy": 0.5, "time": np.float32(2.0), "size": 9.0}) == [
        "accuracy is 0.5, its limit 0.75",
        "time is 2, its limit 1",
    ]
    assert wanted.outside({"accuracy": 0.75, "time": "long", "other": 5.0}) == []
    assert wanted.outside({"time": torch.tensor(2.0)}) == ["time is 2, its limit 1"]
    assert wanted.outside({"time": np.array([2.0, 3.0])}) == []
    assert wanted.outside({"time": float("nan")}) == ["time is nan, its limit 1"]


def test_a_limit_may_be_any_number_of_numpys():
    assert Minimize("time", at_most=np.float32(0.5)).limit == Minimize("time", at_most=0.5).limit
    wanted = Objectives([Maximize("layers", at_least=np.int64(2)), Minimize("time", at_most=np.float32(0.1))])
    assert Objectives.from_dict(json.loads(json.dumps(wanted.to_dict()))) == wanted


def test_limits_are_inclusive_and_nan_is_outside():
    values = [[0.75, 250, 1], [np.nextafter(0.75, 0), 250, 1], [0.75, 250.01, 1], [math.nan, 1, 1], [0.8, 1, math.nan]]
    assert WANTED.is_within(WANTED.losses(values)).tolist() == [True, False, False, False, True]
    assert WANTED.limits.tolist() == [-0.75, 250, math.inf]


def test_a_users_table_has_no_negative_zero():
    assert math.copysign(1, WANTED.values(WANTED.losses([[0.0, 0.0, 0.0]]))[0, 0]) == 1


def test_objectives_are_a_sequence_of_values():
    assert WANTED.names == ("accuracy", "time", "size")
    assert WANTED[1] == Minimize("time", at_most=250, unit="s")
    assert WANTED[:1] == Objectives([Maximize("accuracy", at_least=0.75)])
    assert hash(WANTED) == hash(Objectives(list(WANTED)))
    assert Objectives(WANTED[::-1]) != WANTED


@given(strategies.objectives())
def test_objectives_survive_json(wanted):
    assert Objectives.from_dict(json.loads(json.dumps(wanted.to_dict()))) == wanted


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Objectives([]), "at least one objective"),
        (lambda: Objectives(["accuracy"]), "must be a Maximize or a Minimize, but is 'accuracy'"),
        (lambda: Objectives([Minimize("a"), Maximize("a")]), "different names"),
        (lambda: Minimize(""), "name must be a word"),
        (
            lambda: Minimize("paretune:time"),
            "names that begin with 'paretune:' are Paretune's own: rename the objective",
        ),
        (lambda: Minimize("time", at_most=math.nan), "time: at_most must be a finite number, but is nan"),
        (lambda: Maximize("accuracy", at_least="high"), "accuracy: at_least must be a finite number"),
        (lambda: Objectives.from_dict({"time": {"goal": "min"}}), "time: goal must be one of maximize, minimize"),
        (
            lambda: Objectives.from_dict({"time": {"goal": "maximize", "at_most": 1}}),
            "time: unknown key 'at_most'; what is maximized has at_least, unit",
        ),
        (lambda: Objectives.from_dict({"time": "minimize"}), "time must be described by a mapping with a goal"),
        (lambda: Minimize("time", at_most=True), "time: at_most must be a finite number, but is True"),
        (lambda: WANTED.losses([[1, 2]]), r"expected n x 3 numbers \(accuracy, time, size\)"),
        (lambda: WANTED.is_within([1, 2, 3]), "expected n x 3"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(build, message):
    with pytest.raises(InvalidInputError, match=message):
        build()


def test_limits_can_be_set_and_replaced_and_keep_the_rest():
    wanted = Objectives([Maximize("accuracy", at_least=0.5, unit="%"), Minimize("latency", at_most=1.0)])
    assert wanted.limited({"accuracy": 0.75}, {}) == Objectives(
        [Maximize("accuracy", at_least=0.75, unit="%"), Minimize("latency", at_most=1.0)]
    )
    assert wanted.limited({}, {}) == wanted


@pytest.mark.parametrize(
    ("limits", "complaint"),
    [
        (({"acc": 1}, {}), "no objective 'acc' to limit; there are accuracy, latency"),
        (({"latency": 1}, {}), "latency cannot be limited so: it is not maximized"),
        (({}, {"accuracy": 1}), "accuracy cannot be limited so: it is not minimized"),
        (({"accuracy": float("nan")}, {}), "accuracy: at_least must be a finite number"),
    ],
)
def test_a_limit_that_does_not_fit_is_refused(limits, complaint):
    with pytest.raises(InvalidInputError, match=complaint):
        Objectives([Maximize("accuracy"), Minimize("latency")]).limited(*limits)
