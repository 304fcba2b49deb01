"""RMSProp, compared with steps by hand and in NumPy."""

import numpy as np
import pytest
import torch

from paretune.workloads.builtin.rotten_tomatoes.on_torch.optimizer import RMSProp


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


def test_two_steps_equal_those_by_hand():
    weight = tensor(1.0, -2.0)
    rmsprop = RMSProp([weight], max_norm=10.0)
    rmsprop.apply([tensor(2.0, 0.0)], tensor(0.5)[0])
    # n = 0.1 * 4 = 0.4; w = 1 - 0.5 * 2 / sqrt(0.4) = -0.58113883
    np.testing.assert_allclose(weight, [-0.58113883, -2.0], atol=1e-7)
    rmsprop.apply([tensor(-1.0, 3.0)], tensor(0.5)[0])
    # n = 0.9 * 0.4 + 0.1 = 0.46 and 0.9; w = -0.58113883 + 0.5 / sqrt(0.46) and -2 - 1.5 / sqrt(0.9)
    np.testing.assert_allclose(weight, [0.15607089, -3.58113883], atol=1e-7)


def test_epsilon_is_under_the_root():
    weight = tensor(0.0)
    RMSProp([weight], max_norm=10.0).apply([tensor(1e-4)], tensor(1.0)[0])
    assert weight.item() == pytest.approx(-1e-4 / np.sqrt(1e-9 + 1e-8))


@pytest.mark.parametrize(("max_norm", "scale"), [(4.9, 0.98), (5.0, 1.0), (9.0, 1.0)])
def test_global_norm_of_gradients_is_clipped(max_norm, scale):
    weights = [tensor(0.0), torch.zeros(1, 1, dtype=torch.float64)]
    rmsprop = RMSProp(weights, max_norm)
    rmsprop.apply([tensor(3.0), tensor(4.0).reshape(1, 1)], tensor(0.0)[0])
    np.testing.assert_allclose([square.item() for square in rmsprop.squares], 0.1 * np.square([3 * scale, 4 * scale]))


def test_many_steps_equal_those_of_numpy():
    generator = np.random.default_rng(0)
    w, n = [generator.normal(size=shape) for shape in ((3, 2), (4,))], [0.0, 0.0]
    weights = [torch.tensor(each) for each in w]
    rmsprop = RMSProp(weights, max_norm=2.0)
    for step in range(20):
        gradients = [generator.normal(size=each.shape) * 2.0 ** (step - 15) for each in w]
        rmsprop.apply([torch.tensor(g) for g in gradients], tensor(0.01)[0])
        norm = np.sqrt(sum((g**2).sum() for g in gradients))
        gradients = [g * min(1, 2.0 / norm) for g in gradients]
        n = [0.9 * each + 0.1 * g**2 for each, g in zip(n, gradients, strict=True)]
        w = [each - 0.01 * g / np.sqrt(s + 1e-8) for each, g, s in zip(w, gradients, n, strict=True)]
    for ours, expected in zip(weights, w, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-12)


def test_zero_gradients_leave_weights_unchanged():
    weight = tensor(1.0, 2.0)
    RMSProp([weight], max_norm=1.0).apply([tensor(0.0, 0.0)], tensor(0.5)[0])
    assert weight.tolist() == [1.0, 2.0]
