"""Tests of what all kinds of parameters share."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune.space import Categorical, Float, Int, Space


@given(st.data(), st.one_of(strategies.ints(), strategies.categoricals()))
def test_levels_are_unchanged_by_encoding_and_decoding(data, parameter):
    cells = data.draw(st.lists(st.integers(0, parameter.n_levels - 1), min_size=1, max_size=20))
    values = [parameter.level(cell) for cell in cells]
    unit = parameter.encode(values)
    assert parameter.decode(unit) == values
    assert parameter.cells(unit).tolist() == cells
    assert [parameter.check("p", value) for value in values] == values
    assert ((unit > 0) & (unit < 1)).all()


@given(strategies.parameters())
def test_parameter_made_of_the_fields_of_another_is_equal(parameter):
    assert replace(parameter) == parameter
    assert replace(parameter).n_levels == parameter.n_levels


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
def test_levels_are_listed_in_order(parameter, values):
    assert parameter.n_levels == len(values)
    assert [parameter.level(cell) for cell in range(len(values))] == values
    assert [params["p"] for params in Space({"p": parameter}).configurations()] == values
