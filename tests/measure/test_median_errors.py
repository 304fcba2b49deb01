"""Standard errors of a median, held against the spread of many medians."""

import numpy as np
import pytest

from paretune.errors import InvalidInputError
from paretune.measure import batch_means_error, median_error


def drifting(n, memory, rng, size=400):
    """``size`` autoregressive series of ``n`` normal numbers with variance 1."""
    x = rng.normal(size=(size, n))
    for i in range(1, n):
        x[:, i] = memory * x[:, i - 1] + np.sqrt(1 - memory**2) * x[:, i]
    return x


@pytest.mark.parametrize("error", [median_error, batch_means_error])
@pytest.mark.parametrize("n", [7, 8, 15, 31, 100])
@pytest.mark.parametrize("distribution", ["normal", "exponential", "uniform"])
def test_standard_error_of_independent_samples_is_spread_of_medians(n, distribution, error):
    draw = getattr(np.random.default_rng(n), distribution)
    samples = draw(size=(3000, n))
    spread = np.median(samples, axis=1).std()
    assert np.mean([error(row) for row in samples]) == pytest.approx(spread, rel=0.5 if n < 10 else 0.2)


@pytest.mark.parametrize("n", [8, 9, 15, 40])
def test_one_spike_does_not_change_standard_error_of_eight_or_more_samples(n):
    samples = np.random.default_rng(0).permutation(np.linspace(1.0, 1.1, n))
    spiked = np.where(samples == samples.max(), 1e6, samples)
    assert median_error(spiked) == median_error(samples) < 0.05


def test_standard_error_scales_with_samples_and_ignores_order():
    samples = np.random.default_rng(0).random(20)
    before = samples.copy()
    assert median_error(8 * samples[::-1]) == 8 * median_error(samples)
    assert median_error(samples + 1) == pytest.approx(median_error(samples))
    assert median_error([3.0, 3.0, 3.0]) == 0
    np.testing.assert_array_equal(samples, before)


@pytest.mark.parametrize("samples", [[], [1.0]])
def test_fewer_than_two_samples_are_rejected(samples):
    with pytest.raises(InvalidInputError, match="at least 2 samples"):
        median_error(samples)


@pytest.mark.parametrize("memory", [0.8, 0.9, 0.95])
def test_batch_means_error_of_drifting_samples_is_spread_of_medians(memory):
    samples = drifting(200, memory, np.random.default_rng(0))
    spread = np.median(samples, axis=1).std()
    assert np.mean([batch_means_error(row) for row in samples]) == pytest.approx(spread, rel=0.35)
    assert np.mean([median_error(row) for row in samples]) < 0.5 * spread


def test_batch_means_error_includes_a_trend():
    trend = np.linspace(0.0, 1.0, 100)
    assert batch_means_error(trend) > 0.1
    assert batch_means_error(trend) == pytest.approx(batch_means_error(trend[::-1]))
    assert batch_means_error(np.random.default_rng(0).permutation(trend)) < 0.1


def test_one_spike_is_not_a_drift():
    for spike in range(15):
        samples = np.where(np.arange(15) == spike, 1e6, np.linspace(1.0, 1.1, 15))
        assert batch_means_error(samples) < 0.05
