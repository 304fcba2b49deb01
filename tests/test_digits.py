"""Is a number written in digits that say something beside the others?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.digits import written


@pytest.mark.parametrize(
    ("value", "among", "text"),
    [
        (0.8966, [0.5, 0.7], "0.8966"),
        (0.81449, [0.5, 0.7], "0.8145"),
        (0.9999886828, [0.9997645781], "0.999989"),
        (1000000.00081, [1000000.00062], "1000000.00081"),
        (0.80014, [0.80012, 0.9], "0.80014"),  # the closest two are told apart
        (0.8001400001, [0.80014, 0.9], "0.80014"),  # but not at any price
        (0.1 + 0.2, [0.3], "0.3"),  # nor where they differ by how they were summed
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
def test_a_number_is_as_long_as_its_neighbours_make_it(value, among, text):
    assert written(value, among) == text


def test_what_says_little_may_be_asked_for_in_fewer_or_more_digits():
    assert written(0.123456, least=2) == "0.12"
    assert written(0.123456789, least=12) == "0.123456789"


@given(
    st.lists(st.integers(0, 10_000), min_size=2, max_size=20, unique=True),
    st.sampled_from([0.0, 1.0, 1e3, -1e6]),
    st.sampled_from([1e-6, 1e-2, 1.0, 1e5]),
)
def test_numbers_that_differ_by_a_ten_thousandth_of_their_range_are_written_differently(places, offset, scale):
    values = [offset + scale * place / 100 for place in places]
    texts = [written(value, values) for value in values]
    if np.unique(values).size == len(values) and abs(offset) / (scale / 100) < 1e11:
        assert len(set(texts)) == len(texts)
    np.testing.assert_allclose([float(text) for text in texts], values, rtol=5.1e-4, atol=1e-300)
