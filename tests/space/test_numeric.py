"""Tests of real and whole-number parameters."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune.errors import InvalidInputError
from paretune.space import Float, Int


@given(st.data(), strategies.floats())
def test_floats_are_unchanged_by_encoding_and_decoding_up_to_rounding(data, parameter):
    values = parameter.decode(data.draw(st.lists(st.floats(0, 1), min_size=1, max_size=20)))
    again = parameter.decode(parameter.encode(values))
    assert all(parameter.low <= value <= parameter.high for value in values)
    if parameter.n_levels is not None:
        assert again == values
    elif parameter.log:
        np.testing.assert_allclose(again, values, rtol=1e-12)
    else:
        np.testing.assert_allclose(again, values, rtol=0, atol=1e-12 * max(abs(parameter.low), abs(parameter.high)))


@given(strategies.ints(max_levels=50))
def test_cells_of_whole_numbers_have_the_width_of_their_scale(parameter):
    grid = np.linspace(0, 1, 20_001)
    found = np.bincount(parameter.cells(grid), minlength=parameter.n_levels) / len(grid)
    edges = np.arange(parameter.n_levels + 1) * parameter.step + parameter.low - parameter.step / 2
    widths = np.diff(np.log(edges) if parameter.log else edges)
    np.testing.assert_allclose(found, widths / widths.sum(), atol=2e-4)


@given(strategies.floats())
def test_ends_of_the_unit_interval_are_the_bounds(parameter):
    assert parameter.decode([0.0, 1.0]) == pytest.approx([parameter.low, parameter.high], rel=1e-12)


def test_large_whole_numbers_keep_every_digit():
    parameter = Int(10**18, 10**18 + 10)
    assert parameter.decode(parameter.encode([10**18 + 7])) == [10**18 + 7]
    assert Int(0, 2**62 - 1).decode([0.0, 1.0])[0] == 0


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Float(1, 0), "low must not exceed high"),
        (lambda: Float(-1e308, 1e308), "range must be finite"),
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
        (lambda: Int(0, 5, step=0), "step must be at least 1"),
        (lambda: Float(0, 1, when="y"), "when must map parameters to values, such as {'kind': 'a'}, but is 'y'"),
    ],
)
def test_wrong_definition_of_a_number_is_refused(build, message):
    with pytest.raises(InvalidInputError, match=message):
        build()
