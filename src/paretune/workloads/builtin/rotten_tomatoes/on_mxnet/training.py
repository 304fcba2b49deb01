# /// script
# requires-python = ">=3.10,<3.12"
# dependencies = ["mxnet==1.9.1", "numpy>=1.23,<1.24"]
# ///
"""The training of one configuration in MXNet: a program that runs in a Python environment of its own.

``uv run --script training.py data.npz`` trains the configuration in ``PARETUNE_PARAMS``, with its ``seed``, on the
arrays that ``launcher.py`` has written, and prints the metrics of each epoch and of the training. The net and its
training are the same as in ``on_torch``, where they are documented.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import mxnet as mx
import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[5]))  # last: only this package comes from there
from paretune.measure import TrainingTimer

sys.path.pop()

Array: TypeAlias = "np.ndarray[Any, Any]"

WIDTHS, N_MAPS, N_CLASSES = (3, 4, 5), 100, 2
MAX_SEED = 2**31 - 1
INITIAL_BOUND = 0.1  # initial weights are uniform between -0.1 and 0.1
DECAY, EPSILON = 0.9, 1e-8  # of RMSProp
HALVE_RATE_AFTER = 50  # the epoch, counted from 0, after which the learning rate is halved


def build_network(params: Mapping[str, Any], n_words: int) -> mx.sym.Symbol:
    """Build the net: from ``tokens`` and ``labels`` to probabilities, with summed gradients, and logits."""
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
    regularized = mx.sym.Dropout(features, p=params["dropout_rate"])
    logits = mx.sym.FullyConnected(regularized, num_hidden=N_CLASSES, name="dense")
    return mx.sym.Group([mx.sym.SoftmaxOutput(logits, labels, name="softmax"), mx.sym.BlockGrad(logits)])


class Training:
    """The net and its optimizer, for batches of one shape.

    Args:
        params: the six hyperparameters and the ``seed``.
        n_words: the size of the vocabulary.
        length: of each review.
    """

    def __init__(self, params: Mapping[str, Any], n_words: int, length: int) -> None:
        symbol, size = build_network(params, n_words), params["batch_size"]
        gradients = {name: "null" if name in {"tokens", "labels"} else "write" for name in symbol.list_arguments()}
        self._executor = symbol.simple_bind(mx.cpu(), grad_req=gradients, tokens=(size, length), labels=(size,))
        self._trained = [name for name, use in gradients.items() if use == "write"]
        self._squares = {name: mx.nd.zeros(weight.shape) for name, weight in self.weights.items()}
        self._params = params
        mx.random.seed(params["seed"])
        for name, weight in self.weights.items():
            weight[:] = (
                0 if name.endswith("bias") else mx.nd.random.uniform(-INITIAL_BOUND, INITIAL_BOUND, weight.shape)
            )

    @property
    def weights(self) -> dict[str, mx.nd.NDArray]:
        """The trained weights by name."""
        return {name: self._executor.arg_dict[name] for name in self._trained}

    @property
    def state(self) -> dict[str, mx.nd.NDArray]:
        """All that the rest of the training depends on after an epoch, by name."""
        return {
            **{f"weight_{name}": weight for name, weight in self.weights.items()},
            **{f"square_{name}": square for name, square in self._squares.items()},
        }

    @property
    def gradients(self) -> dict[str, mx.nd.NDArray]:
        """The gradients of the last step by name, summed over its batch."""
        return {name: self._executor.grad_dict[name] for name in self._trained}

    def step(self, tokens: mx.nd.NDArray, labels: mx.nd.NDArray, rate: float) -> float:
        """Update the weights by one batch, and return the mean cross-entropy before the update."""
        _, logits = self._executor.forward(is_train=True, tokens=tokens, labels=labels)
        self._executor.backward()
        scale = self._scale()
        for name, weight in self.weights.items():
            mx.nd.rmsprop_update(
                weight,
                self.gradients[name],
                self._squares[name],
                lr=rate,
                gamma1=DECAY,
                epsilon=EPSILON,
                rescale_grad=scale,
                out=weight,
            )
        return cross_entropy(logits.asnumpy(), labels.asnumpy())

    def is_correct(self, tokens: mx.nd.NDArray, labels: mx.nd.NDArray) -> Array:
        """Whether each review is classified correctly; a net that has diverged to NaN calls every review negative."""
        scores = self._executor.forward(is_train=False, tokens=tokens)[1].asnumpy()
        return np.asarray((scores[:, 1] > scores[:, 0]) == (labels.asnumpy() == 1))

    def _scale(self) -> float:
        """The factor of summed gradients: the mean over the batch, with the global norm clipped."""
        gradients, size = list(self.gradients.values()), self._params["batch_size"]
        norm = float(mx.nd.multi_sum_sq(*gradients, num_arrays=len(gradients)).sum().sqrt().asscalar()) / size
        largest = float(self._params["max_grad_norm"])
        return (largest / norm if norm > largest else 1.0) / float(size)


def cross_entropy(logits: Array, labels: Array) -> float:
    """The mean of ``-log(softmax(logits)[label])``."""
    wrong, right = np.where(labels[:, None] == 1, logits, logits[:, ::-1]).astype(float).T
    return float(np.logaddexp(0, wrong - right).mean())


def batches(tokens: Array, labels: Array, size: int) -> Iterator[tuple[mx.nd.NDArray, mx.nd.NDArray]]:
    """Cut the data into full batches in their order; a smaller rest is dropped."""
    for start in range(0, len(labels) - size + 1, size):
        yield mx.nd.array(tokens[start : start + size]), mx.nd.array(labels[start : start + size])


def train(params: Mapping[str, Any], data: Mapping[str, Array]) -> dict[str, float | str]:
    """Train one configuration and return its metrics.

    Args:
        params: the six hyperparameters, the ``seed``, and perhaps ``max_seconds``.
        data: ``training_tokens``, ``training_labels``, ``dev_tokens``, ``dev_labels`` and ``n_words``.
    """
    training, dev = (
        list(batches(data[f"{part}_tokens"], data[f"{part}_labels"], params["batch_size"]))
        for part in ("training", "dev")
    )
    net = Training(params, int(data["n_words"]), data["dev_tokens"].shape[1])
    checkpoint = Checkpoint(os.environ.get("PARETUNE_CHECKPOINT"))
    epoch, known, earlier = checkpoint.load(net)
    mx.nd.waitall()
    with TrainingTimer("cpu", mx.nd.waitall) as timer:
        while epoch < params["epochs"]:
            if epoch:
                mx.random.seed((params["seed"] * 1_000_003 + epoch) % MAX_SEED)  # MXNet cannot save its random state
            rate = params["learning_rate"] * (0.5 if epoch > HALVE_RATE_AFTER else 1.0)
            losses = [net.step(*batch, rate) for batch in timer.each(training)]
            correct = [net.is_correct(*batch) for batch in timer.each(dev, "evaluation")]
            epoch, spent = epoch + 1, add_time(timer.time.metrics, earlier)
            with timer.paused():
                known = {"accuracy": mean(correct), "training_loss": mean(losses)}
                print_metrics({"step": epoch, **known})
                has_to_stop = Path(os.environ.get("PARETUNE_STOP", os.devnull)).is_file()
                if checkpoint.is_due or has_to_stop:
                    checkpoint.save(net, epoch, known, spent)
            if has_to_stop or timer.time.clearly_exceeds(params.get("max_seconds", math.inf) - seconds(earlier)):
                break
    return {
        **known,
        **add_time(timer.time.metrics, earlier),
        "device": "cpu",
        "epochs_run": epoch,
        "n_parameters": float(sum(weight.size for weight in net.weights.values())),
    }


class Checkpoint:
    """The file that a training goes on from.

    Args:
        folder: of the file; None if nothing is saved.
    """

    def __init__(self, folder: str | None) -> None:
        self._file = None if folder is None else Path(folder) / "state.npz"
        self._next_save = time.monotonic() + 1.0

    @property
    def is_due(self) -> bool:
        """Whether to save again, so that saving takes at most a twentieth of the time."""
        return time.monotonic() >= self._next_save

    def save(self, net: Training, epoch: int, known: Mapping[str, Any], spent: Mapping[str, Any]) -> None:
        """Save a training after an epoch, in place of the earlier file; a full disk is no failure."""
        if self._file is None:
            return
        start, partial = time.monotonic(), self._file.with_name("state.partial")
        arrays = {name: array.asnumpy() for name, array in net.state.items()}
        try:
            with partial.open("wb") as opened:
                np.savez(opened, **arrays, note=np.array(json.dumps([epoch, dict(known), dict(spent)])))
            partial.replace(self._file)
        except OSError as error:
            sys.stderr.write(f"the checkpoint could not be saved: {error}\n")
        now = time.monotonic()
        self._next_save = now + max(1.0, 20 * (now - start))

    def load(self, net: Training) -> tuple[int, dict[str, Any], dict[str, Any]]:
        """Restore a net; return the epochs that are done, the metrics after them, and their time."""
        if self._file is None or not self._file.is_file():
            return 0, {}, {}
        try:
            with np.load(self._file, allow_pickle=False) as saved:
                arrays = {name: saved[name] for name in net.state}
                epoch, known, spent = json.loads(str(saved["note"]))
            for name, array in net.state.items():
                array[:] = arrays[name]
        except Exception as error:  # noqa: BLE001 (a damaged file may raise anything)
            sys.stderr.write(f"the checkpoint is damaged, so the training begins at its start: {error}\n")
            return 0, {}, {}
        return epoch, known, spent


def add_time(now: Mapping[str, Any], earlier: Mapping[str, Any]) -> dict[str, Any]:
    """The metrics of the time of a training in two parts; see ``training_state.py``."""
    if not earlier:
        return dict(now)
    total = {name: now[name] + earlier[name] for name in ("training_time", "training_compilation")}
    error = math.hypot(*(part.get("training_time_se", 0.0) for part in (now, earlier)))
    sources = {part["training_time_from"] for part in (now, earlier)}
    return {
        **now,
        **total,
        **({"training_time_se": error} if error else {}),
        "training_time_from": "from_steps" if "from_steps" in sources else "whole",
    }


def seconds(time_metrics: Mapping[str, Any]) -> float:
    """The training time among metrics; 0 if there is none."""
    return float(time_metrics.get("training_time", 0.0))


def mean(values: Any) -> float:
    """The mean as a Python number."""
    return float(np.mean(values))


def print_metrics(metrics: Mapping[str, Any]) -> None:
    """Print metrics as a line of JSON, at once."""
    sys.stdout.write(f"{json.dumps(metrics)}\n")
    sys.stdout.flush()


def main() -> None:
    """Read the data and the parameters, train, and print the metrics."""
    with np.load(sys.argv[1]) as data:
        metrics = train(json.loads(os.environ["PARETUNE_PARAMS"]), dict(data))
    print_metrics(metrics)


if __name__ == "__main__":
    main()
