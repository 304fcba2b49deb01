"""How do weights move? Adam as Keras 2.0.5 had it, with its decay of the learning rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras


class DecayingAdam:
    """Adam whose rate at step ``t``, from 0, is ``rate / (1 + decay * t)``.

    Args:
        params: ``learning_rate``, ``one_minus_beta_1``, ``one_minus_beta_2``, ``epsilon`` and ``decay``.
        variables: what it moves.
    """

    def __init__(self, params: Mapping[str, Any], variables: Sequence[keras.Variable]) -> None:
        self._adam = keras.optimizers.Adam(
            learning_rate=params["learning_rate"],
            beta_1=1 - params["one_minus_beta_1"],
            beta_2=1 - params["one_minus_beta_2"],
            epsilon=params["epsilon"],
        )
        self._adam.build(variables)
        self._variables, self._decay = variables, params["decay"]

    @property
    def rate(self) -> float:
        """The learning rate before its decay."""
        return float(self._adam.learning_rate)

    @rate.setter
    def rate(self, rate: float) -> None:
        self._adam.learning_rate = rate

    def move(self, gradients: Sequence[Any]) -> None:
        """Take one step with all variables.

        Keras's own `apply` would sum over replicas first, and TensorFlow never frees a graph that does.
        """
        rate = self._adam.learning_rate / (1 + self._decay * keras.ops.cast(self._adam.iterations, "float32"))
        for gradient, variable in zip(gradients, self._variables, strict=True):
            self._adam.update_step(gradient, variable, rate)
        self._adam.iterations.assign_add(1)
