"""Measure how many slots one driver can keep busy.

Run it: ``python benchmarks/driver_load.py``. The slots are simulated, so the driver has a core to itself. Their clock
runs while the driver works, and jumps to the end of the next trial when the driver would wait. The duration of a trial
is proportional to the number of slots, so the driver has to make suggestions at the same rate for any number of slots.
The first table shows the share of time that slots are busy, the driver's seconds per suggestion, and its memory. The
second table shows the seconds per suggestion in a batch.
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
from simulated_slots import SimulatedSlots, busy_share
from zdt1 import OBJECTIVES, SPACE, evaluate


def run_study(n_slots: int, n_trials: int, seconds: float) -> str:
    """Run a study on ``n_slots`` slots, and return a row of the table."""
    slots = SimulatedSlots(n_slots, evaluate, OBJECTIVES, seconds * n_slots, clock=time.monotonic)
    with tempfile.TemporaryDirectory() as folder:
        study = Study(SPACE, OBJECTIVES, storage=Path(folder) / "study.db")
        study.run(slots, n_trials)
        optuna_trials = study._study.trials  # noqa: SLF001 (`Trials` has no durations)
    suggestion_seconds = [trial.user_attrs["paretune:durations"]["suggest"] for trial in optuna_trials]
    busy = busy_share(*np.transpose(slots.spans), n_slots)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    load = f"{busy:.1%} | {np.mean(suggestion_seconds):.2f} | {np.mean(suggestion_seconds[-50:]):.2f}"
    return f"{n_slots} | {seconds * n_slots:g} | {load} | {memory:.0f}"


def batch_seconds(n_trials: int, q: int) -> float:
    """Return the seconds per suggestion in a batch of ``q`` after ``n_trials`` random trials."""
    rng = np.random.default_rng(0)
    params = tuple(
        {name: float(x) for name, x in zip(SPACE, row, strict=True)} for row in rng.random((n_trials, len(SPACE)))
    )
    losses = np.array([list(evaluate(configuration).values()) for configuration in params])
    trials = Trials(SPACE, OBJECTIVES, params, losses)
    start = time.perf_counter()
    suggest(trials, SPACE, OBJECTIVES, q=q)
    return (time.perf_counter() - start) / q


def main() -> None:
    """Print the two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slots", type=int, nargs="*", default=[2, 8, 32, 128])
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=1.0, help="duration of a trial per slot, in s")
    parser.add_argument("--batches", type=int, nargs="*", default=[1, 4, 16])
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    print("slots | seconds per trial | busy | seconds per suggestion | last 50 | driver MiB")  # noqa: T201 (a command)
    for n_slots in options.slots:
        print(run_study(n_slots, options.trials, options.seconds), flush=True)  # noqa: T201 (a command)
    print("trials | batch size | seconds per suggestion")  # noqa: T201 (a command)
    for q in options.batches:
        print(f"{options.trials} | {q} | {batch_seconds(options.trials, q):.2f}", flush=True)  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
