"""Parameters, multiply-adds and latency of a net, against counts by hand."""

import torch
from torch import nn

from paretune.workloads.builtin.vision.net_costs import count_multiply_adds, count_parameters, measure_latency

CPU = torch.device("cpu")


def test_costs_are_those_by_hand():
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1, bias=False),
        nn.Conv2d(8, 8, 3, padding=1, groups=8, stride=2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(8, 5),
    )
    assert count_parameters(net) == 3 * 8 * 9 + (8 * 9 + 8) + (8 * 5 + 5)
    assert count_multiply_adds(net, (3, 6, 6), CPU) == 36 * 8 * 27 + 9 * 8 * 9 + 8 * 5
    assert not any(layer._forward_hooks for layer in net)


def test_latency_is_that_of_one_image():
    net = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    one, many = (measure_latency(net, (1, 16, 16), CPU, batch) for batch in (1, 32))
    assert 0 < many["seconds"] < one["seconds"] < 0.1
    assert one["se"] >= 0
    assert one["clock"].startswith("reference")
    assert (one["measured"], one["wall"] > 0) == ("exclusive", True)
