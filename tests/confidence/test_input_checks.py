"""Tests of the checks of losses and counts."""

import math

import numpy as np
import pandas as pd
import pytest

from paretune.confidence.input_checks import check_count, check_losses
from paretune.errors import InvalidInputError

NAN = math.nan


@pytest.mark.parametrize("kind", [list, np.array, pd.DataFrame])
def test_failed_trial_has_only_nan(kind):
    np.testing.assert_array_equal(check_losses(kind([[1.0, 2.0], [NAN, 3.0]])), [[1, 2], [NAN, NAN]])


def test_losses_are_copied_without_negative_zeros():
    given = np.array([[-0.0, 1.0]])
    found = check_losses(given)
    found[0, 1] = 9.0
    assert given[0, 1] == 1.0
    assert math.copysign(1, found[0, 0]) == 1


def test_table_without_rows_is_accepted():
    assert check_losses(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize(
    ("losses", "message"),
    [
        ([["a", 1]], "front must be a table of numbers, n points by m objectives"),
        ([[1], [1, 2]], "front must be a table of numbers"),
        ([1, 2], r"front must be a table of n points by m objectives, but have shape \(2,\)"),
        ([[], []], r"but have shape \(2, 0\)"),
        ([[1, 2], [NAN, math.inf]], "front: row 1 is infinite, but losses must be finite"),
    ],
)
def test_invalid_losses_are_refused_with_their_name(losses, message):
    with pytest.raises(InvalidInputError, match=message):
        check_losses(losses, "front")


def test_count_of_numpy_becomes_an_int():
    assert (type(check_count(np.int64(3), "n")), check_count(np.int64(3), "n")) == (int, 3)


@pytest.mark.parametrize("count", [0, -1, 2.0, "3", None])
def test_count_below_one_or_of_another_type_is_refused(count):
    with pytest.raises(InvalidInputError, match="n must be a whole number of at least 1, but is"):
        check_count(count, "n")
