"""Tests of the keys that identify configurations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune.space.keys import configuration_indices, row_keys


@given(st.data(), strategies.finite_spaces())
def test_keys_are_equal_exactly_for_equal_configurations(data, space):
    X = space.snap(data.draw(strategies.cubes(space)))
    configurations = [repr(params) for params in space.decode(X)]
    keys = row_keys(X)
    for i, j in np.ndindex(len(X), len(X)):
        assert (keys[i] == keys[j]) == (configurations[i] == configurations[j])


@pytest.mark.parametrize("value", [0.0, -0.0, 1e-15, -1e-15])
def test_keys_ignore_the_sign_of_zero_and_rounding_errors(value):
    assert row_keys(np.array([[value]])) == row_keys(np.array([[0.0]]))


@given(st.data(), strategies.finite_spaces())
def test_indices_follow_the_order_of_first_occurrence(data, space):
    configurations = space.decode(data.draw(strategies.cubes(space)))
    different = list(dict.fromkeys(map(repr, configurations)))
    assert configuration_indices(space, configurations).tolist() == [different.index(repr(p)) for p in configurations]


def test_no_configurations_give_no_indices():
    assert len(configuration_indices(strategies.Space({"k": strategies.Int(0, 1)}), [])) == 0


def test_keys_distinguish_neighbours_in_ranges_of_many_levels():
    many = strategies.Space({"k": strategies.Int(0, 2**38), "x": strategies.Float(0, 1)})
    configurations = [{"k": k, "x": x} for k in (0, 1, 2, 2**38 - 1, 2**38) for x in (1e-12, 4e-11)]
    assert configuration_indices(many, configurations).tolist() == list(range(10))
