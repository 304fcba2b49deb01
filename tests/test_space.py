"""Do parameters go to the unit cube and back without loss, and do conditions hold?"""

import json
import math
from dataclasses import replace

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


# Places and values


@given(st.data(), st.one_of(strategies.ints(), strategies.categoricals()))
def test_every_level_is_its_own_round_trip(data, parameter):
    cells = data.draw(st.lists(st.integers(0, parameter.n_levels - 1), min_size=1, max_size=20))
    values = [parameter.level(cell) for cell in cells]
    unit = parameter.encode(values)
    assert parameter.decode(unit) == values
    assert parameter.cells(unit).tolist() == cells
    assert [parameter.check("p", value) for value in values] == values
    assert ((unit > 0) & (unit < 1)).all()


@given(st.data(), strategies.floats())
def test_a_float_is_its_own_round_trip_to_twelve_digits_of_its_scale_and_exactly_where_stepped(data, parameter):
    values = parameter.decode(data.draw(st.lists(st.floats(0, 1), min_size=1, max_size=20)))
    again = parameter.decode(parameter.encode(values))
    assert all(parameter.low <= value <= parameter.high for value in values)
    if parameter.n_levels is not None:
        assert again == values
    elif parameter.log:
        np.testing.assert_allclose(again, values, rtol=1e-12)
    else:
        np.testing.assert_allclose(again, values, rtol=0, atol=1e-12 * max(abs(parameter.low), abs(parameter.high)))


@pytest.mark.parametrize(
    ("parameter", "values"),
    [
        (Float(0, 0.3, step=0.1), [0.0, 0.1, 0.2, 0.3]),
        (Float(0.1, 1, step=0.2), [0.1, 0.3, 0.5, 0.7, 0.9]),
        (Float(0, 1, step=1 / 11), [pytest.approx(i / 11) for i in range(12)]),
        (Int(1, 10, step=4), [1, 5, 9]),
        (Int(1, 4, log=True), [1, 2, 3, 4]),
        (Int(7, 7), [7]),
        (Float(2.5, 2.5, log=True), [2.5]),
        (Categorical([64, 16, 32]), [16, 32, 64]),
        (Categorical(["b", "a"]), ["b", "a"]),
        (Categorical([3, 1, 2], ordered=True), [3, 1, 2]),
    ],
)
def test_levels_are_those_written_down(parameter, values):
    assert parameter.n_levels == len(values)
    assert [parameter.level(cell) for cell in range(len(values))] == values
    assert [params["p"] for params in Space({"p": parameter}).configurations()] == values


@given(strategies.ints(max_levels=50))
def test_whole_numbers_are_as_wide_in_the_unit_interval_as_they_are_on_their_scale(parameter):
    grid = np.linspace(0, 1, 20_001)
    found = np.bincount(parameter.cells(grid), minlength=parameter.n_levels) / len(grid)
    edges = np.arange(parameter.n_levels + 1) * parameter.step + parameter.low - parameter.step / 2
    widths = np.diff(np.log(edges) if parameter.log else edges)
    np.testing.assert_allclose(found, widths / widths.sum(), atol=2e-4)


@given(strategies.floats())
def test_the_ends_of_the_unit_interval_are_the_bounds(parameter):
    assert parameter.decode([0.0, 1.0]) == pytest.approx([parameter.low, parameter.high], rel=1e-12)


def test_large_whole_numbers_keep_every_digit():
    parameter = Int(10**18, 10**18 + 10)
    assert parameter.decode(parameter.encode([10**18 + 7])) == [10**18 + 7]
    assert Int(0, 2**62 - 1).decode([0.0, 1.0])[0] == 0


def test_choices_keep_the_order_they_were_given_in():
    assert Categorical([64, 16, 32]).choices == (64, 16, 32)
    assert Categorical([64, 16, 32]).encode([16, 32, 64]).tolist() == pytest.approx([1 / 6, 3 / 6, 5 / 6])


