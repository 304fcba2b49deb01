"""What do more workers cost: how long are slots idle, and how much worse is a front that was found side by side?

Run it: ``python benchmarks/workers.py``. The share of busy time is that of real workers, whose trainings sleep for 2 s
times their number, from the first moment at which all could be busy to the last start. The hypervolume is that of a
simulation, in which trainings take no time but end in the order of durations that are drawn: a search with many workers
knows less when it chooses. Both take the time of their suggestions: run it on a machine that does nothing else.
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
from paretune.execution import Pool, slots
from simulated import Simulated, share, spans

sys.path.insert(0, str(Path(__file__).parent / "efficiency"))
import problems

SECONDS_A_WORKER = 2.0


def evaluate(problem: str, seconds: float, params: Mapping[str, Any]) -> dict[str, float]:
    """The losses of a problem by name, after some sleep."""
    time.sleep(seconds)
    losses = problems.load(problem).evaluate(params)
    if losses is None:
        raise TrialFailedError("crashed")
    return {f"loss_{i}": loss for i, loss in enumerate(losses)}


def study(problem: str, seed: int, storage: object) -> Study:
    """A new study of a problem."""
    found = problems.load(problem)
    wanted = [Minimize(f"loss_{i}") for i in range(len(found.reference))]
    return Study(found.space, wanted, storage=storage, seed=seed)


def hypervolume(problem: str, n_workers: int, n_trials: int, seed: int) -> float:
    """What a simulated search has found."""
    opened = study(problem, seed, optuna.storages.InMemoryStorage())
    at_once: Evaluate = partial(evaluate, problem, 0.0)
    simulated = Simulated(n_workers, at_once, opened.objectives, SECONDS_A_WORKER * n_workers, seed=seed)
    opened.run(simulated, n_trials, max_failures=n_trials)
    return float(pareto.hypervolume(opened.trials.losses, problems.load(problem).reference))


@dataclass(frozen=True)
class Busy:
    """How busy real workers were.

    Args:
        share: of the slots' time.
        suggestion: mean seconds that a suggestion took.
        last: the same of the last 50.
    """

    share: float
    suggestion: float
    last: float


def busy(problem: str, n_workers: int, n_trials: int) -> Busy:
    """How busy real workers are."""
    with tempfile.TemporaryDirectory() as folder:
        opened = study(problem, 0, Path(folder) / "study.db")
        sleeping: Evaluate = partial(evaluate, problem, SECONDS_A_WORKER * n_workers)
        pool = Pool(partial(_given, sleeping), opened.objectives, slots(n_workers), Path(folder) / "logs")
        opened.run(pool, n_trials, max_failures=n_trials)
        return measured(opened, n_workers)


def measured(opened: Study, n_workers: int) -> Busy:
    """How busy the workers of a study were that has been run."""
    kept = opened._study.trials  # noqa: SLF001 (when a trial was told is not in Paretune's table)
    suggestions = [trial.user_attrs["paretune:durations"]["suggest"] for trial in kept]
    return Busy(share(*spans(opened), n_workers), float(np.mean(suggestions)), float(np.mean(suggestions[-50:])))


def _given(chosen: Evaluate) -> Evaluate:
    return chosen


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=5, help="of the simulation; 0 for none")
    parser.add_argument("--problems", nargs="+", default=["branin_currin", "disc_brake_crash"])
    parser.add_argument("--without-real-workers", action="store_true")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for problem in options.problems:
        _table(problem, options)


def _table(problem: str, options: argparse.Namespace) -> None:
    alone = None
    for n in options.workers:
        line = f"{problem}, {n} workers:"
        if options.seeds:
            found = float(np.mean([hypervolume(problem, n, options.trials, seed) for seed in range(options.seeds)]))
            alone = alone or found
            line += f" hypervolume {found:.5g}, {found / alone:.1%} of that of {options.workers[0]};"
        if not options.without_real_workers:
            measured = busy(problem, n, options.trials)
            line += f" busy {measured.share:.1%}, a suggestion takes {measured.suggestion:.2f} s"
        print(line, flush=True)  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
