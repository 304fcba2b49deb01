"""Tests of spaces in which some parameters have one value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, Space
from paretune.space.fixed import fix_parameters

OPTIMIZER = {
    "optimizer": Categorical(["sgd", "adam"]),
    "nesterov": Categorical([True, False], when={"optimizer": "sgd"}),
    "momentum": Float(0.0, 0.99, when={"nesterov": True}),
}


def test_parameters_that_cannot_exist_are_removed():
    assert list(fix_parameters(Space(OPTIMIZER), {"nesterov": False})) == ["optimizer", "nesterov"]


def test_fixed_values_settle_conditions():
    space = Space(OPTIMIZER)
    assert list(space.fix({"optimizer": "adam"})) == ["optimizer"]
    sgd = space.fix({"optimizer": "sgd", "nesterov": True})
    assert list(sgd) == ["optimizer", "nesterov", "momentum"]
    assert dict(sgd["momentum"].when) == dict(sgd["nesterov"].when) == {}
    assert space["momentum"].when == {"nesterov": (True,)}


def test_parameter_keeps_its_condition_on_a_fixed_one_that_may_be_absent():
    fixed = Space(OPTIMIZER).fix({"nesterov": True})
    assert fixed.contains({"optimizer": "adam"})
    assert fixed.contains({"optimizer": "sgd", "nesterov": True, "momentum": 0.5})
    assert not fixed.contains({"optimizer": "adam", "momentum": 0.5})


def test_value_outside_the_range_can_be_fixed():
    space = Space({"rate": Float(1e-5, 1, log=True), "n": Int(1, 8), "kind": Categorical(["a", "b"])})
    fixed = space.fix({"rate": 0, "n": 100, "kind": "c"})
    assert fixed.decode([[0.3, 0.3, 0.3]]) == [{"rate": 0.0, "n": 100, "kind": "c"}]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rate": 1}, "unknown parameter 'rate'"),
        ({"optimizer": "adam", "momentum": 0.5}, "momentum does not exist unless nesterov is True"),
        ({"momentum": "high"}, "momentum: low must be a number, but is 'high'"),
    ],
)
def test_fixing_an_invalid_value_names_the_parameter(values, message):
    with pytest.raises(InvalidInputError, match=message):
        Space(OPTIMIZER).fix(values)


@given(st.data(), strategies.spaces())
def test_fixed_space_has_the_configurations_with_the_fixed_value(data, space):
    first = space.decode(np.full((1, len(space)), 0.5))[0]
    name = data.draw(st.sampled_from(sorted(first)))
    fixed = space.fix({name: first[name]})
    for params in fixed.decode(data.draw(strategies.cubes(fixed))):
        assert space.contains(params)
        assert params.get(name, first[name]) == first[name]
