"""Conditions of parameters on others, as they are checked and shown."""

import pytest

from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int
from paretune.space.conditions import can_hold, check_parents, describe_conditions

BEFORE = {"c": Categorical(["a", "b"]), "x": Float(0, 1)}


def test_values_of_conditions_get_the_types_of_their_parameters():
    assert check_parents("k", Int(1, 9, when={"c": "a"}), BEFORE) == {"c": ["a"]}


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ({"q": 1}, "k depends on 'q', which must be a parameter that comes before it"),
        ({"c": []}, "k: the condition on c must have at least one value"),
        ({"x": 0.5}, "k: the condition on x would never hold, because x is continuous"),
        ({"c": "d"}, "k: the condition on c must be one of 'a', 'b', but is 'd'"),
    ],
)
def test_condition_that_cannot_hold_is_refused(when, message):
    with pytest.raises(InvalidInputError) as error:
        check_parents("k", Int(1, 9, when=when), BEFORE)
    assert message in str(error.value)


def test_condition_on_an_unknown_value_can_hold():
    assert can_hold("c", ("a",), {})
    assert can_hold("c", ("a",), {"c": "a"})
    assert not can_hold("c", ("a",), {"c": "b"})


def test_conditions_are_described_in_words():
    assert describe_conditions({"c": ("a", "b"), "k": (2,)}) == "c is 'a' or 'b' and k is 2"
