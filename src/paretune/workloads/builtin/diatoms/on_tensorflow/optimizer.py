"""Adam with the learning-rate decay of Keras 2.0.5, in Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras


class DecayingAdam:
    """Adam with the learning rate ``rate / (1 + decay * t)`` at step ``t``, counted from 0.

    Args:
        params: ``learning_rate``, ``one_minus_beta_1``, ``one_minus_beta_2``, ``epsilon`` and ``decay``.
        variables: the weights that it updates.
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

    @property
    def moments(self) -> list[keras.Variable]:
        """The moving means of the gradients and their squares, and the number of steps."""
        rate = self._adam.learning_rate
        return [variable for variable in self._adam.variables if variable is not rate]

    def apply(self, gradients: Sequence[Any]) -> None:
        """Update all variables by one step.

        Keras's own `apply` would sum over replicas first, and TensorFlow never frees the graph of that sum.
        """
        rate = self._adam.learning_rate / (1 + self._decay * keras.ops.cast(self._adam.iterations, "float32"))
        for gradient, variable in zip(gradients, self._variables, strict=True):
            self._adam.update_step(gradient, variable, rate)
        self._adam.iterations.assign_add(1)
