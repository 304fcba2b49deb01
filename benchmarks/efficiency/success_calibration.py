"""Measure the calibration of the probability of success: ``success_calibration.py`` writes ``calibration.md``.

Run it: ``python benchmarks/efficiency/success_calibration.py``. It runs searches of 60 trials. After 15, 20, 30 and 45
trials it fits the classifier to the successes and failures, by expectation propagation and by Laplace's approximation,
with the same kernel and priors. Both classifiers predict the success of the 25 most promising places by either of them
and of 25 random places. The score is the log loss, the negative mean logarithm of the probability of the actual
outcome: smaller is better.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from laplace_classifier import LaplaceClassifier
from numpy.typing import NDArray
from peer_paretune import paretune
from peers import Task
from problems.base import Problem
from problems.registry import load_problem
from run_one import run

from paretune import Trials
from paretune.engine.acquisition.expected_hypervolume import acquisition_values
from paretune.engine.acquisition.front_model import FrontModel
from paretune.engine.history import History
from paretune.engine.maximize import candidates
from paretune.engine.models.classifier import Classifier
from paretune.engine.models.surrogate import nominal_mask

PROBLEMS = (
    "protein_crash",
    "slice_crash",
    "parkinsons_crash",
    "mixed_crash",
    "disc_brake_crash",
    "branin_currin_crash",
    "penicillin_crash",
    "c2dtlz2_crash",
)
CLASSIFIERS = {"expectation propagation": Classifier, "Laplace": LaplaceClassifier}
AFTER, N_TRIALS, N_PLACES = (15, 20, 30, 45), 60, 25
HERE = Path(__file__).parent
LogLosses: TypeAlias = dict[tuple[str, str], list[float]]


def log_losses(problem: Problem, trials: Trials, rng: np.random.Generator) -> LogLosses:
    """Return the log losses by kind of place and classifier; an empty dict if all trials failed or none did."""
    history = History(trials, problem.space)
    known = history.is_known
    if known.all() or not known.any():
        return {}
    model = FrontModel.fit(history, np.array(problem.reference))
    pool = candidates(problem.space, model.places[model.is_best], model.places, 0, rng)
    F, tried = model.featurize(pool), model.featurize(history.X)
    log_improvement = acquisition_values(model.improvement(rng), F)
    p = {
        name: classifier(tried, torch.tensor(known), nominal_mask(problem.space))(F).detach().clamp(1e-6, 1 - 1e-6)
        for name, classifier in CLASSIFIERS.items()
    }
    promising = np.unique(
        [row for q in p.values() for row in (log_improvement + q.log()).topk(N_PLACES).indices.tolist()]
    )
    places = {"promising": promising, "random": rng.choice(N_PLACES * 10, N_PLACES, replace=False)}
    return {
        (kind, name): _log_losses(problem, pool[rows], q[rows].numpy())
        for kind, rows in places.items()
        for name, q in p.items()
    }


def _log_losses(problem: Problem, places: NDArray[np.float64], p: NDArray[np.float64]) -> list[float]:
    succeeds = np.array([problem.evaluate(params) is not None for params in problem.space.decode(places)])
    return [float(loss) for loss in -np.log(np.where(succeeds, p, 1 - p))]


def measure(name: str, seed: int) -> tuple[str, LogLosses]:
    """Run one search, and return the problem's name and the log losses after each number of trials in `AFTER`."""
    torch.set_num_threads(1)
    problem, losses = load_problem(name), defaultdict(list)
    optimizer = paretune(Task(problem, seed, N_TRIALS))
    run(optimizer, problem, N_TRIALS)
    for n in AFTER:
        for key, new in log_losses(problem, optimizer.trials()[:n], np.random.default_rng([seed, n])).items():
            losses[key] += new
    return name, losses


def render_table(losses_by_problem: dict[str, LogLosses]) -> Iterator[str]:
    """Yield the lines of a table with one row per problem."""
    columns = [(kind, name) for kind in ("promising", "random") for name in CLASSIFIERS]
    yield "| problem | " + " | ".join(f"{kind}: {name}" for kind, name in columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    means = {name: [float(np.mean(losses[column])) for column in columns] for name, losses in losses_by_problem.items()}
    for name, row in [*means.items(), ("**mean**", np.mean(list(means.values()), axis=0))]:
        yield f"| {name} | " + " | ".join(f"{x:.3f}" for x in row) + " |"


def main() -> None:
    """Run the searches and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=3, help="number of searches per problem (default: 3)")
    parser.add_argument("--jobs", type=int, default=1, help="number of processes at a time")
    arguments = parser.parse_args()
    losses_by_problem: dict[str, LogLosses] = {name: defaultdict(list) for name in PROBLEMS}
    runs = [(name, seed) for name in PROBLEMS for seed in range(arguments.seeds)]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for name, losses in pool.map(measure, *zip(*runs, strict=True)):
            for key, new in losses.items():
                losses_by_problem[name][key] += new
    head = (
        "# Calibration of the probability of success\n\n"
        "Made by `success_calibration.py`: the log loss at promising and at random places, after 15, 20, 30 and 45\n"
        f"trials of {arguments.seeds} searches per problem.\n"
    )
    (HERE / "calibration.md").write_text("\n".join([head, *render_table(losses_by_problem)]) + "\n")


if __name__ == "__main__":
    main()
