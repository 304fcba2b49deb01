"""Tests of estimates from resampled numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.confidence.interval_estimate import Estimate, percentile_estimate, shift_to_measured

NUMBERS = st.floats(-1e3, 1e3)


@given(NUMBERS, st.lists(NUMBERS, min_size=1))
def test_interval_has_the_percentiles_and_contains_the_measured_number(value, resampled):
    found = percentile_estimate(value, resampled)
    low, high = np.percentile(resampled, [2.5, 97.5])
    assert found.low == pytest.approx(min(low, value), abs=1e-9)
    assert found.high == pytest.approx(max(high, value), abs=1e-9)
    assert found.low <= found.value <= found.high


@given(st.floats(10, 20), st.lists(st.floats(0, 5), min_size=1))
def test_shifted_numbers_keep_their_spread(value, resampled):
    found = shift_to_measured(value, resampled)
    assert np.mean(found) == pytest.approx(value)
    np.testing.assert_allclose(np.diff(found), np.diff(resampled), atol=1e-9)


@given(st.floats(0, 1), st.lists(st.floats(0, 1), min_size=1))
def test_shifted_numbers_stay_within_the_possible_range(value, resampled):
    found = shift_to_measured(value, resampled, maximum=1)
    assert ((found >= 0) & (found <= 1)).all()


def test_interval_of_a_normal_mean_is_the_closed_form():
    sample = np.random.default_rng(0).normal(size=400)
    means = np.random.default_rng(1).choice(sample, (4000, 400)).mean(axis=1)
    found = percentile_estimate(sample.mean(), means)
    half = 1.96 * sample.std() / math.sqrt(400)
    assert found.low == pytest.approx(sample.mean() - half, abs=0.01)
    assert found.high == pytest.approx(sample.mean() + half, abs=0.01)


def test_undefined_numbers_are_ignored():
    nan = math.nan
    assert percentile_estimate(1.0, [nan, 1.0, nan]) == Estimate(1.0, 1.0, 1.0)
    assert percentile_estimate(1.0, [nan]) == Estimate(1.0, None, None)
    assert percentile_estimate(nan, [nan, nan]) == Estimate(None, None, None)
    np.testing.assert_array_equal(shift_to_measured(5.0, [1.0, nan, 3.0]), [4.0, nan, 6.0])
