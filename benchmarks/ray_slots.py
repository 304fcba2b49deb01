"""How many slots of a Ray cluster can one driver keep busy?

Run it: ``python benchmarks/ray_slots.py``. Trials that sleep run in the slots of a real Ray, all on this machine, each
for a time that is proportional to the number of slots: the driver has to suggest at the same rate at any number. Told
are the share of time that the slots are busy, the driver's seconds a suggestion, and memory: the driver's, and that
which all of Ray's processes hold together (proportional set size).
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

import workers
import zdt1
from paretune import Study
from paretune.execution.on_ray import Cluster, connected

HEAD = "searcher | slots | seconds a trial | busy | seconds a suggestion | the last 50 | driver MiB | Ray GiB | minutes"


def evaluate(seconds: float, params: Mapping[str, float]) -> dict[str, float]:
    """The losses, after some sleep."""
    time.sleep(seconds)
    return zdt1.evaluate(params)


def prepare(seconds: float) -> partial[dict[str, float]]:
    """What evaluates; it is sent to the workers as it stands here, so that they need not load what this file does."""
    return partial(evaluate, seconds)


def run(n_slots: int, n_trials: int, seconds: float, searcher: str) -> str:
    """A study on a Ray with so many slots, as a line of the table."""
    nodes = Nodes(initialize_head=True, head_node_args={"num_cpus": 0})
    try:
        nodes.add_node(num_cpus=n_slots, wait=True)
        with tempfile.TemporaryDirectory() as folder, connected(nodes.address, packages=[Path(zdt1.__file__)]):
            opened = Study(zdt1.SPACE, zdt1.OBJECTIVES, storage=Path(folder) / "study.db", searcher=searcher)
            executor = Cluster(partial(prepare, seconds * n_slots), opened.objectives, opened.logs)
            peak = Peak()
            start = time.monotonic()
            opened.run(executor, n_trials, max_failures=n_trials, on_trial=peak.look)
            minutes = (time.monotonic() - start) / 60
            busy = workers.measured(opened, n_slots)
    finally:
        nodes.shutdown()
    waited = f"{busy.share:.1%} | {busy.suggestion:.3f} | {busy.last:.3f}"
    held = f"{peak.driver / 2**20:.0f} | {peak.others / 2**30:.1f}"
    return f"{searcher} | {n_slots} | {seconds * n_slots:g} | {waited} | {held} | {minutes:.1f}"


class Peak:
    """The most memory that was seen, looked at every hundredth trial."""

    def __init__(self) -> None:
        self.driver, self.others, self._n = 0, 0, 0

    def look(self, *_: object) -> None:
        """See what the driver and what Ray's processes hold."""
        self._n += 1
        if self._n % 100:
            return
        driver = psutil.Process()
        self.driver = max(self.driver, driver.memory_info().rss)
        self.others = max(self.others, sum(map(_held, driver.children(recursive=True))))


def _held(process: psutil.Process) -> int:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return int(process.memory_full_info().pss)
    return 0


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slots", type=int, nargs="+", default=[2, 8, 32, 128])
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--searchers", nargs="+", default=["random", "bayes"])
    parser.add_argument("--seconds", type=float, default=1.0, help="of a trial, for each slot")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    print(HEAD)  # noqa: T201 (a command)
    for searcher in options.searchers:
        for n_slots in options.slots:
            print(run(n_slots, options.trials, options.seconds, searcher), flush=True)  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
