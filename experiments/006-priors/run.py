"""Search two problems in closed form without a prior, with a right one and with a wrong one; print the table.

``python experiments/006-priors/run.py`` writes ``results/runs.csv``: the hypervolume after each trial of each run. With
a word, such as ``5`` or ``10+doubt``, it runs the power 5 / n, or 10 / n with a doubt of 5 %, without the searches that
have no prior, and writes ``results/runs-WORD.csv``.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from paretune import Categorical, Float, Int, Minimize, Objectives, Space, Trials, pareto, suggest
from paretune.engine.acquisition import prior_weight
from paretune.space import Beta, LogNormal, Normal, Params

RESULTS = Path(__file__).parent / "results"
N_TRIALS, SEEDS, EARLY = 18, range(3), 11
OBJECTIVES = Objectives([Minimize("error"), Minimize("cost")])
PRIORS = ("none", "right", "wrong")


@dataclass(frozen=True)
class Problem:
    """A problem with two beliefs about its front.

    Args:
        space: from a belief, one of `PRIORS`, to the parameters.
        evaluate: from a configuration to two losses.
        reference: two losses; nothing worse counts.
    """

    space: Callable[[str], Space]
    evaluate: Callable[[Params], list[float]]
    reference: tuple[float, float]


def _net_space(belief: str) -> Space:
    priors: Mapping[str, tuple[Any, ...]] = {
        "none": (None, None, None),
        "right": (LogNormal(0.01, 1.0), Normal(0.2, 0.1), [1, 1, 3]),
        "wrong": (LogNormal(0.3, 0.7), Normal(0.8, 0.1), [3, 1, 0.2]),
    }
    rate, dropout, activation = priors[belief]
    return Space(
        {
            "rate": Float(1e-4, 1, log=True, prior=rate),
            "width": Int(8, 256, log=True),
            "layers": Int(1, 4),
            "dropout": Float(0, 0.9, prior=dropout),
            "activation": Categorical(["tanh", "relu", "gelu"], prior=activation),
        }
    )


def _train_net(params: Params) -> list[float]:
    """A simulated net: its best rate is 0.01, its best dropout 0.2, its best activation gelu."""
    error = 0.05 + 0.05 * (np.log10(params["rate"]) + 2) ** 2 + 0.6 * params["width"] ** -0.5
    error += 0.02 * (params["layers"] - 3) ** 2 + 0.2 * (params["dropout"] - 0.2) ** 2
    error += 0.03 * (params["activation"] != "gelu")
    return [float(error), float(np.log10(params["width"] ** 2 * params["layers"]))]


def _zdt1_space(belief: str) -> Space:
    prior = {"none": None, "right": Beta(1, 5), "wrong": Beta(5, 1)}[belief]
    return Space({"x0": Float(0, 1), **{f"x{i}": Float(0, 1, prior=prior) for i in range(1, 4)}})


def _zdt1(params: Params) -> list[float]:
    g = 1 + 3 * sum(params[f"x{i}"] for i in range(1, 4))
    return [params["x0"], float(g * (1 - np.sqrt(params["x0"] / g)))]


PROBLEMS = {
    "net": Problem(_net_space, _train_net, (0.5, 5.5)),
    "zdt1": Problem(_zdt1_space, _zdt1, (1.1, 5.0)),
}


def search(problem: Problem, belief: str, seed: int) -> list[float]:
    """Return the hypervolume after each trial of a search."""
    space, params, losses = problem.space(belief), list[Params](), list[list[float]]()
    for _ in range(N_TRIALS):
        trials = Trials(space, OBJECTIVES, tuple(params), losses=np.array(losses).reshape(-1, 2))
        params += suggest(trials, space, OBJECTIVES, seed=seed)
        losses.append(problem.evaluate(params[-1]))
    return [float(pareto.hypervolume(losses[: n + 1], problem.reference)) for n in range(N_TRIALS)]


def main() -> None:
    """Run all searches, and print the mean hypervolume early and at the end."""
    RESULTS.mkdir(exist_ok=True)
    beta, _, doubt = (sys.argv[1] if len(sys.argv) > 1 else "10").partition("+")
    prior_weight.BETA, prior_weight.DOUBT = float(beta), 0.05 if doubt else 0.0
    beliefs = PRIORS[1:] if len(sys.argv) > 1 else PRIORS
    name = f"runs-{sys.argv[1]}.csv" if len(sys.argv) > 1 else "runs.csv"
    with (RESULTS / name).open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["problem", "prior", "seed", "trials", "hypervolume"])
        for title, problem in PROBLEMS.items():
            for belief in beliefs:
                runs = [search(problem, belief, seed) for seed in SEEDS]
                for seed, run in zip(SEEDS, runs, strict=True):
                    writer.writerows([title, belief, seed, n + 1, f"{value:.6g}"] for n, value in enumerate(run))
                file.flush()
                early, end = np.mean(runs, axis=0)[[EARLY - 1, N_TRIALS - 1]]
                print(f"{title} {belief}: {early:.4g} after {EARLY} trials, {end:.4g} after {N_TRIALS}")  # noqa: T201 (a script)


if __name__ == "__main__":
    main()
