"""Tests of the cells of the unit interval."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.space.cells import cell_centres, cells_at, clip_cells


@given(st.integers(1, 1000), st.data())
def test_centre_of_a_cell_lies_in_that_cell(n_levels, data):
    cells = data.draw(st.lists(st.integers(0, n_levels - 1), max_size=9))
    centres = cell_centres(cells, n_levels)
    assert centres.tolist() == [float(Fraction(2 * cell + 1, 2 * n_levels)) for cell in cells]
    assert cells_at(centres, n_levels).tolist() == cells


@given(st.integers(1, 64), st.lists(st.integers(0, 1024), max_size=9))
def test_point_lies_in_the_cell_between_its_bounds(n_levels, numerators):
    """With binary fractions and a number of cells that is a power of two, the exact cell is known."""
    n_levels = 1 << (n_levels % 7)
    exact = [min(Fraction(k, 1024) * n_levels // 1, n_levels - 1) for k in numerators]
    assert cells_at([k / 1024 for k in numerators], n_levels).tolist() == exact


def test_ends_of_the_unit_interval_are_in_the_first_and_last_cell():
    assert cells_at([-1e-9, 0.0, 1.0, 1 + 1e-9], 4).tolist() == [0, 0, 3, 3]


@pytest.mark.parametrize(("cell", "clipped"), [(-5, 0), (0, 0), (2, 2), (3, 2), (1e18, 2)])
def test_cells_outside_the_range_are_clipped(cell, clipped):
    found = clip_cells(np.array([cell], float), 3)
    assert (found.dtype, found.tolist()) == (np.int64, [clipped])
