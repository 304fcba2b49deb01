"""Tests of the number of digits of formatted numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.number_format import format_number


@pytest.mark.parametrize(
    ("value", "among", "text"),
    [
        (0.8966, [0.5, 0.7], "0.8966"),
        (0.81449, [0.5, 0.7], "0.8145"),
        (0.9999886828, [0.9997645781], "0.999989"),
        (1000000.00081, [1000000.00062], "1000000.00081"),
        (0.80014, [0.80012, 0.9], "0.80014"),  # differs from the closest number
        (0.8001400001, [0.80014, 0.9], "0.80014"),  # unless it is too close
        (0.1 + 0.2, [0.3], "0.3"),  # differences of rounding errors are ignored
        (1234514.0, [], "1234514"),
        (-1234514.3, [], "-1234514"),
        (9999999.0, [], "9999999"),
        (12345678.0, [], "1.235e+07"),
        (12345678.0, [12345679.0], "12345678"),
        (0.000123456, [], "0.0001235"),
        (0.0, [1e-5], "0"),
        (1.5, [math.nan, math.inf], "1.5"),
        (math.nan, [1.0], "nan"),
        (1.7e308, [-1.7e308], "1.7e+308"),
        (5e-324, [0.0], "4.941e-324"),
    ],
)
def test_number_has_enough_digits_to_differ_from_its_neighbours(value, among, text):
    assert format_number(value, among) == text


def test_number_has_at_least_the_requested_digits():
    assert format_number(0.123456, min_digits=2) == "0.12"
    assert format_number(0.123456789, min_digits=12) == "0.123456789"


@given(
    st.lists(st.integers(0, 10_000), min_size=2, max_size=20, unique=True),
    st.sampled_from([0.0, 1.0, 1e3, -1e6]),
    st.sampled_from([1e-6, 1e-2, 1.0, 1e5]),
)
def test_numbers_that_differ_by_a_ten_thousandth_of_their_range_have_different_texts(places, offset, scale):
    values = [offset + scale * place / 100 for place in places]
    texts = [format_number(value, values) for value in values]
    if np.unique(values).size == len(values) and abs(offset) / (scale / 100) < 1e11:
        assert len(set(texts)) == len(texts)
    np.testing.assert_allclose([float(text) for text in texts], values, rtol=5.1e-4, atol=1e-300)
