"""Is the standard error of a median the spread of such medians?"""

import numpy as np
import pytest

from paretune.errors import InvalidInputError
from paretune.measure import median_error


@pytest.mark.parametrize("n", [7, 8, 15, 31, 100])
@pytest.mark.parametrize("distribution", ["normal", "exponential", "uniform"])
def test_the_standard_error_is_the_spread_of_medians(n, distribution):
    draw = getattr(np.random.default_rng(n), distribution)
    samples = draw(size=(3000, n))
    spread = np.median(samples, axis=1).std()
    assert np.mean([median_error(row) for row in samples]) == pytest.approx(spread, rel=0.4 if n < 10 else 0.2)


@pytest.mark.parametrize("n", [8, 9, 15, 40])
def test_one_spike_does_not_move_the_standard_error_of_eight_and_more(n):
    samples = np.random.default_rng(0).permutation(np.linspace(1.0, 1.1, n))
    spiked = np.where(samples == samples.max(), 1e6, samples)
    assert median_error(spiked) == median_error(samples) < 0.05


def test_the_standard_error_has_the_unit_of_the_samples_and_no_order():
    samples = np.random.default_rng(0).random(20)
    before = samples.copy()
    assert median_error(8 * samples[::-1]) == 8 * median_error(samples)
    assert median_error(samples + 1) == pytest.approx(median_error(samples))
    assert median_error([3.0, 3.0, 3.0]) == 0
    np.testing.assert_array_equal(samples, before)


@pytest.mark.parametrize("samples", [[], [1.0]])
def test_one_sample_has_no_standard_error(samples):
    with pytest.raises(InvalidInputError, match="at least 2 samples"):
        median_error(samples)
