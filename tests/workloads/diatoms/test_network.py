"""Is the net the one that was published?"""

import keras
import numpy as np
import pytest

from paretune.workloads.diatoms.network import build


def net(filters=(5, 4, 3), sizes=(8, 5, 2), seed=0):
    blocks = {f"conv_{i}_num_filters": n for i, n in enumerate(filters, start=1)}
    return build(blocks | {f"conv_{i}_filter_size": k for i, k in enumerate(sizes, start=1)}, seed)


def of_type(model, kind):
    return [layer for layer in model.layers if isinstance(layer, kind)]


def same(series, kernel):
    """Correlation along time, ``176 x c`` to ``176 x f``; of the zeros around, the lesser half stands in front."""
    before = (len(kernel) - 1) // 2
    padded = np.pad(series, ((before, len(kernel) - 1 - before), (0, 0)))
    return np.array([np.einsum("kc,kcf->f", padded[t : t + len(kernel)], kernel) for t in range(len(series))])


@pytest.mark.parametrize("filters", [(5, 4, 3), (1, 1, 1), (32, 64, 33)])
@pytest.mark.parametrize("sizes", [(8, 5, 2), (1, 176, 10)])
def test_the_number_of_parameters_is_the_closed_form(filters, sizes):
    channels = (1, *filters)
    blocks = sum(k * c * f + f + 4 * f for k, c, f in zip(sizes, channels, filters, strict=False))
    assert net(filters, sizes).count_params() == blocks + filters[-1] * 37 + 37


def test_the_output_is_what_the_layers_give_by_hand():
    model = net()
    for normalisation in of_type(model, keras.layers.BatchNormalization):
        generator = np.random.default_rng(1)
        normalisation.set_weights([generator.uniform(0.5, 2, w.shape) for w in normalisation.get_weights()])
    series = np.random.default_rng(0).normal(size=(3, 176)).astype("float32")
    expected = []
    for one in series:
        hidden = one[:, None].astype(float)
        for conv, norm in zip(
            of_type(model, keras.layers.Conv1D), of_type(model, keras.layers.BatchNormalization), strict=True
        ):
            kernel, bias = conv.get_weights()
            gamma, beta, mean, variance = norm.get_weights()
            hidden = gamma * (same(hidden, kernel) + bias - mean) / np.sqrt(variance + 1e-3) + beta
            hidden = np.maximum(hidden, 0)
        kernel, bias = model.layers[-1].get_weights()
        odds = np.exp(hidden.mean(axis=0) @ kernel + bias)
        expected.append(odds / odds.sum())
    outputs = model(series[..., None], training=False).numpy()
    assert outputs.shape == (3, 37)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4)
    np.testing.assert_allclose(outputs.sum(axis=1), 1, rtol=1e-5)


def test_kernels_start_glorot_uniform_and_biases_at_zero():
    model = net((64, 64, 64), (8, 5, 3))
    convolutions = of_type(model, keras.layers.Conv1D)
    for layer, fans in zip(
        [*convolutions, model.layers[-1]], [(8, 512), (320, 320), (192, 192), (64, 37)], strict=True
    ):
        kernel, bias = layer.get_weights()
        limit = np.sqrt(6 / sum(fans))
        assert 0.95 * limit < np.abs(kernel).max() <= limit
        assert kernel.var() == pytest.approx(limit**2 / 3, rel=0.15)
        assert not bias.any()


def test_batch_normalisation_moves_slowly():
    assert {layer.momentum for layer in of_type(net(), keras.layers.BatchNormalization)} == {0.99}


def test_the_seed_gives_the_weights():
    def weights(seed):
        return np.concatenate([w.ravel() for w in net(seed=seed).get_weights()])

    np.testing.assert_array_equal(weights(3), weights(3))
    assert (weights(3) != weights(4)).sum() > 100
