# /// script
# requires-python = ">=3.10,<3.12"
# dependencies = ["mxnet==1.9.1", "numpy>=1.23,<1.24"]
# ///
"""How accurate is one configuration, and how long does it train? In MXNet: a program in an environment of its own.

``uv run --script mxnet_training.py data.npz`` trains the configuration in ``PARETUNE_PARAMS``, with its ``seed``, on
the arrays that `paretune.workloads.builtin.rotten_tomatoes.mxnet_program` has written, and prints its metrics. The net
and its training are those of `torch_network` and `torch_training`, next to this file, which say more of them.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import mxnet as mx
import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[3]))  # at the end: all but this package is this environment's own
from paretune.measure import TrainingTimer

sys.path.pop()

Array: TypeAlias = "np.ndarray[Any, Any]"

WIDTHS, N_MAPS, N_CLASSES = (3, 4, 5), 100, 2
LARGEST = 0.1  # initial weights are uniform between -0.1 and 0.1
MEMORY, EPSILON = 0.9, 1e-8  # of RMSProp
HALVED_AFTER = 50  # the epoch, counted from 0, after which the rate is halved


def network(params: Mapping[str, Any], n_words: int) -> mx.sym.Symbol:
    """From ``tokens`` and ``labels`` to probabilities, whose gradient is summed over the batch, and to logits."""
    tokens, labels = mx.sym.Variable("tokens"), mx.sym.Variable("labels")
    embedded = mx.sym.Embedding(tokens, input_dim=n_words, output_dim=params["embed_dim"], name="embedding")
    words = mx.sym.transpose(embedded, axes=(0, 2, 1))
    maps = [
        mx.sym.Pooling(
            mx.sym.Convolution(words, kernel=(width,), num_filter=N_MAPS, name=f"words_{width}"),
            pool_type="max",
            global_pool=True,
            kernel=(1,),
        )
        for width in WIDTHS
    ]
    features = mx.sym.Activation(mx.sym.flatten(mx.sym.concat(*maps, dim=1)), act_type="relu")
    kept = mx.sym.Dropout(features, p=params["dropout_rate"])
    logits = mx.sym.FullyConnected(kept, num_hidden=N_CLASSES, name="dense")
    return mx.sym.Group([mx.sym.SoftmaxOutput(logits, labels, name="softmax"), mx.sym.BlockGrad(logits)])


class Training:
    """The net in memory, for batches of one shape.

    Args:
        params: the six hyperparameters and the ``seed``.
        n_words: in the vocabulary.
        length: of each review.
    """

    def __init__(self, params: Mapping[str, Any], n_words: int, length: int) -> None:
        symbol, size = network(params, n_words), params["batch_size"]
        kept = {name: "null" if name in {"tokens", "labels"} else "write" for name in symbol.list_arguments()}
        self._executor = symbol.simple_bind(mx.cpu(), grad_req=kept, tokens=(size, length), labels=(size,))
        self._learned = [name for name, use in kept.items() if use == "write"]
        self._squares = {name: mx.nd.zeros(weight.shape) for name, weight in self.weights.items()}
        self._params = params
        mx.random.seed(params["seed"])
        for name, weight in self.weights.items():
            weight[:] = 0 if name.endswith("bias") else mx.nd.random.uniform(-LARGEST, LARGEST, weight.shape)

    @property
    def weights(self) -> dict[str, mx.nd.NDArray]:
        """What is learned, by name."""
        return {name: self._executor.arg_dict[name] for name in self._learned}

    @property
    def gradients(self) -> dict[str, mx.nd.NDArray]:
        """Of the last step, summed over its batch."""
        return {name: self._executor.grad_dict[name] for name in self._learned}

    def step(self, tokens: mx.nd.NDArray, labels: mx.nd.NDArray, rate: float) -> float:
        """Move the weights by one batch; its mean cross-entropy before they moved."""
        _, logits = self._executor.forward(is_train=True, tokens=tokens, labels=labels)
        self._executor.backward()
        scale = self._scale()
        for name, weight in self.weights.items():
            mx.nd.rmsprop_update(
                weight,
                self.gradients[name],
                self._squares[name],
                lr=rate,
                gamma1=MEMORY,
                epsilon=EPSILON,
                rescale_grad=scale,
                out=weight,
            )
        return cross_entropy(logits.asnumpy(), labels.asnumpy())

    def is_right(self, tokens: mx.nd.NDArray, labels: mx.nd.NDArray) -> Array:
        """Whether each review is told rightly; a net that has diverged to NaN calls all of them negative."""
        believed = self._executor.forward(is_train=False, tokens=tokens)[1].asnumpy()
        return np.asarray((believed[:, 1] > believed[:, 0]) == (labels.asnumpy() == 1))

    def _scale(self) -> float:
        """What a summed gradient is multiplied with: the mean over the batch, its global norm clipped."""
        gradients, size = list(self.gradients.values()), self._params["batch_size"]
        norm = float(mx.nd.multi_sum_sq(*gradients, num_arrays=len(gradients)).sum().sqrt().asscalar()) / size
        largest = float(self._params["max_grad_norm"])
        return (largest / norm if norm > largest else 1.0) / float(size)


def cross_entropy(logits: Array, labels: Array) -> float:
    """The mean of ``-log(softmax(logits)[label])``."""
    wrong, right = np.where(labels[:, None] == 1, logits, logits[:, ::-1]).astype(float).T
    return float(np.logaddexp(0, wrong - right).mean())


def batches(tokens: Array, labels: Array, size: int) -> Iterator[tuple[mx.nd.NDArray, mx.nd.NDArray]]:
    """Whole batches in the order of the data; what is left over is dropped."""
    for start in range(0, len(labels) - size + 1, size):
        yield mx.nd.array(tokens[start : start + size]), mx.nd.array(labels[start : start + size])


def train(params: Mapping[str, Any], data: Mapping[str, Array]) -> dict[str, float | str]:
    """The metrics of one configuration.

    Args:
        params: the six hyperparameters, the ``seed``, and perhaps ``longest``.
        data: ``training_tokens``, ``training_labels``, ``dev_tokens``, ``dev_labels`` and ``n_words``.
    """
    training, dev = (
        list(batches(data[f"{part}_tokens"], data[f"{part}_labels"], params["batch_size"]))
        for part in ("training", "dev")
    )
    net = Training(params, int(data["n_words"]), data["dev_tokens"].shape[1])
    mx.nd.waitall()
    with TrainingTimer("cpu", mx.nd.waitall) as timer:
        for epoch in range(params["epochs"]):
            rate = params["learning_rate"] * (0.5 if epoch > HALVED_AFTER else 1.0)
            losses = [net.step(*batch, rate) for batch in timer.each(training)]
            correct = [net.is_right(*batch) for batch in timer.each(dev, "evaluation")]
            if timer.time.is_beyond(params.get("longest", math.inf)):
                break
    return {
        "accuracy": float(np.mean(correct)),
        **timer.time.metrics,
        "device": "cpu",
        "epochs_run": epoch + 1,
        "training_loss": float(np.mean(losses)),
        "n_parameters": float(sum(weight.size for weight in net.weights.values())),
    }


def main() -> None:
    """Read, train, print."""
    with np.load(sys.argv[1]) as data:
        metrics = train(json.loads(os.environ["PARETUNE_PARAMS"]), dict(data))
    sys.stdout.write(f"{json.dumps(metrics)}\n")


if __name__ == "__main__":
    main()
