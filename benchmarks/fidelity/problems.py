"""Trainings with learning curves: a made-up one with a late objective, those of LCBench, and real small ones."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from paretune import Float, Int, Maximize, Minimize, Objectives, Space

OPEN_INSTANCES = (126025, 126029, 167104)  # of LCBench; others are held out from all choices


class Problem(Protocol):
    """A family of trainings."""

    name: str
    space: Space
    objectives: Objectives
    n_epochs: int

    def curve(self, params: Mapping[str, Any], seed: int) -> dict[str, NDArray[np.float64]]:
        """Return the metrics of all epochs by name."""
        ...

    def true_losses(self, params: Mapping[str, Any]) -> NDArray[np.float64]:
        """Return the final losses without noise."""
        ...


class LateObjective:
    """Most trainings are hopeless, and the accuracy is near chance for the first half; the loss is not.

    Like small networks with batch normalisation: the running averages lag, so the validation accuracy says little
    early, while the training loss already ranks the configurations.

    Args:
        instance: a number that moves the good configurations.
    """

    n_epochs, chance, accuracy_noise, loss_noise = 27, 0.05, 0.03, 0.12

    def __init__(self, instance: int) -> None:
        rng = np.random.default_rng([7, instance])
        self.name = f"late-{instance}"
        self.space = Space(
            {
                "learning_rate": Float(1e-4, 1e-1, log=True),
                "width": Int(8, 256, log=True),
                "decay": Float(1e-6, 1e-2, log=True),
                "dropout": Float(0, 0.8),
            }
        )
        self.objectives = Objectives([Maximize("accuracy"), Minimize("latency")])
        self._best = rng.uniform(0.2, 0.8, 4)

    def quality(self, params: Mapping[str, Any]) -> float:
        """The final accuracy without noise, between chance and 0.9."""
        x = self.space.encode([params])[0]
        away = ((x - self._best) * [3.0, 0.0, 1.0, 1.4]) ** 2
        capacity = 0.35 + 0.65 * x[1] ** 0.5
        return float(self.chance + 0.85 * capacity * np.exp(-away.sum()))

    def true_losses(self, params: Mapping[str, Any]) -> NDArray[np.float64]:
        """The negative accuracy, and the latency, which is known before the training."""
        return np.array([-self.quality(params), 0.1 + float(params["width"]) / 256])

    def curve(self, params: Mapping[str, Any], seed: int) -> dict[str, NDArray[np.float64]]:
        """The metrics of each epoch."""
        rng, epochs = np.random.default_rng(seed), np.arange(1, self.n_epochs + 1)
        quality, latency = self.quality(params), self.true_losses(params)[1]
        learned = np.clip((epochs - 12) / 12, 0, 1)
        accuracy = self.chance + (quality - self.chance) * learned + rng.normal(0, self.accuracy_noise, len(epochs))
        loss = 3 - 2 * quality * (1 - np.exp(-epochs / 2)) + rng.normal(0, self.loss_noise, len(epochs))
        return {"accuracy": accuracy, "loss": loss, "latency": np.full(len(epochs), latency)}


class NoisyLateObjective(LateObjective):
    """A `LateObjective` of 60 epochs whose trainings differ by luck, and whose accuracy jumps from epoch to epoch.

    The luck of a training is a sixth of its accuracy, and the jumps an eighth, about those of the diatoms' net.
    """

    n_epochs, luck, jump = 60, 0.16, 0.12

    def __init__(self, instance: int) -> None:
        super().__init__(instance)
        self.name = f"noisy-{instance}"

    def curve(self, params: Mapping[str, Any], seed: int) -> dict[str, NDArray[np.float64]]:
        """The metrics of each epoch."""
        rng, epochs = np.random.default_rng(seed), np.arange(1, self.n_epochs + 1)
        quality, latency = self.quality(params), self.true_losses(params)[1]
        end = np.clip(self.chance + (quality - self.chance) * (1 + rng.normal(0, self.luck)), 0, 1)
        learned = np.clip((epochs - 10) / 30, 0, 1)
        jumps = 1 + self.jump * rng.normal(0, 1, len(epochs))
        accuracy = self.chance + (end - self.chance) * learned * jumps
        loss = 3 - 2 * quality * (1 - np.exp(-epochs / 4)) + rng.normal(0, 0.15) + rng.normal(0, 0.1, len(epochs))
        return {"accuracy": np.clip(accuracy, 0, 1), "loss": loss, "latency": np.full(len(epochs), latency)}


class LCBench:
    """One data set of the LCBench surrogate of YAHPO Gym: the error and the size of a network, over 52 epochs.

    Args:
        folder: of YAHPO's data; ``lcbench/model.onnx`` and ``lcbench/encoding.json`` are below it.
        instance: the OpenML task.
    """

    n_epochs = 52

    def __init__(self, folder: Path, instance: int) -> None:
        self.name, self._folder = f"lcbench-{instance}", folder / "lcbench"
        encoding = json.loads((self._folder / "encoding.json").read_text())
        codes = encoding.get("OpenML_task_id") or next(iter(encoding.values()))
        self._code = codes[str(instance)]
        self.space = Space(
            {
                "batch_size": Int(16, 512, log=True),
                "learning_rate": Float(1e-4, 0.1, log=True),
                "momentum": Float(0.1, 0.99),
                "weight_decay": Float(1e-5, 0.1),
                "num_layers": Int(1, 5),
                "max_units": Int(64, 1024, log=True),
                "max_dropout": Float(0, 1),
            }
        )
        self.objectives = Objectives([Minimize("error"), Minimize("log_size")])

    @cached_property
    def _session(self) -> Any:
        import onnxruntime  # noqa: PLC0415 (only this problem needs it)

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(str(self._folder / "model.onnx"), options)

    def true_losses(self, params: Mapping[str, Any]) -> NDArray[np.float64]:
        """The error after the last epoch, and the decimal logarithm of the number of weights."""
        curve = self.curve(params, 0)
        return np.array([curve["error"][-1], curve["log_size"][-1]])

    def curve(self, params: Mapping[str, Any], seed: int) -> dict[str, NDArray[np.float64]]:  # noqa: ARG002 (no noise)
        """The metrics of each epoch."""
        rows = [[epoch, *(float(params[name]) for name in self.space)] for epoch in range(1, self.n_epochs + 1)]
        codes = np.full((self.n_epochs, 1), self._code, np.int32)
        found = self._session.run(None, {"x_cat": codes, "x_cont": np.array(rows, np.float32)})[0].astype(float)
        widths = np.concatenate([[50], np.linspace(params["max_units"], 32, params["num_layers"] + 1)])
        log_size = np.full(self.n_epochs, np.log10((widths[:-1] * widths[1:]).sum()))
        return {"error": 1 - found[:, 1] / 100, "cross_entropy": found[:, 2], "log_size": log_size}


class DigitsGrid:
    """Real trainings of a small network on scikit-learn's digits; more than half of them stay near chance.

    The space is a grid of 360 configurations. Each is trained once, when it is first needed, and kept in a file. The
    accuracy that a search sees is that of 300 images; the true one is that of 1,097 others.

    Args:
        cache: the file, one JSON object a line.
    """

    name, n_epochs = "digits", 30

    def __init__(self, cache: Path) -> None:
        self.space = Space({"rate": Int(0, 9), "width": Int(0, 5), "batch": Int(0, 2), "momentum": Int(0, 1)})
        self.objectives = Objectives([Maximize("accuracy"), Minimize("log_size")])
        self._cache = cache
        lines = cache.read_text().splitlines() if cache.exists() else []
        self._trained = {tuple(found["key"]): found for found in map(json.loads, lines)}

    def curve(self, params: Mapping[str, Any], seed: int) -> dict[str, NDArray[np.float64]]:  # noqa: ARG002 (one seed)
        """The metrics of each epoch."""
        found = self._training(params)
        return {name: np.array(found[name]) for name in ("accuracy", "loss")} | {
            "log_size": np.full(self.n_epochs, self._log_size(params))
        }

    def true_losses(self, params: Mapping[str, Any]) -> NDArray[np.float64]:
        """The negative accuracy on other images, and the decimal logarithm of the number of weights."""
        return np.array([-self._training(params)["test_accuracy"], self._log_size(params)])

    @staticmethod
    def _log_size(params: Mapping[str, Any]) -> float:
        return float(np.log10(75 * 4 * 2 ** params["width"] + 10))

    def _training(self, params: Mapping[str, Any]) -> dict[str, Any]:
        key = tuple(int(params[name]) for name in self.space)
        if key not in self._trained:
            self._trained[key] = {"key": key, **self._train(*key)}
            with self._cache.open("a") as file:
                file.write(json.dumps(self._trained[key]) + "\n")
        return self._trained[key]

    def _train(self, rate: int, width: int, batch: int, momentum: int) -> dict[str, Any]:
        from sklearn.datasets import load_digits  # noqa: PLC0415 (only this problem needs it)
        from sklearn.neural_network import MLPClassifier  # noqa: PLC0415

        X, y = load_digits(return_X_y=True)
        order = np.random.default_rng(0).permutation(len(y))
        train, seen, unseen = order[:400], order[400:700], order[700:]
        model = MLPClassifier(
            (4 * 2**width,),
            solver="sgd",
            learning_rate_init=10 ** (0.6 * rate - 5),
            momentum=0.9 * momentum,
            batch_size=16 * 3**batch,
            random_state=rate + 10 * width,
        )
        accuracy, loss = np.full(self.n_epochs, 0.1), np.full(self.n_epochs, np.nan)
        for epoch in range(self.n_epochs):
            with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"), suppress(ValueError):
                model.partial_fit(X[train] / 16, y[train], classes=range(10))  # a ValueError if it diverges
                accuracy[epoch], loss[epoch] = model.score(X[seen] / 16, y[seen]), model.loss_
        with suppress(ValueError):
            return {
                "accuracy": accuracy.tolist(),
                "loss": loss.tolist(),
                "test_accuracy": model.score(X[unseen] / 16, y[unseen]),
            }
        return {"accuracy": accuracy.tolist(), "loss": loss.tolist(), "test_accuracy": 0.1}


class DiatomsForest:
    """Trainings like those of the diatoms' net in experiment 003: its trials say how good a configuration is.

    A random forest of the experiment's trials gives the true accuracy and time of a configuration. A training has luck
    of a quarter of its accuracy, as the same configuration on two machines had, and the curve of a real training that
    ended near there, scaled to end there.

    Args:
        results: the folder of the experiment's tables of trials.
        curves: a file of JSON objects, one a line, with the ``accuracy`` and the ``training_loss`` of 60 epochs.
        instance: the seed of the forest.
    """

    n_epochs, luck, n_near, n_last = 60, 0.25, 5, 12

    def __init__(self, results: Path, curves: Path, instance: int) -> None:
        self.name = f"diatoms-{instance}"
        sizes = {f"conv_{i}_num_filters": Int(8, 64) for i in (1, 2, 3)}
        sizes |= {f"conv_{i}_filter_size": Int(2, 10) for i in (1, 2, 3)}
        self.space = Space(
            {
                "batch_size": Int(8, 32),
                **sizes,
                "learning_rate": Float(1e-10, 1.0, log=True),
                "one_minus_beta_1": Float(0.01, 0.5, log=True),
                "one_minus_beta_2": Float(1e-6, 0.5, log=True),
                "epsilon": Float(1e-10, 1e-6, log=True),
                "decay": Float(1e-10, 0.1, log=True),
            }
        )
        self.objectives = Objectives([Maximize("accuracy"), Minimize("log_time")])
        self._results, self._instance = results, instance
        found = [json.loads(line) for line in curves.read_text().splitlines()]
        self._accuracies, self._losses = (
            np.array([one[key] for one in found]) for key in ("accuracy", "training_loss")
        )
        self._ends = self._accuracies[:, -self.n_last :].mean(axis=1)
        self._known: dict[str, NDArray[np.float64]] = {}

    @cached_property
    def _forest(self) -> Any:
        import pandas as pd  # noqa: PLC0415 (only this problem needs it)
        from sklearn.ensemble import RandomForestRegressor  # noqa: PLC0415

        files = [file for file in sorted(self._results.rglob("*.csv.gz")) if file.stem.split(".")[0].count("-") == 1]
        frame = pd.concat([pd.read_csv(file) for file in files if "pilot" not in str(file)])
        frame = frame[frame["state"] == "complete"]
        rows = [
            {name: type(self.space[name].low)(row[name]) for name in self.space} for row in frame.to_dict("records")
        ]
        values = np.column_stack([frame["accuracy"], 4 * np.log10(frame["inference_time"])])  # of about equal spread
        forest = RandomForestRegressor(200, min_samples_leaf=2, random_state=self._instance, n_jobs=1)
        return forest.fit(self.space.encode(rows), values)

    def _expected(self, params: Mapping[str, Any]) -> NDArray[np.float64]:
        key = repr([params[name] for name in self.space])
        if key not in self._known:
            self._known[key] = self._forest.predict(self.space.encode([params]))[0]
        return self._known[key]

    def true_losses(self, params: Mapping[str, Any]) -> NDArray[np.float64]:
        """The negative accuracy, and the decimal logarithm of the time."""
        accuracy, time = self._expected(params)
        return np.array([-accuracy, time / 4])

    def curve(self, params: Mapping[str, Any], seed: int) -> dict[str, NDArray[np.float64]]:
        """The metrics of each epoch."""
        rng, (accuracy, time) = np.random.default_rng(seed), self._expected(params)
        end = max(0.0, accuracy * (1 + self.luck * rng.normal()))
        row = rng.choice(np.argsort(np.abs(self._ends - end))[: self.n_near])
        scale = np.clip(end / max(self._ends[row], 0.02), 0.3, 2)
        return {
            "accuracy": np.clip(self._accuracies[row] * scale, 0, 1),
            "loss": self._losses[row],
            "log_time": np.full(self.n_epochs, time / 4),
        }
