"""Tests of the checks and comparisons of parameter values."""

import itertools
import json
import math

import numpy as np
import pytest

from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float
from paretune.space.values import (
    check_conditions,
    check_number,
    check_whole_number,
    describe_fields,
    is_same_value,
    value_key,
)

GROUPS = [[True, np.True_], [False], [1, 1.0, np.int64(1)], [0, 0.0], ["a", np.str_("a")], ["1"], [None]]


def test_values_are_the_same_only_within_their_group():
    members = [(group, value) for group, values in enumerate(GROUPS) for value in values]
    for (i, a), (j, b) in itertools.product(members, members):
        assert is_same_value(a, b) == (i == j), (a, b)
        assert (value_key(a) == value_key(b)) == (i == j), (a, b)
        if i == j:
            assert hash(value_key(a)) == hash(value_key(b))


def test_conditions_become_tuples_of_allowed_values():
    given = {"a": "x", "b": ["x", "y"], "c": (1,), "d": None}
    assert check_conditions(given) == {"a": ("x",), "b": ("x", "y"), "c": (1,), "d": (None,)}


@pytest.mark.parametrize("value", ["a", 3, [("a", 1)]])
def test_conditions_must_be_a_mapping(value):
    with pytest.raises(InvalidInputError, match=r"when must map parameters to values, such as \{'kind': 'a'\}, but is"):
        check_conditions(value)


@pytest.mark.parametrize("value", [3, 3.0, np.float32(3), np.int8(3)])
def test_numbers_of_any_type_are_converted(value):
    assert (type(check_number("x", value)), check_number("x", value)) == (float, 3.0)
    assert (type(check_whole_number("x", value)), check_whole_number("x", value)) == (int, 3)


def test_large_whole_number_keeps_every_digit():
    assert check_whole_number("x", 10**18 + 7) == 10**18 + 7


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (True, "x must be a number, but is True"),
        (np.True_, "x must be a number, but is "),
        ("3", "x must be a number, but is '3'"),
        (None, "x must be a number, but is None"),
        (1j, "x must be a number, but is 1j"),
        (math.nan, "x must be finite, but is nan"),
        (-math.inf, "x must be finite, but is -inf"),
        (10**400, "x must be finite, but is 1000"),
    ],
)
def test_value_that_is_no_finite_number_is_refused(value, message):
    for check in (check_number, check_whole_number):
        with pytest.raises(InvalidInputError) as raised:
            check("x", value)
        assert str(raised.value).startswith(message)


def test_fraction_is_no_whole_number():
    with pytest.raises(InvalidInputError, match=r"x must be a whole number, but is 2.5"):
        check_whole_number("x", 2.5)


def test_description_of_a_parameter_is_json_without_tuples():
    described = describe_fields("float", Float(0, 1, log=False, when={"kind": ("a", "b")}))
    assert described == {
        "type": "float",
        "low": 0.0,
        "high": 1.0,
        "log": False,
        "step": None,
        "when": {"kind": ["a", "b"]},
    }
    choices = describe_fields("categorical", Categorical(["a", None]))
    assert (choices["type"], choices["choices"], choices["when"]) == ("categorical", ["a", None], {})
    assert json.loads(json.dumps(choices)) == choices
