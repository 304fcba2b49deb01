"""The net in PyTorch, compared with the same net in NumPy."""

import numpy as np
import pytest
import torch

from paretune.workloads.builtin.rotten_tomatoes.on_torch.network import initial_weights, logits, weight_shapes


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def logits_in_numpy(weights, tokens, kept):
    """One review, one width, one window and one map at a time."""
    w = {name: weight.numpy().astype(float) for name, weight in weights.items()}
    rows = []
    for review, mask in zip(tokens.numpy(), kept.numpy(), strict=True):
        words = w["embedding_weight"][review]
        features = []
        for width in (3, 4, 5):
            windows = [words[i : i + width].T for i in range(len(review) - width + 1)]
            for kernel, bias in zip(w[f"words_{width}_weight"], w[f"words_{width}_bias"], strict=True):
                features.append(max(max((kernel * window).sum() + bias, 0.0) for window in windows))
        rows.append(w["dense_weight"] @ (np.array(features) * mask) + w["dense_bias"])
    return np.array(rows)


def test_net_has_shapes_of_kim_2014():
    assert weight_shapes(18_766, 300) == {
        "embedding_weight": (18_766, 300),
        "words_3_weight": (100, 300, 3),
        "words_3_bias": (100,),
        "words_4_weight": (100, 300, 4),
        "words_4_bias": (100,),
        "words_5_weight": (100, 300, 5),
        "words_5_bias": (100,),
        "dense_weight": (2, 300),
        "dense_bias": (2,),
    }


def test_initial_weights_are_uniform_and_biases_zero():
    weights = initial_weights(200, 50, generator())
    assert {name: tuple(weight.shape) for name, weight in weights.items()} == weight_shapes(200, 50)
    for name, weight in weights.items():
        assert weight.dtype == torch.float32
        if name.endswith("bias"):
            assert not weight.any()
        else:
            assert -0.1 <= weight.min() < -0.098 < 0.098 < weight.max() <= 0.1
            assert weight.std() == pytest.approx(0.1 / 3**0.5, rel=0.05)


def test_initial_weights_depend_on_seed_only():
    before = torch.get_rng_state()
    one, same, other = (initial_weights(20, 6, generator(seed))["embedding_weight"] for seed in (0, 0, 1))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert torch.equal(torch.get_rng_state(), before)


def test_logits_equal_those_of_numpy():
    weights = initial_weights(20, 6, generator())
    for name in weights:
        if name.endswith("bias"):
            weights[name].uniform_(-0.1, 0.1, generator=generator(1))
    tokens = torch.randint(0, 20, (5, 9), generator=generator(2))
    tokens[0, 4:] = 0  # padding makes windows equal
    kept = torch.empty(5, 300).bernoulli_(0.5, generator=generator(3)) * 2
    np.testing.assert_allclose(logits(weights, tokens, kept), logits_in_numpy(weights, tokens, kept), atol=1e-6)
    whole = logits_in_numpy(weights, tokens, torch.ones(5, 300))
    np.testing.assert_allclose(logits(weights, tokens), whole, atol=1e-6)


def test_shortest_review_has_one_window_of_widest_convolution():
    assert logits(initial_weights(20, 6, generator()), torch.zeros(1, 5, dtype=torch.long)).shape == (1, 2)
