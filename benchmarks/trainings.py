"""How fast are trainings done, one after the other and side by side on one device?

Run it: ``python benchmarks/trainings.py diatoms --set framework=torch --set epochs=60 --side-by-side 1 2`` on a CPU, or
on a GPU with ``--device cuda:0 --set epochs=500 --side-by-side 1 2 4 8``. Configurations are drawn from the space, the
same for each number of workers. Seconds a training are wall time over trainings finished, from the end of the first
ones, which also start everything up, to the start of the last one.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import optuna

from paretune import Study
from paretune.cli.settings import parse_settings
from paretune.execution import Pool, slots
from paretune.measure import environment
from paretune.workloads.set_up import SetUp, find
from simulated import spans


def seconds_a_training(options: argparse.Namespace, n_workers: int) -> float:
    """Wall time over trainings, so many side by side."""
    workload = find(options.workload)
    settings = workload.settings(parse_settings(options.set))
    space = workload.searched(settings.fixed, settings.ranges)
    devices = [] if options.device == "cpu" else [options.device]
    with tempfile.TemporaryDirectory() as folder:
        study = Study(space, workload.objectives, storage=Path(folder) / "study.db", searcher="random", seed=0)
        set_up = SetUp(options.workload, settings.options, workload.objectives, options.data_dir)
        pool = Pool(set_up, workload.objectives, slots(n_workers, devices, n_workers), Path(folder) / "logs")
        study.run(pool, options.trials, max_failures=options.trials)
        starts, ends = spans(study)
    first, last = np.sort(ends)[n_workers - 1], starts.max()
    return float((last - first) / np.sum((ends > first) & (ends <= last)))


def main() -> None:
    """Print a line for each number of workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workload", help="diatoms, rotten-tomatoes, a place or a study file")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--device", default="cpu", help="cpu, or such as cuda:0")
    parser.add_argument("--side-by-side", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--trials", type=int, default=24, help="trainings, several times as many as side by side")
    options = parser.parse_args()
    if options.trials <= 3 * max(options.side_by_side):
        parser.error(f"--trials {options.trials} is too few: expected several times as many as run side by side")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    print(environment())  # noqa: T201 (a command)
    alone = None
    for n in options.side_by_side:
        found = seconds_a_training(options, n)
        alone = alone or found
        told = f"a training each {found:.2f} s, {alone / found:.2f} times as fast as {options.side_by_side[0]}"
        print(f"{n} side by side: {told}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
