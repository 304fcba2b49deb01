"""Tests of spaces: configurations, the unit cube, conditions and descriptions."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, Space

OPTIMIZER = {
    "optimizer": Categorical(["sgd", "adam"]),
    "nesterov": Categorical([True, False], when={"optimizer": "sgd"}),
    "momentum": Float(0.0, 0.99, when={"nesterov": True}),
}


# Validation


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Space({}), "at least one parameter"),
        (lambda: Space({"x": 3}), "parameter 'x' must be"),
        (lambda: Space({"x": Float(0, 1, when={"y": 1}), "y": Int(0, 1)}), "x depends on 'y'"),
        (lambda: Space.from_dict({"x": [0, 1]}), r"x must be described by a mapping with a type, but is \[0, 1\]"),
        (lambda: Space({"y": Int(0, 1), "x": Float(0, 1, when={"y": 2})}), "x: the condition on y must be between"),
        (lambda: Space({"y": Int(0, 1), "x": Float(0, 1, when={"y": []})}), "x: the condition on y must have"),
        (lambda: Space({"y": Float(0, 1), "x": Int(0, 1, when={"y": 1})}), "x: the condition on y would never hold"),
    ],
)
def test_wrong_definition_of_a_space_is_refused(build, message):
    with pytest.raises(InvalidInputError, match=message):
        build()


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "parameter optimizer is missing"),
        ({"optimizer": "rmsprop"}, "optimizer must be one of 'sgd', 'adam', but is 'rmsprop'"),
        ({"optimizer": "adam", "rate": 1}, "unknown parameter 'rate'; the space has optimizer, nesterov, momentum"),
        ({"optimizer": "adam", "nesterov": True}, "nesterov does not exist unless optimizer is 'sgd'"),
        ({"optimizer": "sgd", "nesterov": 1}, "nesterov must be one of True, False, but is 1"),
        ({"optimizer": "sgd", "nesterov": True}, "parameter momentum is missing"),
        ({"optimizer": "sgd", "nesterov": True, "momentum": 1}, "momentum must be between 0 and 0.99, but is 1"),
        ({"optimizer": "sgd", "nesterov": True, "momentum": "1"}, "momentum must be a number"),
        ({"optimizer": "sgd", "nesterov": True, "momentum": math.nan}, "momentum must be finite"),
    ],
)
def test_wrong_configuration_names_the_parameter(params, message):
    space = Space(OPTIMIZER)
    assert not space.contains(params)
    with pytest.raises(InvalidInputError, match=message):
        space.check(params)


def test_check_orders_converts_and_rounds_values():
    space = Space({"n": Int(0, 9, step=3), "x": Float(0, 1, step=0.1)})
    given_params = {"x": np.float64(0.1 + 0.2), "n": 6.0}
    assert list(space.check(given_params).items()) == [("n", 6), ("x", 0.3)]
    assert list(given_params) == ["x", "n"]
    with pytest.raises(InvalidInputError, match="x must be 0 plus a multiple of 0.1, but is 0.25"):
        space.check({"n": 0, "x": 0.25})
    with pytest.raises(InvalidInputError, match="n must be 0 plus a multiple of 3, but is 4"):
        space.check({"n": 4, "x": 0})


# Configurations


@given(st.data(), strategies.spaces())
def test_configurations_are_valid_and_unchanged_by_encoding_and_decoding(data, space):
    X = data.draw(strategies.cubes(space))
    before = X.copy()
    configurations = space.decode(X)
    assert [space.check(params) for params in configurations] == configurations
    again = space.decode(space.encode(configurations))
    for params, other in zip(configurations, again, strict=True):
        assert params.keys() == other.keys()
        assert all(
            value == other[name] if space[name].n_levels is not None else value == pytest.approx(other[name], rel=1e-9)
            for name, value in params.items()
        )
    np.testing.assert_array_equal(X, before)


@given(st.data(), strategies.spaces())
def test_snap_equals_decoding_and_encoding_and_is_idempotent(data, space):
    X = data.draw(strategies.cubes(space))
    before, snapped = X.copy(), space.snap(X)
    np.testing.assert_allclose(snapped, space.encode(space.decode(X)), atol=1e-12)
    np.testing.assert_allclose(space.snap(snapped), snapped, atol=1e-12)
    np.testing.assert_array_equal(X, before)


def test_nested_conditions_hold_in_decode_encode_and_snap():
    space = Space(OPTIMIZER)
    whole = {"optimizer": "sgd", "nesterov": True, "momentum": 0.495}
    assert space.decode([[0.1, 0.1, 0.5], [0.1, 0.9, 0.5], [0.9, 0.1, 0.5]]) == [
        whole,
        {"optimizer": "sgd", "nesterov": False},
        {"optimizer": "adam"},
    ]
    np.testing.assert_array_equal(
        space.encode([{"optimizer": "adam"}, whole]), [[0.75, np.nan, np.nan], [0.25, 0.25, 0.5]]
    )
    np.testing.assert_array_equal(space.snap([0.9, 0.1, 0.5]), [[0.75, np.nan, np.nan]])


def test_condition_on_a_stepped_parameter_holds_for_the_decimal_value():
    space = Space({"x": Float(0, 1, step=0.1), "y": Int(0, 1, when={"x": 0.3})})
    assert space.decode([[0.3, 0.1]]) == [{"x": 0.3, "y": 0}]
    assert space.contains({"x": 0.1 + 0.2, "y": 1})


# Descriptions


@given(strategies.spaces())
def test_space_survives_json(space):
    again = Space.from_dict(json.loads(json.dumps(space.to_dict())))
    assert again == space
    assert list(again) == list(space)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"type": "real", "low": 0, "high": 1}, "rate: type must be one of float, int, categorical, but is 'real'"),
        ({"low": 0, "high": 1}, "rate: type must be one of"),
        ({"type": "float", "low": 0, "high": 1, "scale": "log"}, "rate: unknown key 'scale'"),
        ({"type": "float", "low": 0}, "rate: .*'high'"),
        ({"type": "float", "low": 0, "high": 1, "log": True}, "rate: log=True needs low > 0"),
    ],
)
def test_wrong_description_names_the_parameter(entry, message):
    with pytest.raises(InvalidInputError, match=message):
        Space.from_dict({"rate": entry})
