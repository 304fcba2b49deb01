"""Tests of the configurations of a finite space."""

import math

import numpy as np
import pytest
from hypothesis import given

import strategies
from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, Space
from paretune.space.enumeration import enumerate_configurations


@given(strategies.finite_spaces())
def test_finite_space_lists_every_configuration_once(space):
    found = list(space.configurations())
    by_grid = (
        space.decode(np.array(np.meshgrid(*(np.linspace(0, 1, 101) for _ in list(space)[:1]))).reshape(1, -1).T)
        if len(space) == 1
        else space.decode(np.random.default_rng(0).random((500, len(space))))
    )
    keys = {repr(params) for params in found}
    assert len(keys) == len(found) == space.n_configurations()
    assert {repr(params) for params in by_grid} <= keys
    assert all(space.check(params) == params for params in found)


def test_counting_stops_at_the_maximum_and_lists_no_large_space():
    space = Space({"a": Categorical(["x", "y"]), "n": Int(1, 10**12, when={"a": "x"})})
    assert space.n_configurations(at_most=1000) == math.inf
    assert Space({"n": Int(1, 1000)}).n_configurations(at_most=1000) == 1000
    assert Space({"x": Float(0, 1)}).n_configurations() == math.inf
    with pytest.raises(InvalidInputError, match="continuous"):
        list(Space({"x": Float(0, 1)}).configurations())


def test_constraints_leave_out_some_configurations():
    parameters = {"a": Int(0, 2), "b": Int(0, 2)}
    space = Space(parameters, [{"weights": {"a": 1, "b": 1}, "at_most": 2}])
    every = list(enumerate_configurations(space))
    assert every == [{"a": a, "b": b} for a in range(3) for b in range(3)]
    assert list(space.configurations()) == [params for params in every if params["a"] + params["b"] <= 2]
