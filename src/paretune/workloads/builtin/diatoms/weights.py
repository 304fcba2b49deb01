"""The initial weights of the net, the same in each framework for the same seed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune.workloads.builtin.diatoms.dataset import N_CLASSES

Weights = list[NDArray[np.float32]]


def initial_weights(params: Mapping[str, Any], seed: int) -> Weights:
    """Draw the initial weights: kernels Glorot-uniform, variances and scales 1, all others 0.

    Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks", equation 16:
    uniform in +- sqrt(6 / (fan in + fan out)).

    Args:
        params: ``conv_<i>_num_filters`` and ``conv_<i>_filter_size`` for ``i`` in 1, 2, 3.
        seed: of the draws.

    Returns:
        For each block: the kernel, ``k x c x f`` from ``c`` channels to ``f`` filters, the bias, and the
        normalisation's scale, shift, moving mean and moving variance, ``f`` each; then the dense layer's kernel,
        ``f x 37``, and bias.
    """
    generator, weights, channels = np.random.default_rng(seed), Weights(), 1
    for block in (1, 2, 3):
        size, filters = params[f"conv_{block}_filter_size"], params[f"conv_{block}_num_filters"]
        weights.append(_glorot(generator, size, channels, filters))
        weights.extend(np.full(filters, value, np.float32) for value in (0, 1, 0, 0, 1))
        channels = filters
    return [*weights, _glorot(generator, 1, channels, N_CLASSES)[0], np.zeros(N_CLASSES, np.float32)]


def _glorot(generator: np.random.Generator, size: int, channels: int, filters: int) -> NDArray[np.float32]:
    limit = np.sqrt(6 / (size * (channels + filters)))
    return generator.uniform(-limit, limit, (size, channels, filters)).astype(np.float32)