def test_true_and_one_are_different_choices():
    parameter = Categorical([1, True])
    assert [type(value) for value in parameter.decode(parameter.encode([True, 1]))] == [bool, int]
    with pytest.raises(InvalidInputError, match="stands twice"):
        Categorical([1, 1.0])


# Checking


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Float(1, 0), "low must not exceed high"),
        (lambda: Float(-1e308, 1e308), "range be finite"),
        (lambda: Float(0, 1, log=True), "log=True needs low > 0"),
        (lambda: Float(1, 2, log=True, step=0.1), "no step"),
        (lambda: Float(0, 1, step=0), "step must be positive"),
        (lambda: Float(0, 1, step=1e-300), "narrow the range"),
        (lambda: Float(0, math.nan), "high must be finite"),
        (lambda: Float("0", 1), "low must be a number, but is '0'"),
        (lambda: Float(True, 1), "low must be a number"),
        (lambda: Int(0, 1.5), "high must be a whole number"),
        (lambda: Int(0, 10**400), "high must be finite"),
        (lambda: Int(0, 2**63), "narrow the range"),
        (lambda: Int(0, 5, log=True), "log=True needs low >= 1"),
        (lambda: Int(0, 5, step=0), "step be at least 1"),
        (lambda: Categorical([]), "at least one value"),
        (lambda: Categorical("abc"), "choices must be a list"),
        (lambda: Categorical({"a", "b"}), "choices must be a list"),
        (lambda: Categorical([math.nan]), "a choice must be"),
        (lambda: Categorical([[1]]), "a choice must be"),
        (lambda: Space({}), "at least one parameter"),
        (lambda: Space({"x": 3}), "parameter 'x' must be"),
        (lambda: Space({"x": Float(0, 1, when={"y": 1}), "y": Int(0, 1)}), "x depends on 'y'"),
        (lambda: Float(0, 1, when="y"), "when must map parameters to values, such as {'kind': 'a'}, but is 'y'"),
        (lambda: Space.from_dict({"x": [0, 1]}), r"x must be described by a mapping with a type, but is \[0, 1\]"),
        (lambda: Space({"y": Int(0, 1), "x": Float(0, 1, when={"y": 2})}), "x: the condition on y must be between"),
        (lambda: Space({"y": Int(0, 1), "x": Float(0, 1, when={"y": []})}), "x: the condition on y must have"),
        (lambda: Space({"y": Float(0, 1), "x": Int(0, 1, when={"y": 1})}), "x: the condition on y would never hold"),
    ],
)
def test_a_wrong_definition_says_what_is_wrong(build, message):
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
def test_a_wrong_configuration_names_the_parameter(params, message):
    space = Space(OPTIMIZER)
    assert not space.contains(params)
    with pytest.raises(InvalidInputError, match=message):
        space.check(params)


def test_check_puts_in_order_and_type_and_on_the_step():
    space = Space({"n": Int(0, 9, step=3), "x": Float(0, 1, step=0.1)})
    given_params = {"x": np.float64(0.1 + 0.2), "n": 6.0}
    assert list(space.check(given_params).items()) == [("n", 6), ("x", 0.3)]
    assert list(given_params) == ["x", "n"]
    with pytest.raises(InvalidInputError, match="x must be 0 plus a multiple of 0.1, but is 0.25"):
        space.check({"n": 0, "x": 0.25})
    with pytest.raises(InvalidInputError, match="n must be 0 plus a multiple of 3, but is 4"):
        space.check({"n": 4, "x": 0})


# Spaces


@given(st.data(), strategies.spaces())
def test_configurations_fit_their_space_and_come_back_from_the_cube(data, space):
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
def test_snapping_is_decoding_and_encoding_and_changes_nothing_the_second_time(data, space):
    X = data.draw(strategies.cubes(space))
    before, snapped = X.copy(), space.snap(X)
    np.testing.assert_allclose(snapped, space.encode(space.decode(X)), atol=1e-12)
    np.testing.assert_allclose(space.snap(snapped), snapped, atol=1e-12)
    np.testing.assert_array_equal(X, before)


def test_nested_conditions_hold_in_every_way_of_writing():
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


