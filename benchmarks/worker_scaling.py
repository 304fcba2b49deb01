"""Measure the cost of parallel workers: idle time, and the loss of hypervolume.

Run it on an idle machine: ``python benchmarks/worker_scaling.py``. The busy share is measured with real workers. Their
trials sleep for 2 s times the number of workers. The share counts from the first moment when all workers are busy to
the last start. The hypervolume is measured in a simulation: trials take no time, but they end in the order of random
durations. A search with many workers has fewer results when it makes a suggestion.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import optuna

from paretune import Minimize, Study, pareto
from paretune.errors import TrialFailedError
from paretune.evaluation.contract import Evaluate
from paretune.execution import Pool, make_slots
from simulated_slots import SimulatedSlots, busy_share, trial_spans

sys.path.insert(0, str(Path(__file__).parent / "efficiency"))
from problems.registry import load_problem

SECONDS_PER_WORKER = 2.0


def evaluate(problem: str, seconds: float, params: Mapping[str, Any]) -> dict[str, float]:
    """Return the losses of a problem by name, after a sleep."""
    time.sleep(seconds)
    losses = load_problem(problem).evaluate(params)
    if losses is None:
        raise TrialFailedError("crashed")
    return {f"loss_{i}": loss for i, loss in enumerate(losses)}


def create_study(problem: str, seed: int, storage: object) -> Study:
    """Create a study of a problem."""
    definition = load_problem(problem)
    objectives = [Minimize(f"loss_{i}") for i in range(len(definition.reference))]
    return Study(definition.space, objectives, storage=storage, seed=seed)


def simulated_hypervolume(problem: str, n_workers: int, n_trials: int, seed: int) -> float:
    """Return the hypervolume of a simulated search."""
    study = create_study(problem, seed, optuna.storages.InMemoryStorage())
    instant: Evaluate = partial(evaluate, problem, 0.0)
    slots = SimulatedSlots(n_workers, instant, study.objectives, SECONDS_PER_WORKER * n_workers, seed=seed)
    study.run(slots, n_trials, max_failures=n_trials)
    return float(pareto.hypervolume(study.trials.losses, load_problem(problem).reference))


@dataclass(frozen=True)
class Load:
    """The load of real workers and of the driver.

    Args:
        busy_share: busy share of the slots' time.
        suggestion_seconds: mean seconds per suggestion.
        last_suggestion_seconds: mean seconds of the last 50 suggestions.
    """

    busy_share: float
    suggestion_seconds: float
    last_suggestion_seconds: float


def run_workers(problem: str, n_workers: int, n_trials: int) -> Load:
    """Run a study with real workers, and return its load."""
    with tempfile.TemporaryDirectory() as folder:
        study = create_study(problem, 0, Path(folder) / "study.db")
        sleeping: Evaluate = partial(evaluate, problem, SECONDS_PER_WORKER * n_workers)
        pool = Pool(partial(_identity, sleeping), study.objectives, make_slots(n_workers), Path(folder) / "logs")
        study.run(pool, n_trials, max_failures=n_trials)
        return measure_load(study, n_workers)


def measure_load(study: Study, n_workers: int) -> Load:
    """Return the load of a finished study."""
    optuna_trials = study._study.trials  # noqa: SLF001 (`Trials` has no times)
    seconds = [trial.user_attrs["paretune:durations"]["suggest"] for trial in optuna_trials]
    return Load(busy_share(*trial_spans(study), n_workers), float(np.mean(seconds)), float(np.mean(seconds[-50:])))


def _identity(evaluate: Evaluate) -> Evaluate:
    return evaluate


def main() -> None:
    """Print one line per problem and number of workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=5, help="number of simulated searches; 0 for none")
    parser.add_argument("--problems", nargs="+", default=["branin_currin", "disc_brake_crash"])
    parser.add_argument("--without-real-workers", action="store_true")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for problem in options.problems:
        _print_lines(problem, options)


def _print_lines(problem: str, options: argparse.Namespace) -> None:
    first = None
    for n in options.workers:
        line = f"{problem}, {n} workers:"
        if options.seeds:
            mean = float(
                np.mean([simulated_hypervolume(problem, n, options.trials, seed) for seed in range(options.seeds)])
            )
            first = first or mean
            line += f" hypervolume {mean:.5g}, {mean / first:.1%} of the value with {options.workers[0]};"
        if not options.without_real_workers:
            load = run_workers(problem, n, options.trials)
            line += f" busy {load.busy_share:.1%}, {load.suggestion_seconds:.2f} s per suggestion"
        print(line, flush=True)  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
