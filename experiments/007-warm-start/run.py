"""Search a simulated net with and without the front of another study; print the table.

``python experiments/007-warm-start/run.py`` writes ``results/runs.csv``: the hypervolume after each trial of each run.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np

from paretune import Categorical, Float, Int, Minimize, Objectives, Space, Trials, pareto, suggest
from paretune.space import Params
from paretune.study.warm_start import transferred_configurations

RESULTS = Path(__file__).parent / "results" / "runs.csv"
N_TRIALS, N_OTHERS, SEEDS, EARLY = 18, 40, range(3), 11
OBJECTIVES, REFERENCE = Objectives([Minimize("error"), Minimize("cost")]), (0.5, 5.5)
SPACE = Space(
    {
        "rate": Float(1e-4, 1, log=True),
        "width": Int(8, 256, log=True),
        "layers": Int(1, 4),
        "dropout": Float(0, 0.9),
        "activation": Categorical(["tanh", "relu", "gelu"]),
    }
)
Train = Callable[[Params], list[float]]


def make_net(log_rate: float, dropout: float, activation: str, layers: int) -> Train:
    """Return a simulated training with its best values."""

    def train(params: Params) -> list[float]:
        error = 0.05 + 0.05 * (np.log10(params["rate"]) - log_rate) ** 2 + 0.6 * params["width"] ** -0.5
        error += 0.02 * (params["layers"] - layers) ** 2 + 0.2 * (params["dropout"] - dropout) ** 2
        error += 0.03 * (params["activation"] != activation)
        return [float(error), float(np.log10(params["width"] ** 2 * params["layers"]))]

    return train


NET = make_net(-2, 0.2, "gelu", 3)
OTHERS: dict[str, Train | None] = {
    "none": None,
    "same": NET,
    "alike": make_net(-2.4, 0.3, "relu", 3),
    "unlike": make_net(-0.3, 0.85, "tanh", 1),
}


def first_configurations(other: Train | None, seed: int) -> list[Params]:
    """Return what is taken over from random trials of another net."""
    if other is None:
        return []
    params = SPACE.decode(np.random.default_rng([seed, 7]).random((N_OTHERS, len(SPACE))))
    source = Trials(SPACE, OBJECTIVES, tuple(params), losses=[other(p) for p in params])
    return list(transferred_configurations(SPACE, OBJECTIVES, [source]))


def search(other: Train | None, seed: int) -> list[float]:
    """Return the hypervolume after each trial of a search."""
    params = first_configurations(other, seed)
    losses = [NET(p) for p in params]
    while len(params) < N_TRIALS:
        trials = Trials(SPACE, OBJECTIVES, tuple(params), losses=np.array(losses).reshape(-1, 2))
        params += suggest(trials, SPACE, OBJECTIVES, seed=seed)
        losses.append(NET(params[-1]))
    return [float(pareto.hypervolume(losses[: n + 1], REFERENCE)) for n in range(N_TRIALS)]


def main() -> None:
    """Run all searches, and print the mean hypervolume early and at the end."""
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["other", "seed", "trials", "hypervolume"])
        for name, other in OTHERS.items():
            runs = [search(other, seed) for seed in SEEDS]
            for seed, run in zip(SEEDS, runs, strict=True):
                writer.writerows([name, seed, n + 1, f"{value:.6g}"] for n, value in enumerate(run))
            file.flush()
            early, end = np.mean(runs, axis=0)[[EARLY - 1, N_TRIALS - 1]]
            print(f"{name}: {early:.4g} after {EARLY} trials, {end:.4g} after {N_TRIALS}")  # noqa: T201 (a script)


if __name__ == "__main__":
    main()