def test_a_condition_on_a_stepped_parameter_holds_for_the_value_as_it_is_written():
    space = Space({"x": Float(0, 1, step=0.1), "y": Int(0, 1, when={"x": 0.3})})
    assert space.decode([[0.3, 0.1]]) == [{"x": 0.3, "y": 0}]
    assert space.contains({"x": 0.1 + 0.2, "y": 1})


@given(strategies.finite_spaces())
def test_the_configurations_of_a_finite_space_are_all_of_them_once_each(space):
    found = list(space.configurations())
    by_grid = (
        space.decode(np.array(np.meshgrid(*(np.linspace(0, 1, 101) for _ in list(space)[:1]))).reshape(1, -1).T)
        if len(space) == 1
        else space.decode(np.random.default_rng(0).random((4000, len(space))))
    )
    keys = {repr(params) for params in found}
    assert len(keys) == len(found) == space.n_configurations()
    assert {repr(params) for params in by_grid} <= keys
    assert all(space.check(params) == params for params in found)


def test_counting_stops_where_it_was_told_to_and_never_lists_a_large_space():
    space = Space({"a": Categorical(["x", "y"]), "n": Int(1, 10**12, when={"a": "x"})})
    assert space.n_configurations(at_most=1000) == math.inf
    assert Space({"n": Int(1, 1000)}).n_configurations(at_most=1000) == 1000
    assert Space({"x": Float(0, 1)}).n_configurations() == math.inf
    with pytest.raises(InvalidInputError, match="continuous"):
        list(Space({"x": Float(0, 1)}).configurations())


# Fixing


def test_fixing_settles_conditions():
    space = Space(OPTIMIZER)
    assert list(space.fix({"optimizer": "adam"})) == ["optimizer"]
    sgd = space.fix({"optimizer": "sgd", "nesterov": True})
    assert list(sgd) == ["optimizer", "nesterov", "momentum"]
    assert dict(sgd["momentum"].when) == dict(sgd["nesterov"].when) == {}
    assert space["momentum"].when == {"nesterov": (True,)}


def test_a_parameter_stays_conditional_on_a_fixed_one_that_may_be_absent():
    fixed = Space(OPTIMIZER).fix({"nesterov": True})
    assert fixed.contains({"optimizer": "adam"})
    assert fixed.contains({"optimizer": "sgd", "nesterov": True, "momentum": 0.5})
    assert not fixed.contains({"optimizer": "adam", "momentum": 0.5})


def test_a_value_outside_the_range_that_was_searched_can_be_fixed():
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
def test_fixing_what_does_not_fit_names_it(values, message):
    with pytest.raises(InvalidInputError, match=message):
        Space(OPTIMIZER).fix(values)


@given(st.data(), strategies.spaces())
def test_configurations_of_a_fixed_space_are_those_of_the_space_with_that_value(data, space):
    first = space.decode(np.full((1, len(space)), 0.5))[0]
    name = data.draw(st.sampled_from(sorted(first)))
    fixed = space.fix({name: first[name]})
    for params in fixed.decode(data.draw(strategies.cubes(fixed))):
        assert space.contains(params)
        assert params.get(name, first[name]) == first[name]


# Descriptions


@given(strategies.spaces())
def test_a_space_survives_json(space):
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
def test_a_wrong_description_names_the_parameter(entry, message):
    with pytest.raises(InvalidInputError, match=message):
        Space.from_dict({"rate": entry})


@given(strategies.parameters())
def test_a_parameter_made_of_another_ones_fields_is_the_same(parameter):
    assert replace(parameter) == parameter
    assert replace(parameter).n_levels == parameter.n_levels


# Holding


@given(st.data(), strategies.finite_spaces(max_size=3))
def test_holding_leaves_the_configurations_with_that_value_where_they_stood(data, space):
    everything = list(space.configurations())
    name, value = data.draw(st.sampled_from(sorted(data.draw(st.sampled_from(everything)).items())))
    part = space.hold({name: value})
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
def test_holding_what_does_not_fit_names_it(values, message):
    with pytest.raises(InvalidInputError, match=message):
        Space(OPTIMIZER).hold(values)
