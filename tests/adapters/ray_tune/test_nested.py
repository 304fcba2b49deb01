"""Tests of configurations as nested dicts, whole and in part."""

import pytest

from paretune.adapters.ray_tune.nested import NestedSpace, Placeholder
from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, Space

SPACE = Space(
    {
        "opt": Categorical(["sgd", "adam", "rms"]),
        "opt/momentum": Float(0, 1, when={"opt": ("adam", "sgd")}),
        "net/depth": Int(1, 4),
    }
)


@pytest.mark.parametrize(
    ("config", "params"),
    [
        ({}, {}),
        ({"net": {"depth": 2}}, {"net/depth": 2}),
        ({"opt/momentum": 0.5}, {"opt": "adam", "opt/momentum": 0.5}),
        ({"opt": "sgd", "opt/momentum": 0.5}, {"opt": "sgd", "opt/momentum": 0.5}),
    ],
)
def test_missing_parameter_gets_a_value_only_if_another_one_needs_it(config, params):
    assert NestedSpace(SPACE).to_partial_params(config) == params


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"opt": "rms", "opt/momentum": 0.5}, "parameter opt/momentum does not exist unless opt is 'adam' or 'sgd'"),
        ({"net": {"width": 2}}, "unknown parameter 'net/width'"),
        ({"net": {"depth": 9}}, "net/depth must be between 1 and 4"),
        ({"net": {"depth": "deep"}}, "net/depth must be a number"),
    ],
)
def test_values_that_do_not_fit_are_refused(config, message):
    with pytest.raises(InvalidInputError, match=message):
        NestedSpace(SPACE).to_partial_params(config)


def test_choice_with_a_placeholder_is_found_by_its_other_values():
    space = Space({"a": Categorical(["one", "two"]), "a/0": Int(1, 3, when={"a": "one"})})
    nested = NestedSpace(space, {"a": {"one": [7, Placeholder("a/0")], "two": [8, 0.5]}}, {"a/0": 0.1})
    assert nested.to_config({"a": "one", "a/0": 3}) == {"a": [7, 0.3]}
    assert nested.to_partial_params({"a": [7, 0.3]}) == {"a": "one", "a/0": 3}
    assert nested.to_partial_params({"a": [8, 0.5]}) == {"a": "two"}
    for wrong in ([7, 0.35], [7, 0.4], [7], 7):
        with pytest.raises(InvalidInputError, match="a must be one of 'one', 'two'"):
            nested.to_partial_params({"a": wrong})
