"""The nets of each kind: shapes, multipliers and weights."""

import pytest
import torch

from paretune.workloads.builtin.images.nets import NetShape, build_net, largest_shape
from paretune.workloads.builtin.images.ranges import NETS
from paretune.workloads.builtin.vision.net_costs import count_multiply_adds, count_parameters

ONE = {"width": 1.0, "depth": 1.0, "resolution": 1.0}
NARROW = {"width": 0.25, "depth": 0.5, "resolution": 1.0}


def shape(kind="residual", side=8, **multipliers):
    return NetShape.scaled(kind, {**ONE, **multipliers}, side, 1, 5)


@pytest.mark.parametrize("side", [2, 8, 48])
@pytest.mark.parametrize("kind", NETS)
def test_net_of_each_kind_takes_images_of_each_size(kind, side):
    net = build_net(NetShape.scaled(kind, NARROW, side, 3, 5), 0)
    assert net(torch.zeros(2, 3, side, side)).shape == (2, 5)
    torch.autograd.grad(net(torch.randn(4, 3, side, side)).sum(), list(net.parameters()))


def test_multipliers_become_whole_numbers():
    assert shape().channels == (16, 32, 64)
    assert shape(width=0.25).channels == (4, 8, 16)
    assert [shape(depth=depth).n_blocks for depth in (0.1, 0.5, 0.6, 1.0, 2.0)] == [1, 1, 2, 2, 4]
    assert [shape(resolution=r).resolution for r in (0.1, 0.5, 1.5)] == [2, 4, 12]


def test_larger_images_are_halved_more_often_at_all_resolutions():
    assert [shape(side=side).n_halvings for side in (3, 4, 8, 39, 40)] == [0, 1, 2, 2, 3]
    assert shape(side=40, resolution=0.5).n_halvings == 3


def test_wider_deeper_and_sharper_nets_cost_more():
    def cost(**multipliers):
        found = shape(**multipliers)
        return count_multiply_adds(build_net(found, 0), (1, found.resolution, found.resolution), torch.device("cpu"))

    one = cost()
    assert 3 < cost(width=2.0) / one < 4.2
    assert 1.5 < cost(depth=2.0) / one < 2.4
    assert 2 < cost(resolution=1.5) / one < 2.6


def test_kinds_differ_in_cost_as_they_should():
    sizes = {kind: count_parameters(build_net(shape(kind), 0)) for kind in NETS}
    assert sizes["mobile"] < sizes["plain"] / 4
    assert sizes["plain"] < sizes["residual"] < sizes["squeeze_excite"] < 1.2 * sizes["residual"]
    assert sizes["small"] < sizes["plain"] / 4


def test_weights_depend_on_the_seed_only():
    first, again, other = (build_net(shape(), seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["0.0.weight"], other["0.0.weight"])


def test_largest_shape_is_that_of_the_kind_that_keeps_most():
    assert largest_shape(("small", "residual"), {**ONE, "width": 2.0}, 8, 1, 5) == shape("residual", width=2.0)
