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
from pathlib import Path

import numpy as np
import optuna

from paretune import Study, Trials, suggest
from simulated import Simulated, share
from zdt1 import OBJECTIVES, SPACE, evaluate


def run(n_slots: int, n_trials: int, seconds: float) -> str:
    """A study on so many slots, as a line of the table."""
    slots = Simulated(n_slots, evaluate, OBJECTIVES, seconds * n_slots, clock=time.monotonic)
    with tempfile.TemporaryDirectory() as folder:
        opened = Study(SPACE, OBJECTIVES, storage=Path(folder) / "study.db")
        opened.run(slots, n_trials)
        kept = opened._study.trials  # noqa: SLF001 (durations are not in Paretune's table)
    took = [trial.user_attrs["paretune:durations"]["suggest"] for trial in kept]
    busy = share(*np.transpose(slots.spans), n_slots)
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
    trials = Trials(SPACE, OBJECTIVES, params, losses)
    start = time.perf_counter()
    suggest(trials, SPACE, OBJECTIVES, q=q)
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
