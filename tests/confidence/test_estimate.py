"""Does an interval hold its number, and no more than its resamples say?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.confidence.estimate import Estimate, centred, estimate

NUMBERS = st.floats(-1e3, 1e3)


@given(NUMBERS, st.lists(NUMBERS, min_size=1))
def test_it_is_the_percentiles_and_holds_the_measured_number(value, resampled):
    found = estimate(value, resampled)
    low, high = np.percentile(resampled, [2.5, 97.5])
    assert found.low == pytest.approx(min(low, value), abs=1e-9)
    assert found.high == pytest.approx(max(high, value), abs=1e-9)
    assert found.low <= found.value <= found.high


@given(st.floats(10, 20), st.lists(st.floats(0, 5), min_size=1))
def test_centred_numbers_keep_their_spread_about_the_measured_one(value, resampled):
    found = centred(value, resampled)
    assert np.mean(found) == pytest.approx(value)
    np.testing.assert_allclose(np.diff(found), np.diff(resampled), atol=1e-9)


@given(st.floats(0, 1), st.lists(st.floats(0, 1), min_size=1))
def test_centred_numbers_stay_within_what_can_be(value, resampled):
    found = centred(value, resampled, most=1)
    assert ((found >= 0) & (found <= 1)).all()


def test_of_a_normal_mean_it_is_the_textbook_s():
    sample = np.random.default_rng(0).normal(size=400)
    means = np.random.default_rng(1).choice(sample, (4000, 400)).mean(axis=1)
    found = estimate(sample.mean(), means)
    half = 1.96 * sample.std() / math.sqrt(400)
    assert found.low == pytest.approx(sample.mean() - half, abs=0.01)
    assert found.high == pytest.approx(sample.mean() + half, abs=0.01)


def test_what_is_not_defined_is_left_out():
    nan = math.nan
    assert estimate(1.0, [nan, 1.0, nan]) == Estimate(1.0, 1.0, 1.0)
    assert estimate(1.0, [nan]) == Estimate(1.0, None, None)
    assert estimate(nan, [nan, nan]) == Estimate(None, None, None)
    np.testing.assert_array_equal(centred(5.0, [1.0, nan, 3.0]), [4.0, nan, 6.0])
