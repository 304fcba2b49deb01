"""Measure how many slots of a Ray cluster one driver can keep busy.

Run it: ``python benchmarks/ray_slots.py``. The trials sleep in the slots of a real Ray cluster on this machine. The
duration of a trial is proportional to the number of slots, so the driver has to make suggestions at the same rate for
any number of slots. The table shows the share of time that the slots are busy, the driver's seconds per suggestion, the
driver's memory, and the memory of all Ray processes together (proportional set size).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

import optuna
import psutil
from ray.cluster_utils import Cluster as Nodes

import worker_scaling
import zdt1
from paretune import Study
from paretune.execution.on_ray import Cluster, ray_connection

HEADER = (
    "searcher | slots | seconds per trial | busy | seconds per suggestion | last 50 | driver MiB | Ray GiB | minutes"
)


def evaluate(seconds: float, params: Mapping[str, float]) -> dict[str, float]:
    """Return the losses after a sleep."""
    time.sleep(seconds)
    return zdt1.evaluate(params)


def prepare(seconds: float) -> partial[dict[str, float]]:
    """Return the objective function. Ray sends it to the workers by value, so they do not import this file."""
    return partial(evaluate, seconds)


def run_study(n_slots: int, n_trials: int, seconds: float, searcher: str) -> str:
    """Run a study on a Ray cluster with ``n_slots`` slots, and return a row of the table."""
    nodes = Nodes(initialize_head=True, head_node_args={"num_cpus": 0})
    try:
        nodes.add_node(num_cpus=n_slots, wait=True)
        with tempfile.TemporaryDirectory() as folder, ray_connection(nodes.address, packages=[Path(zdt1.__file__)]):
            study = Study(zdt1.SPACE, zdt1.OBJECTIVES, storage=Path(folder) / "study.db", searcher=searcher)
            executor = Cluster(partial(prepare, seconds * n_slots), study.objectives, study.logs)
            peak = PeakMemory()
            start = time.monotonic()
            study.run(executor, n_trials, max_failures=n_trials, on_trial=peak.record)
            minutes = (time.monotonic() - start) / 60
            load = worker_scaling.measure_load(study, n_slots)
    finally:
        nodes.shutdown()
    driver = f"{load.busy_share:.1%} | {load.suggestion_seconds:.3f} | {load.last_suggestion_seconds:.3f}"
    memory = f"{peak.driver / 2**20:.0f} | {peak.ray / 2**30:.1f}"
    return f"{searcher} | {n_slots} | {seconds * n_slots:g} | {driver} | {memory} | {minutes:.1f}"


class PeakMemory:
    """Peak memory of the driver and of Ray's processes in bytes, sampled at every hundredth trial."""

    def __init__(self) -> None:
        self.driver, self.ray, self._n = 0, 0, 0

    def record(self, *_: object) -> None:
        """Update the peaks at every hundredth call."""
        self._n += 1
        if self._n % 100:
            return
        driver = psutil.Process()
        self.driver = max(self.driver, driver.memory_info().rss)
        self.ray = max(self.ray, sum(map(_proportional_memory, driver.children(recursive=True))))


def _proportional_memory(process: psutil.Process) -> int:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return int(process.memory_full_info().pss)
    return 0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slots", type=int, nargs="+", default=[2, 8, 32, 128])
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--searchers", nargs="+", default=["random", "bayes"])
    parser.add_argument("--seconds", type=float, default=1.0, help="duration of a trial per slot, in s")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    print(HEADER)  # noqa: T201 (a command)
    for searcher in options.searchers:
        for n_slots in options.slots:
            print(run_study(n_slots, options.trials, options.seconds, searcher), flush=True)  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
