"""Nets of cells: paths share weights, and a net alone with inherited weights is the path bit for bit."""

import numpy as np
import pytest
import torch

from paretune.workloads.builtin.architecture.cells import ALL_CHOICES, EDGE_NAMES, OPERATIONS, draw, live_edges
from paretune.workloads.builtin.architecture.network import PathNet, build, build_alone, inherit, make_operation
from tiny_architectures import IMAGES, SERIES

SHAPES = pytest.mark.parametrize("shape", [IMAGES, SERIES], ids=["images", "series"])


def examples(shape, n=4):
    return torch.randn(n, *shape.inputs, generator=torch.Generator().manual_seed(0))


@SHAPES
def test_net_alone_with_inherited_weights_is_path_bit_for_bit(shape):
    supernet, rng, x = build(ALL_CHOICES, shape, 1).eval(), np.random.default_rng(0), examples(shape)
    with torch.no_grad():
        for _ in range(6):
            architecture = draw(ALL_CHOICES, rng)
            alone = build_alone(architecture, shape, seed=2).eval()
            before = alone(x)
            inherit(alone.net, supernet)
            assert torch.equal(alone(x), supernet(x, architecture))
            assert not torch.equal(alone(x), before)


def test_paths_share_tensors():
    supernet = build(ALL_CHOICES, IMAGES, 0)
    paths = [PathNet(supernet, ("conv3",) * 6), PathNet(supernet, ("conv3",) + ("skip",) * 5)]
    weights = [path.net.cells[0].operation(0, "conv3")[1].weight for path in paths]
    assert weights[0] is weights[1] is supernet.get_parameter(f"cells.0.edges.{EDGE_NAMES[0]}.conv3.1.weight")
    with torch.no_grad():
        before = paths[1](examples(IMAGES))
        weights[0].add_(1.0)
        assert not torch.equal(paths[1](examples(IMAGES)), before)


@SHAPES
def test_mixture_with_one_operation_is_its_path(shape):
    supernet, rng, x = build(ALL_CHOICES, shape, 1).eval(), np.random.default_rng(1), examples(shape)
    with torch.no_grad():
        for _ in range(4):
            architecture = draw(ALL_CHOICES, rng)
            shares = [torch.tensor([float(name == chosen) for name in OPERATIONS]) for chosen in architecture]
            torch.testing.assert_close(supernet.mix(x, shares), supernet(x, architecture))


def test_mixture_weighs_each_operation():
    choices = ((), (), (), ("skip", "conv1"), (), ())
    net, x = build(choices, IMAGES, 0).eval(), torch.randn(2, 3, 6, 6)
    cell = net.cells[0]
    with torch.no_grad():
        mixed = cell.mix(x, [torch.empty(0)] * 3 + [torch.tensor([0.3, 0.7])] + [torch.empty(0)] * 2)
        torch.testing.assert_close(mixed, 0.3 * x + 0.7 * cell.operation(3, "conv1")(x))


@SHAPES
def test_cell_without_path_gives_same_outputs_for_all_inputs(shape):
    net = build_alone(("none",) * 6, shape).eval()
    with torch.no_grad():
        outputs = net(examples(shape))
    assert torch.equal(outputs, outputs[:1].expand_as(outputs))


def test_net_alone_has_no_weights_for_dead_edges():
    architecture = ("conv3", "none", "none", "skip", "none", "conv3")
    assert live_edges(architecture) == (3,)
    assert not any("conv3" in name for name in build_alone(architecture, IMAGES).state_dict())


def test_mean_of_three_leaves_border_out():
    pool = make_operation("pool3", 1, SERIES)
    x = torch.tensor([[[[1.0, 2.0, 6.0]]]])
    torch.testing.assert_close(pool(x), torch.tensor([[[[1.5, 3.0, 4.0]]]]))


def test_convolutions_of_series_have_height_one_and_keep_width():
    x = torch.randn(2, 4, 1, 11)
    for name in ("conv1", "conv3", "pool3", "skip"):
        assert make_operation(name, 4, SERIES).eval()(x).shape == x.shape
    kernels = {tuple(w.shape[2:]) for w in build(ALL_CHOICES, SERIES, 0).parameters() if w.ndim == 4}
    assert kernels == {(1, 9), (1, 3), (1, 1)}
