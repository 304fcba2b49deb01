"""Pruning and quantisation of a trained net: accuracy against size and against time, three objectives.

The net is trained once. A trial prunes the smallest weights of each layer, and rounds the others to some bits, each
layer with its own share and number of bits. Run it: ``python compression.py``, or with another total:
``python compression.py 80``. Run it again to go on.
"""

import sys
import warnings

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from paretune import Float, Int, Maximize, Minimize, Study
from paretune.measure import latency

images, labels = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(images / 16, labels, test_size=0.3, random_state=0)
LAYERS = ("first", "second", "third")


def train():
    net = MLPClassifier((128, 64), max_iter=60, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that more iterations would be better
        net.fit(X_train, y_train)
    return net.coefs_, net.intercepts_


def compress(weights, share, bits):
    """Set the smallest weights to zero, and round the others to ``bits``; return them and their size in bytes."""
    rest = np.where(np.abs(weights) < np.quantile(np.abs(weights), share), 0, weights)
    step = np.abs(rest).max() / (2 ** (bits - 1) - 1)
    n_left = np.count_nonzero(rest)
    return np.round(rest / step) * step, n_left * bits / 8 + weights.size / 8  # a bitmap says which are left


def remove_dead_units(first, bias, second):
    """Remove the units that nothing enters or leaves: only that makes a pruned layer faster."""
    is_used = (first != 0).any(axis=0) & (second != 0).any(axis=1)
    return first[:, is_used], bias[is_used], second[is_used]


def predict(net, X):
    *hidden, (last, last_bias) = net
    for weights, bias in hidden:
        X = np.maximum(X @ weights + bias, 0)
    return (X @ last + last_bias).argmax(axis=1)


def make_evaluate(coefs, biases):
    def evaluate(params):
        found = [compress(w, params[f"prune_{n}"], params[f"bits_{n}"]) for n, w in zip(LAYERS, coefs, strict=True)]
        (first, second, third), sizes = zip(*found, strict=True)
        first, bias_1, second = remove_dead_units(first, biases[0], second)
        second, bias_2, third = remove_dead_units(second, biases[1], third)
        net = [(first, bias_1), (second, bias_2), (third, biases[2])]
        timed = latency(lambda: predict(net, X_test), device="cpu", max_repeats=30, never_waits=True).reference
        return {
            "accuracy": float((predict(net, X_test) == y_test).mean()),
            "size": sum(sizes) / 1000,
            "time": timed.seconds,
            "time_se": timed.standard_error,
        }

    return evaluate


if __name__ == "__main__":
    space = {}
    for layer in LAYERS:
        space |= {f"prune_{layer}": Float(0, 0.98), f"bits_{layer}": Int(2, 8)}
    study = Study(
        space,
        [Maximize("accuracy", at_least=0.8), Minimize("size", unit="kB"), Minimize("time", unit="s")],
        storage="examples.db",
        name="compression",
    )
    study.run(make_evaluate(*train()), n_trials=int(sys.argv[1]) if len(sys.argv) > 1 else 30)
    print(study.front().to_frame().to_string())
