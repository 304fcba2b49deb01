"""The published net, the same in each framework (`on_torch`, `on_tensorflow`, `weights`)."""

import keras
import numpy as np
import pytest
import torch

from paretune.workloads.builtin.diatoms.frameworks import open_session
from paretune.workloads.builtin.diatoms.on_tensorflow.network import build_network
from paretune.workloads.builtin.diatoms.on_torch.network import Network
from paretune.workloads.builtin.diatoms.weights import initial_weights

pytestmark = pytest.mark.end_to_end  # TensorFlow alone takes longer to load than these tests


def shape(filters=(5, 4, 3), sizes=(8, 5, 2)):
    blocks = {f"conv_{i}_num_filters": n for i, n in enumerate(filters, start=1)}
    return blocks | {f"conv_{i}_filter_size": k for i, k in enumerate(sizes, start=1)}


def some_weights(params, seed=1):
    """No weight is zero or one, so that each counts."""
    generator = np.random.default_rng(seed)
    return [
        weight + generator.uniform(0.1, 0.5, weight.shape).astype("float32") for weight in initial_weights(params, seed)
    ]


def logits(framework, weights, params, series, *, training=False):
    """The logits of ``n x 176`` series, and the weights afterwards."""
    if framework == "torch":
        net = Network(weights, torch.device("cpu"))
        inputs = torch.from_numpy(series[:, None])
        return (net.forward_train(inputs) if training else net(inputs)).detach().numpy(), net.weights
    model = build_network(params, 0)
    model.set_weights(weights)
    hidden = keras.Model(model.input, model.layers[-1].input)(series[..., None], training=training)
    kernel, bias = model.layers[-1].get_weights()
    return hidden.numpy() @ kernel + bias, model.get_weights()


def same(series, kernel):
    """Correlation along time, ``176 x c`` to ``176 x f``; of the zeros around, the lesser half stands in front."""
    before = (len(kernel) - 1) // 2
    padded = np.pad(series, ((before, len(kernel) - 1 - before), (0, 0)))
    return np.array([np.einsum("kc,kcf->f", padded[t : t + len(kernel)], kernel) for t in range(len(series))])


@pytest.mark.parametrize("filters", [(5, 4, 3), (1, 1, 1), (32, 64, 33)])
@pytest.mark.parametrize("sizes", [(8, 5, 2), (1, 176, 10)])
def test_number_of_parameters_has_closed_form(filters, sizes):
    channels = (1, *filters)
    blocks = sum(k * c * f + f + 4 * f for k, c, f in zip(sizes, channels, filters, strict=False))
    weights = initial_weights(shape(filters, sizes), 0)
    assert sum(weight.size for weight in weights) == blocks + filters[-1] * 37 + 37
    assert build_network(shape(filters, sizes), 0).count_params() == blocks + filters[-1] * 37 + 37


def test_output_equals_layers_by_hand(framework):
    params = shape()
    weights = some_weights(params)
    series = np.random.default_rng(0).normal(size=(3, 176)).astype("float32")
    expected = []
    for one in series:
        hidden = one[:, None].astype(float)
        for block in range(3):
            kernel, bias, gamma, beta, mean, variance = weights[6 * block : 6 * block + 6]
            hidden = gamma * (same(hidden, kernel) + bias - mean) / np.sqrt(variance + 1e-3) + beta
            hidden = np.maximum(hidden, 0)
        expected.append(hidden.mean(axis=0) @ weights[18] + weights[19])
    outputs, after = logits(framework, weights, params, series)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4)
    for before, now in zip(weights, after, strict=True):
        np.testing.assert_array_equal(before, now)


@pytest.mark.parametrize("sizes", [(8, 5, 3), (2, 4, 10), (1, 7, 9)])
@pytest.mark.parametrize("training", [False, True])
def test_both_frameworks_give_the_same_logits_for_the_same_weights_and_batch(sizes, training):
    params = shape((40, 33, 64), sizes)
    weights = some_weights(params)
    series = np.random.default_rng(0).normal(size=(11, 176)).astype("float32")
    ours, theirs = (logits(name, weights, params, series, training=training)[0] for name in ("torch", "tensorflow"))
    assert ours.shape == (11, 37)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


def test_moving_moments_follow_batch_moments_by_one_percent(framework):
    params = shape()
    weights = some_weights(params)
    series = np.random.default_rng(0).normal(size=(2, 176)).astype("float32")
    after = logits(framework, weights, params, series, training=True)[1]
    outputs = np.concatenate([same(one[:, None], weights[0]) for one in series]) + weights[1]
    np.testing.assert_allclose(after[4], 0.99 * weights[4] + 0.01 * outputs.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(after[5], 0.99 * weights[5] + 0.01 * outputs.var(axis=0), rtol=1e-5)
    over_n_less_one = 0.99 * weights[5] + 0.01 * outputs.var(axis=0, ddof=1)
    assert np.abs(after[5] / over_n_less_one - 1).max() > 1e-5  # the difference would be seen


def test_predictor_returns_softmax_of_all_series_in_order(framework, split):
    values, params = split.validation.values[:70], shape()
    with open_session(framework, "cpu") as opened:
        predicted = opened.predictor(opened.build(params, 0), values)()
    odds = np.exp(logits(framework, initial_weights(params, 0), params, values)[0])
    np.testing.assert_allclose(predicted, odds / odds.sum(axis=1, keepdims=True), rtol=1e-5)
    assert predicted.dtype == np.float32


def test_kernels_start_glorot_uniform_and_biases_at_zero():
    weights = initial_weights(shape((64, 64, 64), (8, 5, 3)), 0)
    for kernel, fans in zip([*weights[0:18:6], weights[18]], [(8, 512), (320, 320), (192, 192), (64, 37)], strict=True):
        limit = np.sqrt(6 / sum(fans))
        assert 0.95 * limit < np.abs(kernel).max() <= limit
        assert kernel.var() == pytest.approx(limit**2 / 3, rel=0.15)
    assert not any(weight.any() for weight in (*weights[1:18:6], *weights[3:18:6], *weights[4:18:6], weights[19]))
    assert all((weight == 1).all() for weight in (*weights[2:18:6], *weights[5:18:6]))


def test_initial_weights_are_equal_in_each_framework():
    params = shape()
    expected = initial_weights(params, 3)
    for weights in (build_network(params, 3).get_weights(), Network(expected, torch.device("cpu")).weights):
        for one, other in zip(weights, expected, strict=True):
            np.testing.assert_array_equal(one, other)
    assert (initial_weights(params, 4)[0] != expected[0]).all()
