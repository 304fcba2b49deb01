"""Optuna's own test suite for samplers, applied to `ParetoSampler`."""

import pytest
from optuna.distributions import FloatDistribution, IntDistribution
from optuna.testing.pytest_samplers import (
    BasicSamplerTestCase,
    MultiObjectiveSamplerTestCase,
    RelativeSamplerTestCase,
)

from paretune.adapters.optuna import ParetoSampler

NUMERICAL = [
    FloatDistribution(-1.0, 1.0),
    FloatDistribution(1e-7, 1.0, log=True),
    FloatDistribution(-10, 10, step=0.5),
    IntDistribution(3, 10),
    IntDistribution(1, 100, log=True),
    IntDistribution(3, 9, step=2),
]


class TestParetoSampler(BasicSamplerTestCase, RelativeSamplerTestCase, MultiObjectiveSamplerTestCase):
    @pytest.fixture
    def sampler(self):
        return lambda: ParetoSampler(seed=0, n_startup_trials=9)  # most tests of Optuna's have ten trials

    @pytest.mark.parametrize(
        ("x_distribution", "y_distribution"), list(zip(NUMERICAL, NUMERICAL[1:] + NUMERICAL[:1], strict=True))
    )
    def test_sample_relative_numerical(self, sampler, x_distribution, y_distribution):
        """Test each distribution in both places; Optuna's 36 pairs would take most of this room's time."""
        super().test_sample_relative_numerical(sampler, x_distribution, y_distribution)
