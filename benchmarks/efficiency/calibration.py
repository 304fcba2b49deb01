"""How right is the probability of success? ``python benchmarks/efficiency/calibration.py`` writes ``calibration.md``.

Searches of 60 trials are made anew. After 15, 20, 30 and 45 of them the classifier is fitted to what crashed and what
did not, by expectation propagation and by Laplace's approximation, with the same kernel and priors; then both are asked
of places that the search might go to (the 25 that promise most by either), and of 25 random ones. What is told is the
log loss, minus the mean logarithm of the probability of what happens there: the smaller, the better.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeAlias

import laplace
import numpy as np
import torch
from numpy.typing import NDArray
from one import run
from peer_paretune import paretune
from peers import Task
from problem import Problem
from problems import load

from paretune import Trials
from paretune.engine.acquisition.expected_hypervolume import values
from paretune.engine.maximize import candidates
from paretune.engine.models.classifier import Classifier
from paretune.engine.models.front_model import Belief
from paretune.engine.models.surrogate import nominal
from paretune.trials.noise import ran_to_the_end

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
CLASSIFIERS = {"expectation propagation": Classifier, "Laplace": laplace.Classifier}
AFTER, N_TRIALS, N_PLACES = (15, 20, 30, 45), 60, 25
HERE = Path(__file__).parent
Found: TypeAlias = dict[tuple[str, str], list[float]]


def log_losses(problem: Problem, trials: Trials, rng: np.random.Generator) -> Found:
    """Of each classifier and kind of place; nothing where all trials crashed or none did."""
    known = ran_to_the_end(trials)
    if known.all() or not known.any():
        return {}
    belief = Belief.of(trials, known, problem.space, np.array(problem.reference))
    pool = candidates(problem.space, belief.seen[belief.is_front], belief.seen, 0, rng)
    F, told = belief.see(pool), belief.see(problem.space.encode(trials.params))
    worth = values(belief._improvement(rng), F)  # noqa: SLF001 (without the weight of success)
    p = {
        name: made(told, torch.tensor(known), nominal(problem.space))(F).detach().clamp(1e-6, 1 - 1e-6)
        for name, made in CLASSIFIERS.items()
    }
    promising = np.unique([row for q in p.values() for row in (worth + q.log()).topk(N_PLACES).indices.tolist()])
    places = {"promising": promising, "random": rng.choice(N_PLACES * 10, N_PLACES, replace=False)}
    return {
        (kind, name): _log_losses(problem, pool[rows], q[rows].numpy())
        for kind, rows in places.items()
        for name, q in p.items()
    }


def _log_losses(problem: Problem, places: NDArray[np.float64], p: NDArray[np.float64]) -> list[float]:
    works = np.array([problem.evaluate(params) is not None for params in problem.space.decode(places)])
    return [float(loss) for loss in -np.log(np.where(works, p, 1 - p))]


def measure(name: str, seed: int) -> tuple[str, Found]:
    """One search, judged at four moments."""
    torch.set_num_threads(1)
    problem, found = load(name), defaultdict(list)
    optimizer = paretune(Task(problem, seed, N_TRIALS))
    run(optimizer, problem, N_TRIALS)
    for n in AFTER:
        for key, some in log_losses(problem, optimizer.trials()[:n], np.random.default_rng([seed, n])).items():
            found[key] += some
    return name, found


def lines(found: dict[str, Found]) -> Iterator[str]:
    """A table, a problem a line."""
    columns = [(kind, name) for kind in ("promising", "random") for name in CLASSIFIERS]
    yield "| problem | " + " | ".join(f"{kind}: {name}" for kind, name in columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    means = {name: [float(np.mean(losses[column])) for column in columns] for name, losses in found.items()}
    for name, row in [*means.items(), ("**mean**", np.mean(list(means.values()), axis=0))]:
        yield f"| {name} | " + " | ".join(f"{x:.3f}" for x in row) + " |"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=3, help="searches a problem (default: 3)")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    given = parser.parse_args()
    found: dict[str, Found] = {name: defaultdict(list) for name in PROBLEMS}
    runs = [(name, seed) for name in PROBLEMS for seed in range(given.seeds)]
    with ProcessPoolExecutor(given.jobs) as pool:
        for name, losses in pool.map(measure, *zip(*runs, strict=True)):
            for key, some in losses.items():
                found[name][key] += some
    head = (
        "# How right is the probability of success?\n\n"
        "Made by `calibration.py`: the log loss at places that promise much and at random ones, after 15, 20, 30 and\n"
        f"45 trials of {given.seeds} searches a problem.\n"
    )
    (HERE / "calibration.md").write_text("\n".join([head, *lines(found)]) + "\n")


if __name__ == "__main__":
    main()
