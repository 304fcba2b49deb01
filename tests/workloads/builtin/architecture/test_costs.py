"""Costs: the table's sum is the cost of the whole net, which counts show exactly."""

import numpy as np
import pytest

from paretune.workloads.builtin.architecture.cells import ALL_CHOICES, draw
from paretune.workloads.builtin.architecture.costs import (
    CPU,
    MULTIPLY_ADDS,
    PARAMETERS,
    measure_costs,
    measure_for,
    measure_table,
)
from paretune.workloads.builtin.architecture.network import build_alone
from paretune.workloads.builtin.vision.net_costs import count_multiply_adds, count_parameters
from tiny_architectures import IMAGES, SERIES, TABLE


@pytest.mark.parametrize("shape", [IMAGES, SERIES], ids=["images", "series"])
def test_sum_of_table_is_cost_of_whole_net(shape):
    rng = np.random.default_rng(0)
    adds, weights = (measure_table(shape, measure_for(cost)) for cost in (MULTIPLY_ADDS, PARAMETERS))
    for _ in range(6):
        architecture = draw(ALL_CHOICES, rng)
        net = build_alone(architecture, shape)
        assert adds.cost(architecture) == count_multiply_adds(net, shape.inputs, CPU)
        assert weights.cost(architecture) == count_parameters(net)


def test_counts_are_known_for_a_bare_net():
    # stem 3 x 9 x 36, reduction 3 x 6 x 9 at 9 places, and a linear layer of 6 x 3
    assert measure_table(IMAGES, measure_for(MULTIPLY_ADDS)).fixed == 3 * 9 * 36 + 3 * 6 * 9 * 9 + 6 * 3


def test_dead_edge_costs_nothing():
    assert TABLE.cost(("conv3", "none", "none", "skip", "none", "none")) == pytest.approx(1.1)


def test_time_is_measured_only_if_asked():
    net = build_alone(("skip",) * 6, IMAGES)
    counts = measure_costs(net, IMAGES.inputs, is_timed=False)
    assert set(counts) == {MULTIPLY_ADDS, PARAMETERS}
    timed = measure_costs(net, IMAGES.inputs, is_timed=True)
    assert timed["inference_time"] > 0
    assert {name: timed[name] for name in counts} == counts
