"""The fully convolutional net for series, in Keras."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from paretune.workloads.builtin.diatoms.dataset import LENGTH, N_CLASSES
from paretune.workloads.builtin.diatoms.weights import initial_weights


def build_network(params: Mapping[str, Any], seed: int) -> keras.Model:
    """Build the untrained net of Wang et al. (2016), "Time series classification from scratch", arXiv 1611.06455.

    Three blocks of convolution, batch normalisation and ReLU, then the mean over time and a softmax.

    Args:
        params: ``conv_<i>_num_filters`` and ``conv_<i>_filter_size`` for ``i`` in 1, 2, 3.
        seed: of the initial weights.

    Returns:
        A model from ``n x 176 x 1`` standardised values to ``n x 37`` probabilities.
    """
    inputs = hidden = keras.Input((LENGTH, 1))
    for block in (1, 2, 3):
        convolution = keras.layers.Conv1D(
            params[f"conv_{block}_num_filters"],
            params[f"conv_{block}_filter_size"],
            padding="same",
            data_format="channels_last",
            kernel_initializer="zeros",
        )
        hidden = keras.layers.BatchNormalization(momentum=0.99, epsilon=1e-3)(convolution(hidden))
        hidden = keras.layers.ReLU()(hidden)
    pooled = keras.layers.GlobalAveragePooling1D(data_format="channels_last")(hidden)
    outputs = keras.layers.Dense(N_CLASSES, "softmax", kernel_initializer="zeros")(pooled)
    model = keras.Model(inputs, outputs)
    model.set_weights(initial_weights(params, seed))
    return model
