"""Measure the throughput of trainings, one at a time and in parallel on one device.

Run it on a CPU: ``python benchmarks/training_throughput.py diatoms --set framework=torch --set epochs=60``, or on a GPU
with ``--device cuda:0 --set epochs=500 --parallel 1 2 4 8``. The configurations are drawn from the space and are the
same for each number of workers. The seconds per training are the wall time over the number of finished trainings, from
the end of each worker's first training, which includes the start-up, to the start of the last training.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import optuna

from paretune import Study
from paretune.cli.parse import parse_settings
from paretune.execution import Pool, make_slots
from paretune.measure import environment
from paretune.workloads.set_up import WorkloadSetup, find_workload
from simulated_slots import trial_spans


def seconds_per_training(options: argparse.Namespace, n_workers: int) -> float:
    """Return the wall time over the number of trainings, with ``n_workers`` parallel workers."""
    workload = find_workload(options.workload)
    settings = workload.parse_settings(parse_settings(options.set))
    space = workload.search_space(settings.fixed, settings.ranges)
    devices = [] if options.device == "cpu" else [options.device]
    with tempfile.TemporaryDirectory() as folder:
        study = Study(space, workload.objectives, storage=Path(folder) / "study.db", searcher="random", seed=0)
        set_up = WorkloadSetup(options.workload, settings.options, workload.objectives, options.data_dir)
        pool = Pool(set_up, workload.objectives, make_slots(n_workers, devices, n_workers), Path(folder) / "logs")
        study.run(pool, options.trials, max_failures=options.trials)
        starts, ends = trial_spans(study)
    first, last = np.sort(ends)[n_workers - 1], starts.max()
    return float((last - first) / np.sum((ends > first) & (ends <= last)))


def main() -> None:
    """Print one line per number of workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workload", help="diatoms, rotten-tomatoes, module:function or a study file")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--device", default="cpu", help="cpu, or for example cuda:0")
    parser.add_argument("--parallel", type=int, nargs="+", default=[1, 2], help="numbers of workers")
    parser.add_argument("--trials", type=int, default=24, help="trainings, several times the number of workers")
    options = parser.parse_args()
    if options.trials <= 3 * max(options.parallel):
        parser.error(f"--trials {options.trials} is too few: expected more than three times the largest --parallel")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    print(environment())  # noqa: T201 (a command)
    first = None
    for n in options.parallel:
        seconds = seconds_per_training(options, n)
        first = first or seconds
        speed = f"{seconds:.2f} s per training, {first / seconds:.2f} times as fast as with {options.parallel[0]}"
        print(f"{n} in parallel: {speed}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
