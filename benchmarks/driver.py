"""How many slots can one driver keep busy, whatever they run on?

Run it: ``python benchmarks/driver.py``. The slots are simulated, so that the driver has a core to itself: their clock
is the driver's own while it works, and jumps to the next end of a trial where it would wait. Trials take a time that is
proportional to the number of slots: the driver has to suggest at the same rate at any number. Told are the share of
time that slots are busy, the driver's seconds a suggestion, and its memory; then what a suggestion costs in a batch.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import optuna

from paretune import Float, Minimize, Objectives, Space, Study, Trials, suggest
from paretune.execution import Finished
from paretune.execution.executor import evaluated

SPACE = Space({f"x{i}": Float(0, 1) for i in range(6)})
WANTED = Objectives([Minimize("f1"), Minimize("f2")])
SPREAD = 0.3  # of the logarithm of a trial's duration


def evaluate(params: Mapping[str, float]) -> dict[str, float]:
    """Zitzler, Deb and Thiele (2000), "Comparison of multiobjective evolutionary algorithms", problem 1."""
    first, *others = params.values()
    g = 1 + 9 * sum(others) / len(others)
    return {"f1": first, "f2": g * (1 - float(np.sqrt(first / g)))}


class Virtual:
    """Slots on a clock that runs while the driver works, and jumps where it would wait.

    Args:
        n_slots: how many.
        seconds: of a trial, its median.
    """

    is_apart = True

    def __init__(self, n_slots: int, seconds: float) -> None:
        self.n_slots, self._seconds = n_slots, seconds
        self._jumped, self._rng = 0.0, np.random.default_rng(0)
        self._trials: dict[int, tuple[float, float, Mapping[str, Any]]] = {}
        self.spans: list[tuple[float, float]] = []

    def _now(self) -> float:
        return time.monotonic() + self._jumped

    @property
    def n_free(self) -> int:
        """How many slots wait for a trial."""
        return self.n_slots - len(self._trials)

    def submit(self, number: int, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Start a trial in a free slot."""
        seconds = self._seconds * float(self._rng.lognormal(0.0, SPREAD))
        self._trials[number] = self._now(), seconds, params
        return {}

    def wait(self, _seconds: float) -> list[Finished]:
        """The trials that have ended by now; where there is none, the one that ends next."""
        ends = {number: start + seconds for number, (start, seconds, _) in self._trials.items()}
        if not ends:
            return []
        self._jumped += max(0.0, min(ends.values()) - self._now())
        now = self._now()
        return [self._finished(number) for number, end in ends.items() if end <= now]

    def _finished(self, number: int) -> Finished:
        start, seconds, params = self._trials.pop(number)
        self.spans.append((start, start + seconds))
        return Finished(number, replace(evaluated(evaluate, params, WANTED), seconds=seconds))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._trials.clear()


def run(n_slots: int, n_trials: int, seconds: float) -> str:
    """A study on so many slots, as a line of the table."""
    slots = Virtual(n_slots, seconds * n_slots)
    with tempfile.TemporaryDirectory() as folder:
        opened = Study(SPACE, WANTED, storage=Path(folder) / "study.db")
        opened.run(slots, n_trials)
        kept = opened._study.trials  # noqa: SLF001 (durations are not in Paretune's table)
    took = [trial.user_attrs["paretune:durations"]["suggest"] for trial in kept]
    starts, ends = np.transpose(slots.spans)
    first, last = np.sort(starts)[n_slots - 1], starts.max()
    busy = (np.clip(ends, first, last) - np.clip(starts, first, last)).sum() / (n_slots * (last - first))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    waits = f"{busy:.1%} | {np.mean(took):.2f} | {np.mean(took[-50:]):.2f}"
    return f"{n_slots} | {seconds * n_slots:g} | {waits} | {memory:.0f}"


def batch(n_trials: int, q: int) -> float:
    """Seconds a suggestion, where so many are made together after so many trials."""
    rng = np.random.default_rng(0)
    params = tuple(
        {name: float(x) for name, x in zip(SPACE, row, strict=True)} for row in rng.random((n_trials, len(SPACE)))
    )
    losses = np.array([list(evaluate(each).values()) for each in params])
    trials = Trials(SPACE, WANTED, params, losses)
    start = time.perf_counter()
    suggest(trials, SPACE, WANTED, q=q)
    return (time.perf_counter() - start) / q


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slots", type=int, nargs="*", default=[2, 8, 32, 128])
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=1.0, help="of a trial, for each slot")
    parser.add_argument("--batches", type=int, nargs="*", default=[1, 4, 16])
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    print("slots | seconds a trial | busy | seconds a suggestion | the last 50 | driver MiB")  # noqa: T201 (a command)
    for n_slots in options.slots:
        print(run(n_slots, options.trials, options.seconds), flush=True)  # noqa: T201 (a command)
    print("trials | made together | seconds a suggestion")  # noqa: T201 (a command)
    for q in options.batches:
        print(f"{options.trials} | {q} | {batch(options.trials, q):.2f}", flush=True)  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
