"""What is trained: the convolutional net for sentences, as pure functions of its weights, in PyTorch."""

from __future__ import annotations

from typing import TypeAlias

import torch
from torch.nn import functional

WIDTHS, N_MAPS, N_CLASSES = (3, 4, 5), 100, 2
N_FEATURES = N_MAPS * len(WIDTHS)
_LARGEST = 0.1

Weights: TypeAlias = dict[str, torch.Tensor]


def shapes(n_words: int, embed_dim: int) -> dict[str, tuple[int, ...]]:
    """The shape of each weight, by its name: the net of Kim (2014), arXiv 1408.5882, with words learned from nothing.

    Args:
        n_words: in the vocabulary, the padding among them.
        embed_dim: numbers that stand for a word.
    """
    found: dict[str, tuple[int, ...]] = {"embedding_weight": (n_words, embed_dim)}
    for width in WIDTHS:
        found |= {f"words_{width}_weight": (N_MAPS, embed_dim, width), f"words_{width}_bias": (N_MAPS,)}
    return found | {"dense_weight": (N_CLASSES, N_FEATURES), "dense_bias": (N_CLASSES,)}


def draw(n_words: int, embed_dim: int, generator: torch.Generator) -> Weights:
    """Initial weights on the generator's device: uniform between -0.1 and 0.1, biases zero."""
    device, weights = generator.device, {}
    for name, shape in shapes(n_words, embed_dim).items():
        weight = torch.zeros(shape, dtype=torch.float32, device=device)
        weights[name] = weight if name.endswith("bias") else weight.uniform_(-_LARGEST, _LARGEST, generator=generator)
    return weights


def logits(weights: Weights, tokens: torch.Tensor, kept: torch.Tensor | None = None) -> torch.Tensor:
    """How much the net believes in each class.

    Convolutions over 3, 4 and 5 words, 100 maps each, rectified; the largest over time; dropout; a dense layer.

    Args:
        weights: by name, as `shapes` has them.
        tokens: ``n x length`` numbers of words.
        kept: ``n x 300``, what the features are multiplied with: 0 where dropout drops. None drops nothing.

    Returns:
        ``n x 2``: negative, positive.
    """
    words = functional.embedding(tokens, weights["embedding_weight"]).transpose(1, 2)
    maps = [
        functional.conv1d(words, weights[f"words_{width}_weight"], weights[f"words_{width}_bias"]) for width in WIDTHS
    ]
    features = torch.cat([each.max(dim=2).values for each in maps], dim=1).relu()  # cheaper than rectified first
    features = features if kept is None else features * kept
    return functional.linear(features, weights["dense_weight"], weights["dense_bias"])
