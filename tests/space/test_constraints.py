"""Linear constraints between parameters of mixed and conditional spaces."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, LinearConstraint, Space

SUM = {"weights": {"x": 1, "y": 1}, "at_most": 1.5}
MIXED = Space(
    {
        "x": Float(0, 1),
        "y": Float(1e-3, 1, log=True),
        "k": Int(1, 9),
        "s": Float(0, 2, step=0.25),
        "c": Categorical(["a", "b"]),
        "z": Float(0, 1, when={"c": "a"}),
    }
)


@st.composite
def constrained_spaces(draw):
    """Draw a mixed conditional space with one to three constraints that some configuration satisfies."""
    constraints = []
    for _ in range(draw(st.integers(1, 3))):
        names = draw(st.lists(st.sampled_from(["x", "y", "k", "s"]), min_size=1, max_size=3, unique=True))
        weights = {name: draw(st.sampled_from([-2.0, -1.0, -0.3, 0.3, 1.0, 2.0])) for name in names}
        bound = draw(st.floats(-4, 8))
        constraints.append(LinearConstraint(weights, **{draw(st.sampled_from(["at_most", "at_least"])): bound}))
    try:
        return Space(MIXED, constraints)
    except InvalidInputError:
        assume(False)


@settings(max_examples=60)
@given(constrained_spaces(), st.integers(0, 99))
def test_every_point_of_the_cube_is_a_configuration_that_satisfies_the_constraints(space, seed):
    points = np.random.default_rng(seed).random((30, len(space)))
    configurations = space.decode(points)
    assert [space.check(params) for params in configurations] == configurations
    assert np.allclose(space.snap(points), space.encode(configurations), equal_nan=True)


@settings(max_examples=40)
@given(constrained_spaces(), st.integers(0, 99))
def test_point_that_satisfies_the_constraints_is_not_moved(space, seed):
    points = np.random.default_rng(seed).random((30, len(space)))
    is_feasible = space.satisfies_constraints(points)
    free = MIXED.decode(points)
    assert [space.contains(params) for params in free] == is_feasible.tolist()
    for moved, params, stays in zip(space.decode(points), free, is_feasible, strict=True):
        assert not stays or moved == params


def test_configurations_of_a_finite_space_are_those_of_brute_force():
    levels = {"i": Int(0, 5), "j": Int(-2, 4, step=2), "c": Categorical(["a", "b"]), "k": Int(1, 2, when={"c": "a"})}
    constraint = LinearConstraint({"i": 2, "j": -3}, at_most=4, at_least=-5)
    space = Space(levels, [constraint])
    expected = [
        {"i": i, "j": j, **rest}
        for i, j in itertools.product(range(6), (-2, 0, 2, 4))
        for rest in ({"c": "a", "k": 1}, {"c": "a", "k": 2}, {"c": "b"})
        if -5 <= 2 * i - 3 * j <= 4
    ]
    assert list(space.configurations()) == expected
    assert space.n_configurations() == len(expected)


def test_point_outside_moves_to_the_border_towards_the_centre():
    space = Space({"x": Float(0, 1), "y": Float(0, 1)}, [SUM])
    ((x, y),) = space.snap([[1.0, 1.0]])
    assert x == pytest.approx(0.75)
    assert y == pytest.approx(0.75)


def test_space_of_constraints_survives_its_description():
    space = Space(MIXED, [SUM, LinearConstraint({"k": 1, "x": -2}, at_least=2)])
    again = Space.from_dict(space.to_dict())
    assert again.constraints == space.constraints
    assert dict(again) == dict(space)
    assert "paretune:constraints" not in MIXED.to_dict()


def test_pinned_and_fixed_spaces_keep_the_constraints():
    space = Space(MIXED, [SUM])
    points = np.random.default_rng(0).random((50, len(space)))
    pinned = space.pin({"x": 0.9})
    assert all(params["x"] == 0.9 and params["y"] <= 0.6 + 1e-9 for params in pinned.decode(points))
    assert all(params["y"] <= 0.6 + 1e-9 for params in space.fix({"x": 0.9}).decode(points))
    with pytest.raises(InvalidInputError, match="no configuration satisfies x <= 0.5"):
        Space(MIXED, [{"weights": {"x": 1}, "at_most": 0.5}]).pin({"x": 0.9})


def test_configuration_outside_is_refused_with_the_constraint():
    space = Space({"x": Float(0, 1), "y": Float(0, 1)}, [SUM])
    with pytest.raises(InvalidInputError, match=r"the configuration violates x \+ y <= 1.5: the sum is 1.9"):
        space.check({"x": 1, "y": 0.9})


@pytest.mark.parametrize(
    ("constraint", "message"),
    [
        ({"weights": {"q": 1}, "at_most": 1}, "a constraint names 'q', which is no parameter; there are x, y"),
        ({"weights": {"c": 1}, "at_most": 1}, "a constraint names c, which has choices: it must be a float or int"),
        ({"weights": {"z": 1}, "at_most": 1}, "a constraint names z, which may not exist: leave its condition out"),
        ({"weights": {"x": 0}, "at_most": 1}, "a constraint needs a weight that is not 0, and at_most or at_least"),
        ({"weights": {"x": 1}}, "a constraint needs a weight that is not 0, and at_most or at_least"),
        ({"weights": {"x": 1}, "at_most": 1, "at_least": 1}, "at_least must be less than at_most"),
        ({"weights": {"x": 1}, "at_mos": 1}, "a constraint has no 'at_mos'; it has weights, at_most, at_least"),
        ({"weights": {"x": "a"}, "at_most": 1}, "the weight of x must be a number, but is 'a'"),
        ({"weights": [1], "at_most": 1}, "weights of a constraint must map parameters to numbers"),
        ({"weights": {"x": 1, "y": 1}, "at_most": -1}, "no configuration satisfies x + y <= -1: widen a range"),
        (3, "a constraint must have weights and at_most or at_least, but is 3"),
    ],
)
def test_wrong_constraint_is_refused(constraint, message):
    with pytest.raises(InvalidInputError) as error:
        Space(MIXED, [constraint])
    assert message in str(error.value)
