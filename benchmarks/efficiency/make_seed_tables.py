"""Train every configuration of small grids with several seeds, and write the tables of `problems/noisy_trainings.py`.

Run it: ``python benchmarks/efficiency/make_seed_tables.py digits_net``. A seed draws the training and the validation
examples, and the random numbers of the training. The losses of one training are its validation loss and the seconds
that it took on a machine with other load, so that the times have real spikes.
"""

from __future__ import annotations

import argparse
import csv
import functools
import itertools
import os
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

TABLES = Path(__file__).with_name("tables")
N_SEEDS = 5
MIN_PROBABILITY = 1e-3  # of a prediction, so that the log-loss is finite


@dataclass(frozen=True)
class Grid:
    """A grid of trainings.

    Args:
        values: the values of each parameter.
        data: return the examples and their classes.
        n_train: number of examples to train with.
        n_validation: number of examples that the loss is computed from: few, so that it is noisy.
        model: create the model from its parameters and a seed.
        uses_log_loss: whether the loss is the log-loss; otherwise it is the share of wrong classes.
    """

    values: Mapping[str, Sequence[Any]]
    data: Callable[..., Any]
    n_train: int
    n_validation: int
    model: Callable[[Mapping[str, Any], int], ClassifierMixin]
    uses_log_loss: bool


def _net(params: Mapping[str, Any], seed: int) -> ClassifierMixin:
    net = MLPClassifier(
        (params["width"],) * params.get("layers", 1),
        activation=params.get("activation", "relu"),
        learning_rate_init=params["lr"],
        alpha=params.get("alpha", 1e-4),
        batch_size=params["batch"],
        max_iter=params["epochs"],
        random_state=seed,
    )
    return make_pipeline(StandardScaler(), net)


def _boosting(params: Mapping[str, Any], seed: int) -> ClassifierMixin:
    return GradientBoostingClassifier(
        n_estimators=params["trees"],
        max_depth=params["depth"],
        learning_rate=params["rate"],
        subsample=params["rows"],
        max_features=params["columns"],
        random_state=seed,
    )


GRIDS = {
    "digits_net": Grid(
        values={
            "width": [2, 4, 8, 16, 32, 64],
            "lr": [0.001, 0.003, 0.01, 0.03, 0.1],
            "batch": [20, 50],
            "epochs": [2, 4, 8, 16],
            "activation": ["relu", "tanh"],
        },
        data=load_digits,
        n_train=200,
        n_validation=50,
        model=_net,
        uses_log_loss=False,
    ),
    "cancer_boosting": Grid(
        values={
            "trees": [1, 2, 4, 8, 16, 32],
            "depth": [1, 2, 3, 5],
            "rate": [0.03, 0.1, 0.3, 1.0],
            "rows": [0.4, 1.0],
            "columns": [0.1, 0.5],
        },
        data=load_breast_cancer,
        n_train=150,
        n_validation=40,
        model=_boosting,
        uses_log_loss=True,
    ),
    "wine_net": Grid(
        values={
            "width": [1, 2, 4, 8, 16],
            "lr": [0.003, 0.01, 0.03, 0.1],
            "alpha": [0.001, 1.0],
            "batch": [20],
            "epochs": [4, 8, 16, 32],
        },
        data=load_wine,
        n_train=80,
        n_validation=30,
        model=_net,
        uses_log_loss=True,
    ),
}


@functools.cache
def _examples(data: Callable[..., Any]) -> Any:
    return data(return_X_y=True)


def train(grid: Grid, params: Mapping[str, Any], seed: int) -> tuple[float, float]:
    """Train once, and return the validation loss and the seconds of the training."""
    X, y = _examples(grid.data)
    X, X_validation, y, y_validation = train_test_split(
        X, y, train_size=grid.n_train, test_size=grid.n_validation, random_state=seed, stratify=y
    )
    model = grid.model(params, seed)
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # short trainings do not converge
        model.fit(X, y)
    seconds = time.perf_counter() - started
    if not grid.uses_log_loss:
        return float((model.predict(X_validation) != y_validation).mean()), seconds
    probabilities = model.predict_proba(X_validation)[np.arange(len(y_validation)), y_validation]
    return float(np.mean(-np.log(np.clip(probabilities, MIN_PROBABILITY, 1.0)))), seconds


def main() -> None:
    """Write the table of one grid. Configurations that a file has already are not trained again."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("grid", choices=GRIDS)
    parser.add_argument("--out", type=Path, default=TABLES)
    arguments = parser.parse_args()
    grid, path = GRIDS[arguments.grid], arguments.out / f"{arguments.grid}.csv"
    n_done = max(len(path.read_text().splitlines()) - 1, 0) if path.exists() else 0
    configurations = itertools.product(*grid.values.values())
    with path.open("a", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        if n_done == 0:
            columns = [f"{name}_{seed}" for name in ("loss", "seconds") for seed in range(N_SEEDS)]
            rows.writerow([*grid.values, *columns])
        for values in itertools.islice(configurations, n_done, None):
            outcomes = [train(grid, dict(zip(grid.values, values, strict=True)), seed) for seed in range(N_SEEDS)]
            losses, seconds = zip(*outcomes, strict=True)
            rows.writerow([*values, *(f"{x:.4g}" for x in losses), *(f"{x:.3g}" for x in seconds)])
            file.flush()


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
