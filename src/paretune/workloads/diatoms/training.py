"""How accurate and how fast is one configuration? It is trained from scratch in TensorFlow, then timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from paretune.errors import TrialFailedError
from paretune.measure.latency import latency
from paretune.workloads.diatoms.adam import DecayingAdam
from paretune.workloads.diatoms.archive import Part, Split
from paretune.workloads.diatoms.network import build
from paretune.workloads.diatoms.plateau import Plateau

INFERENCE_BATCH = 32


def evaluate(params: Mapping[str, Any], split: Split, epochs: int, seed: int) -> dict[str, float]:
    """Train one configuration and measure it on the validation part.

    Args:
        params: the 12 hyperparameters.
        split: standardised series.
        epochs: passes over the training part.
        seed: of initial weights and shuffling; the same seed gives the same training on one machine.

    Returns:
        ``accuracy`` after the last epoch; ``inference_time`` of the whole validation part in batches of 32,
        its ``_se``, its ``inference_first_call`` and the ``training_time``, all in seconds; ``training_loss``
        of the last epoch; ``n_parameters``.

    Raises:
        TrialFailedError: the device's memory does not suffice.
    """
    try:
        return _measure(params, split, epochs, seed)
    except tf.errors.ResourceExhaustedError as error:
        raise TrialFailedError("out_of_memory", error.message.partition("\n")[0]) from error
    finally:
        keras.backend.clear_session()


def _measure(params: Mapping[str, Any], split: Split, epochs: int, seed: int) -> dict[str, float]:
    model = build(params, seed)
    start = time.perf_counter()
    loss = train(model, split.training, params, epochs, seed)
    training_time = time.perf_counter() - start
    predict = predictor(model, split.validation.values)
    timed = latency(predict, time_limit=2.0)
    return {
        "accuracy": float(np.mean(predict().argmax(axis=1) == split.validation.labels)),
        "inference_time": timed.median,
        "inference_time_se": timed.standard_error,
        "inference_first_call": timed.first_call,
        "training_time": training_time,
        "training_loss": loss,
        "n_parameters": float(model.count_params()),
    }


def train(model: keras.Model, part: Part, params: Mapping[str, Any], epochs: int, seed: int) -> float:
    """Train a model in place.

    Args:
        model: from ``n x 176 x 1`` to ``n x 37`` probabilities.
        part: what it learns.
        params: ``batch_size`` and those of the optimizer.
        epochs: passes over the part, at least 1.
        seed: of the shuffling.

    Returns:
        The mean training loss of the last epoch, as it was while the weights moved.
    """
    adam, shuffle = DecayingAdam(params, model.trainable_variables), np.random.default_rng(seed)
    step = _compile_step(model, adam, part)
    plateau, size = Plateau(params["learning_rate"]), params["batch_size"]
    loss = np.nan
    for _ in range(epochs):
        order = shuffle.permutation(len(part.labels))
        sums = [step(order[i : i + size]) for i in range(0, len(order), size)]
        loss = float(sum(sums)) / len(order)
        plateau = plateau.after(loss)
        adam.rate = plateau.rate
    return loss


def _compile_step(model: keras.Model, adam: DecayingAdam, part: Part) -> Callable[[NDArray[np.int64]], tf.Tensor]:
    """From a batch's rows to the sum of its losses: half the time of `keras.Model.fit` where the net is small.

    A graph of a whole epoch is hardly faster, and TensorFlow never frees the graph of a loop.
    """
    values, labels = tf.constant(part.values[..., None]), tf.constant(part.labels)

    def step(batch: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            probabilities = model(tf.gather(values, batch), training=True)
            losses = keras.losses.sparse_categorical_crossentropy(tf.gather(labels, batch), probabilities)
            loss = tf.reduce_mean(losses)
        adam.move(tape.gradient(loss, model.trainable_variables))
        return tf.reduce_sum(losses)

    compiled: Callable[[NDArray[np.int64]], tf.Tensor] = tf.function(
        step, input_signature=[tf.TensorSpec([None], tf.int64)]
    )
    return compiled


def predictor(model: keras.Model, values: NDArray[np.float32]) -> Callable[[], NDArray[np.float32]]:
    """A call that predicts all series, batch by batch, as a product would: from NumPy to NumPy.

    Args:
        model: from ``n x 176 x 1`` to ``n x 37`` probabilities.
        values: ``n x 176``.

    Returns:
        A function without arguments to ``n x 37`` probabilities.
    """
    batches = [values[i : i + INFERENCE_BATCH, :, None] for i in range(0, len(values), INFERENCE_BATCH)]
    signature = [tf.TensorSpec((None, *batches[0].shape[1:]))]
    forward = tf.function(lambda batch: model(batch, training=False), input_signature=signature)

    def predict() -> NDArray[np.float32]:
        outputs = [forward(batch) for batch in batches]
        return np.concatenate([output.numpy() for output in outputs])

    return predict
