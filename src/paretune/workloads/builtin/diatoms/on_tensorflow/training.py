"""Training and prediction with the net, in TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from paretune.errors import InvalidInputError, TrialFailedError
from paretune.measure import TrainingTimer, device_name
from paretune.workloads.builtin.diatoms.dataset import Part
from paretune.workloads.builtin.diatoms.frameworks import INFERENCE_BATCH
from paretune.workloads.builtin.diatoms.on_tensorflow.network import build_network
from paretune.workloads.builtin.diatoms.on_tensorflow.optimizer import DecayingAdam
from paretune.workloads.builtin.diatoms.plateau import Plateau
from paretune.workloads.builtin.diatoms.saved_training import (
    name_arrays,
    plateau_state,
    restore_plateau,
    unname_arrays,
)
from paretune.workloads.builtin.training_state import State


class Session:
    """TensorFlow on a device; see `paretune.workloads.builtin.diatoms.frameworks.Session`.

    Args:
        device: ``auto``, ``cpu`` or ``cuda``.

    Raises:
        InvalidInputError: the device is ``cuda``, but TensorFlow sees no GPU.
    """

    dtype = "float32"

    def __init__(self, device: str) -> None:
        has_gpu = bool(tf.config.list_physical_devices("GPU"))
        if device == "cuda" and not has_gpu:
            raise InvalidInputError("device=cuda, but TensorFlow sees no GPU: set framework=torch or device=cpu")
        is_on_gpu = has_gpu and device != "cpu"
        self.device = device_name("cuda" if is_on_gpu else "cpu")
        self._scope = tf.device("/GPU:0" if is_on_gpu else "/CPU:0")

    def __enter__(self) -> Self:
        self._scope.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scope.__exit__(kind, error, trace)
        keras.backend.clear_session()
        if isinstance(error, tf.errors.ResourceExhaustedError):
            raise TrialFailedError("out_of_memory", error.message.partition("\n")[0]) from error

    def build(self, params: Mapping[str, Any], seed: int) -> keras.Model:
        """Build the untrained net."""
        return build_network(params, seed)

    def predictor(self, net: keras.Model, values: NDArray[np.float32]) -> Callable[[], NDArray[np.float32]]:
        """Make a function that predicts all series."""
        batches = [values[i : i + INFERENCE_BATCH, :, None] for i in range(0, len(values), INFERENCE_BATCH)]
        signature = [tf.TensorSpec((None, *batches[0].shape[1:]))]
        forward = tf.function(lambda batch: net(batch, training=False), input_signature=signature)

        def predict() -> NDArray[np.float32]:
            outputs = [forward(batch) for batch in batches]
            return np.concatenate([output.numpy() for output in outputs])

        return predict

    def train(
        self, net: keras.Model, part: Part, params: Mapping[str, Any], epochs: int, seed: int, timer: TrainingTimer
    ) -> Training:
        """Begin to train a net in place."""
        return Training(net, part, params, epochs, seed, timer)

    def synchronize(self) -> None:
        """Wait until the device has finished."""
        tf.test.experimental.sync_devices()


class Training:
    """A training of a net; see `paretune.workloads.builtin.diatoms.frameworks.Training`.

    Args:
        net: trained in place.
        part: the training series.
        params: ``batch_size`` and the parameters of the optimizer.
        epochs: passes over the part.
        seed: of the shuffling.
        timer: counts the steps.
    """

    def __init__(
        self, net: keras.Model, part: Part, params: Mapping[str, Any], epochs: int, seed: int, timer: TrainingTimer
    ) -> None:
        self._net, self._epochs, self._timer, self.epoch = net, epochs, timer, 0
        self._adam, self._shuffle = DecayingAdam(params, net.trainable_variables), np.random.default_rng(seed)
        self._step = _compile_step(net, self._adam, part)
        self._size, self._n = params["batch_size"], len(part.labels)
        self._first_rate = float(params["learning_rate"])
        self._plateau = Plateau(self._first_rate)

    def __iter__(self) -> Iterator[float]:
        """Train one epoch after another; yield the training loss of each."""
        size, n = self._size, self._n
        while self.epoch < self._epochs:
            order = self._shuffle.permutation(n)
            batches = [order[i : i + size] for i in range(0, n, size)]
            sums = [self._step(batch) for batch in self._timer.each(batches[: n // size], "step")]
            sums += [self._step(batch) for batch in self._timer.each(batches[n // size :], "last step")]
            loss = float(sum(sums)) / n
            self._plateau = self._plateau.update(loss)
            self._adam.rate = self._plateau.rate
            self.epoch += 1
            yield loss

    def state(self) -> State:
        """All that the rest of the training depends on, by name."""
        moments = [np.asarray(variable.numpy()) for variable in self._adam.moments]
        plateau = plateau_state(self._plateau, self.epoch, self._first_rate)
        return {**plateau, **name_arrays(self._net.get_weights(), moments)}

    def restore(self, state: State) -> None:
        """Go on from a state."""
        self._plateau, self.epoch = restore_plateau(state, self._first_rate)
        weights, moments = unname_arrays(state)
        self._net.set_weights(weights)
        for variable, values in zip(self._adam.moments, moments, strict=True):
            variable.assign(values)
        self._adam.rate = self._plateau.rate
        for _ in range(self.epoch):  # the shuffling of the epochs that are done
            self._shuffle.permutation(self._n)


def _compile_step(model: keras.Model, adam: DecayingAdam, part: Part) -> Callable[[NDArray[np.int64]], tf.Tensor]:
    """Compile a training step, from the rows of a batch to the sum of its losses.

    For a small net this takes half the time of `keras.Model.fit`. A graph of a whole epoch is hardly faster, and
    TensorFlow never frees the graph of a loop.
    """
    values, labels = tf.constant(part.values[..., None]), tf.constant(part.labels)

    def step(batch: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            probabilities = model(tf.gather(values, batch), training=True)
            losses = keras.losses.sparse_categorical_crossentropy(tf.gather(labels, batch), probabilities)
            loss = tf.reduce_mean(losses)
        adam.apply(tape.gradient(loss, model.trainable_variables))
        return tf.reduce_sum(losses)

    compiled: Callable[[NDArray[np.int64]], tf.Tensor] = tf.function(
        step, input_signature=[tf.TensorSpec([None], tf.int64)]
    )
    return compiled
