"""The convolutional net for sentences as pure functions of its weights, in PyTorch."""

from __future__ import annotations

from typing import TypeAlias

import torch
from torch.nn import functional

WIDTHS, N_MAPS, N_CLASSES = (3, 4, 5), 100, 2
N_FEATURES = N_MAPS * len(WIDTHS)
_INITIAL_BOUND = 0.1

Weights: TypeAlias = dict[str, torch.Tensor]


def weight_shapes(n_words: int, embed_dim: int) -> dict[str, tuple[int, ...]]:
    """The shape of each weight by name: the net of Kim (2014), arXiv 1408.5882, without pretrained embeddings.

    Args:
        n_words: the size of the vocabulary, with the padding.
        embed_dim: the dimension of a word's embedding.
    """
    found: dict[str, tuple[int, ...]] = {"embedding_weight": (n_words, embed_dim)}
    for width in WIDTHS:
        found |= {f"words_{width}_weight": (N_MAPS, embed_dim, width), f"words_{width}_bias": (N_MAPS,)}
    return found | {"dense_weight": (N_CLASSES, N_FEATURES), "dense_bias": (N_CLASSES,)}


def initial_weights(n_words: int, embed_dim: int, generator: torch.Generator) -> Weights:
    """Draw the initial weights on the generator's device: uniform between -0.1 and 0.1, biases zero."""
    device, weights = generator.device, {}
    for name, shape in weight_shapes(n_words, embed_dim).items():
        weight = torch.zeros(shape, dtype=torch.float32, device=device)
        weights[name] = (
            weight if name.endswith("bias") else weight.uniform_(-_INITIAL_BOUND, _INITIAL_BOUND, generator=generator)
        )
    return weights


def logits(weights: Weights, tokens: torch.Tensor, dropout_mask: torch.Tensor | None = None) -> torch.Tensor:
    """Compute the logit of each class.

    Convolutions over 3, 4 and 5 words with 100 maps each, ReLU, maximum over time, dropout, a dense layer.

    Args:
        weights: by name, with the shapes of `weight_shapes`.
        tokens: ``n x length`` numbers of words.
        dropout_mask: ``n x 300`` factors of the features, 0 for a dropped feature; None for no dropout.

    Returns:
        ``n x 2``: negative, positive.
    """
    words = functional.embedding(tokens, weights["embedding_weight"]).transpose(1, 2)
    maps = [
        functional.conv1d(words, weights[f"words_{width}_weight"], weights[f"words_{width}_bias"]) for width in WIDTHS
    ]
    features = torch.cat(
        [each.max(dim=2).values for each in maps], dim=1
    ).relu()  # cheaper than ReLU before the maximum
    features = features if dropout_mask is None else features * dropout_mask
    return functional.linear(features, weights["dense_weight"], weights["dense_bias"])
