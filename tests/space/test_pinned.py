"""Tests of spaces with pinned parameters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Space

OPTIMIZER = {
    "optimizer": Categorical(["sgd", "adam"]),
    "nesterov": Categorical([True, False], when={"optimizer": "sgd"}),
    "momentum": Float(0.0, 0.99, when={"nesterov": True}),
}


@given(st.data(), strategies.finite_spaces(max_size=3))
def test_pinned_space_keeps_configurations_with_the_value_and_their_positions(data, space):
    everything = list(space.configurations())
    name, value = data.draw(st.sampled_from(sorted(data.draw(st.sampled_from(everything)).items())))
    part = space.pin({name: value})
    expected = [repr(params) for params in everything if repr(params.get(name, value)) == repr(value)]  # True is not 1
    assert sorted(map(repr, part.configurations())) == sorted(expected)
    assert part.n_configurations() == len(expected)
    np.testing.assert_array_equal(part.encode(everything), space.encode(everything))
    X = data.draw(strategies.cubes(space))
    assert all(repr(params.get(name, value)) == repr(value) for params in space.decode(part.snap(X)))
    assert all(part.contains(params) == (repr(params) in expected) for params in everything)


@pytest.mark.parametrize(
    ("values", "message"),
    [({"rate": 1}, "unknown parameter 'rate'"), ({"momentum": 7}, "momentum must be between 0 and 0.99, but is 7")],
)
def test_pinning_an_invalid_value_names_the_parameter(values, message):
    with pytest.raises(InvalidInputError, match=message):
        Space(OPTIMIZER).pin(values)
