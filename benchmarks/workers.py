"""Are workers kept busy, and what does their number cost? Run it: ``python benchmarks/workers.py``.

Two questions, each for 1, 2, 4 and 8 workers and 60 trials. *Busy*: real workers whose trials sleep two seconds times
the number of workers; the share of the slots' time in which a trial runs, from when all workers are there to when the
last trial begins, for which there is no next one.
*Hypervolume*: as much of it as one worker finds, over five seeds. A search waits for nothing there: a place to run
trials with a clock of its own ends them in the order in which sleeping ones of unequal length would.

The space and the losses are those of a benchmark of `efficiency`, with 12 mixed parameters of which a part crashes.
"""

from __future__ import annotations

import argparse
import heapq
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
import optuna

from paretune import Minimize, Objectives, Study, TrialFailedError, pareto
from paretune.execution import Finished, Outcome
from paretune.execution.executor import evaluated
from paretune.study import load, quieten
from paretune.workloads import Evaluate

sys.path.insert(0, str(Path(__file__).with_name("efficiency")))
from problems import load as load_problem

PROBLEM, N_TRIALS, WORKERS = "mixed_crash", 60, (1, 2, 4, 8)


def objectives() -> Objectives:
    """Two losses."""
    return Objectives([Minimize("f"), Minimize("g")])


def train(params: Mapping[str, Any]) -> dict[str, float]:
    """A training's losses."""
    losses = load_problem(PROBLEM).evaluate(dict(params))
    if losses is None:
        raise TrialFailedError("crashed", "as the problem has it")
    return dict(zip(("f", "g"), losses, strict=True))


def sleep_and_train(seconds: float, params: Mapping[str, Any]) -> dict[str, float]:
    """The same, which takes its time."""
    time.sleep(seconds)
    return train(params)


class Simulated:
    """A place to run trials whose clock is a number: nobody waits."""

    is_apart = False

    def __init__(self, evaluate: Evaluate, n_slots: int, seed: int) -> None:
        self.n_slots, self._evaluate, self._rng = n_slots, evaluate, np.random.default_rng(seed)
        self._now, self._running = 0.0, []

    @property
    def n_free(self) -> int:
        """How many slots wait for a trial."""
        return self.n_slots - len(self._running)

    def submit(self, number: int, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Begin a trial: it takes between half and one and a half units."""
        heapq.heappush(self._running, (self._now + self._rng.uniform(0.5, 1.5), number, dict(params)))
        return {}

    def wait(self, _seconds: float) -> list[Finished]:
        """The trial that ends next."""
        if not self._running:
            return []
        self._now, number, params = heapq.heappop(self._running)
        outcome: Outcome = evaluated(self._evaluate, params, objectives())
        return [Finished(number, outcome)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._running = []


def busy(n_workers: int, seconds: float) -> tuple[float, float]:
    """The share of time that the slots are busy, and the mean seconds of a suggestion."""
    with tempfile.TemporaryDirectory() as folder:
        storage = Path(folder) / "busy.db"
        study = Study(load_problem(PROBLEM).space, objectives(), storage=storage, name="busy")
        study.run(partial(sleep_and_train, seconds), N_TRIALS, workers=n_workers)
        trials, records = study.trials, load("busy", storage).records
    begun = np.array([records[number]["begun"] for number in trials.numbers.tolist()])
    first, last = begun.min() + _set_up(records), begun.max()
    worked = np.clip(np.minimum(begun + trials.durations, last) - np.maximum(begun, first), 0, None)
    suggested = np.mean([record["durations"]["suggest"] for record in records.values()])
    return float(worked.sum() / (n_workers * (last - first))), float(suggested)


def _set_up(records: Mapping[int, Mapping[str, Any]]) -> float:
    """Until every worker is there: importing is not waiting for a suggestion."""
    return max((record["durations"].get("set_up", 0.0) for record in records.values()), default=0.0) + 2.0


def hypervolume(n_workers: int, seed: int) -> float:
    """Of the front after all trials."""
    problem = load_problem(PROBLEM)
    study = Study(problem.space, objectives(), storage=optuna.storages.InMemoryStorage(), seed=seed)
    study.run(Simulated(train, n_workers, seed), N_TRIALS, max_failures=N_TRIALS)
    return pareto.hypervolume(study.front().losses, problem.reference)


def main() -> None:
    """Print a line for each number of workers."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="a trial sleeps this long for each worker")
    parser.add_argument("--seeds", type=int, default=5)
    chosen = parser.parse_args()
    quieten()
    _tell("workers | busy | seconds a suggestion | hypervolume, mean of the seeds | over one worker's")
    alone = None
    for n_workers in WORKERS:
        share, suggestion = busy(n_workers, chosen.seconds * n_workers)
        volumes = np.array([hypervolume(n_workers, seed) for seed in range(chosen.seeds)])
        alone = volumes if alone is None else alone
        ratio = volumes.mean() / alone.mean()
        _tell(f"{n_workers} | {share:.1%} | {suggestion:.2f} | {volumes.mean():.4g} | {ratio:.3f}")


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
