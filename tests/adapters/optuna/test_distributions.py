"""Tests of the conversion between Optuna's distributions and parameters."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

import strategies
from paretune.adapters.optuna.distributions import (
    has_text_choices,
    matching_choices,
    subset_space,
    to_distribution,
    to_space,
    to_value,
)
from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, Space

DISTRIBUTIONS = {
    "x": FloatDistribution(0.0, 0.3, step=0.1),
    "rate": FloatDistribution(1e-5, 1.0, log=True),
    "k": IntDistribution(1, 9, step=4),
    "width": IntDistribution(1, 512, log=True),
    "batch": CategoricalDistribution((64, 16, 32)),
    "kind": CategoricalDistribution(("a", None, True)),
}


def test_distributions_are_unchanged_by_conversion_to_a_space_and_back():
    space = to_space(DISTRIBUTIONS)
    assert space == Space(
        {
            "x": Float(0.0, 0.3, step=0.1),
            "rate": Float(1e-5, 1.0, log=True),
            "k": Int(1, 9, step=4),
            "width": Int(1, 512, log=True),
            "batch": Categorical((64, 16, 32)),
            "kind": Categorical(("a", None, True)),
        }
    )
    assert {name: to_distribution(parameter) for name, parameter in space.items()} == DISTRIBUTIONS


def has_a_decimal_step(parameter):
    """Optuna computes steps in exact decimals, so it can drop the last step of a range of thirds."""
    return not isinstance(parameter, Float) or parameter.step in {None, 0.1, 0.01, 0.3, 0.5, 7.0}


@given(st.data(), strategies.parameters().filter(has_a_decimal_step))
def test_every_value_of_a_parameter_is_valid_in_optuna(data, parameter):
    distribution = to_distribution(parameter)
    for value in parameter.decode(data.draw(st.lists(st.floats(0, 1), min_size=1, max_size=10))):
        internal = distribution.to_internal_repr(value)
        assert distribution._contains(internal)
        assert parameter.check("p", distribution.to_external_repr(internal)) == value


@pytest.mark.parametrize(
    ("distributions", "message"),
    [
        ({"x": Float(0, 1)}, "x must be an Optuna distribution, but is Float"),
        ([1, 2], "search_space must be a dict from names to Optuna distributions"),
    ],
)
def test_invalid_search_space_is_refused(distributions, message):
    with pytest.raises(InvalidInputError, match=message):
        to_space(distributions)


@pytest.mark.filterwarnings("ignore:Choices for a categorical distribution")
@pytest.mark.parametrize(
    ("choices", "values"),
    [
        (((64, 32), (64,), "wide"), ("[64, 32]", "[64]", "wide")),
        (([64, 32], [64], "wide"), ("[64, 32]", "[64]", "wide")),
        ((1.0, math.nan), (1.0, "NaN")),
        ((complex(0, 1), None), ("1j", None)),
        ((2, 2, 2.0, True, 1), (2, True)),
    ],
    ids=["tuples", "lists, as a database gives tuples back", "NaN", "an object", "repeated"],
)
def test_choice_that_a_space_cannot_hold_becomes_its_text_and_is_found_again(choices, values):
    distribution = CategoricalDistribution(choices)
    assert to_space({"x": distribution})["x"] == Categorical(values)
    for choice in choices:
        assert any(each is choice or each == choice for each in matching_choices(distribution, to_value(choice)))
    assert matching_choices(distribution, "none of them") == matching_choices(FloatDistribution(0, 1), 0.5) == []
    assert has_text_choices(distribution) == any(isinstance(value, str) and value not in choices for value in values)


def test_subset_of_a_space_drops_conditions_on_other_parameters():
    space = Space(
        {
            "a": Categorical(["x", "y"]),
            "b": Int(0, 1),
            "c": Float(0, 1, when={"a": "x", "b": 1}),
        }
    )
    assert subset_space(space, {"b", "c"}) == Space({"b": Int(0, 1), "c": Float(0, 1, when={"b": 1})})
    assert subset_space(space, space.keys()) == space
