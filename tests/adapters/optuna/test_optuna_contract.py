"""Optuna's own test suite for samplers, applied to `ParetoSampler`."""

import pytest
from optuna.testing.pytest_samplers import (
    BasicSamplerTestCase,
    MultiObjectiveSamplerTestCase,
    RelativeSamplerTestCase,
)

from paretune.adapters.optuna import ParetoSampler


class TestParetoSampler(BasicSamplerTestCase, RelativeSamplerTestCase, MultiObjectiveSamplerTestCase):
    @pytest.fixture
    def sampler(self):
        return lambda: ParetoSampler(seed=0)
