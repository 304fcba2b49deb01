"""What does a slot do on its node? It is an actor that keeps a pool of one worker, and sends logs home."""

from __future__ import annotations

import pickle
import shutil
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from paretune.evaluation.contract import Evaluate
from paretune.execution import logs
from paretune.execution.executor import Finished
from paretune.execution.pool import Pool
from paretune.execution.slots import Slot, thread_pools
from paretune.objectives import Objectives

_TICK_SECONDS = 0.5  # how often a seat that evaluates looks whether it is to end


@dataclass(frozen=True)
class Rules:
    """What holds for each trial; see `paretune.execution.Pool`."""

    objectives: Objectives
    timeout: float | None
    memory_limit: int | None
    grace: float


@dataclass(frozen=True)
class Reported:
    """A trial that has ended, and what it printed: the content of its log's files by name."""

    finished: Finished
    logs: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Packed:
    """What sets a worker up, as Ray pickles it: also what stands in a script or a notebook."""

    content: bytes

    def __call__(self) -> Evaluate:
        """Unpack it, and set up."""
        evaluate: Evaluate = pickle.loads(self.content)()  # noqa: S301 (from the user's own driver)
        return evaluate


class Seat:
    """Evaluates one trial at a time, in a process of its own below this actor.

    So a training that dies, hangs or leaks ends as it does on one machine, and the actor lives on to tell.

    Args:
        number: of the slot.
        prepare: called once in each process, gives what evaluates.
        rules: for each trial.
        cpus: cores that the process may use.
    """

    def __init__(self, number: int, prepare: Packed, rules: Rules, cpus: float) -> None:
        self._logs = Path(mkdtemp(prefix="paretune-"))
        slot = Slot(number, _device(), thread_pools(max(1, int(cpus))))
        self._pool = Pool(
            prepare,
            rules.objectives,
            [slot],
            self._logs,
            timeout=rules.timeout,
            memory_limit=rules.memory_limit,
            grace=rules.grace,
        )
        self._where = {"worker": number, "device": slot.device, "host": socket.gethostname()}
        self._is_ending, self._turn = threading.Event(), threading.Lock()

    def where(self) -> tuple[str, Mapping[str, Any]]:
        """Ray's name of its node; and what a user reads: its number, its device, and the node's own name."""
        import ray  # noqa: PLC0415 (only where Ray is used)

        return ray.get_runtime_context().get_node_id(), self._where

    def run(self, number: int, params: Mapping[str, Any]) -> Reported | None:
        """Evaluate a trial; None if this seat was ended meanwhile.

        Raises:
            WorkerError: its process could not be set up.
        """
        with self._turn:
            self._pool.submit(number, params)
            while not self._is_ending.is_set():
                for finished in self._pool.wait(_TICK_SECONDS):
                    return Reported(finished, self._log(number))
        return None

    def end(self) -> None:
        """End what runs here, and all that it has started."""
        self._is_ending.set()
        with self._turn, self._pool:
            pass
        shutil.rmtree(self._logs, ignore_errors=True)

    def _log(self, number: int) -> dict[str, bytes]:
        folder = self._logs / str(number)
        found = {path.name: path.read_bytes() for path in logs.files(folder)}
        shutil.rmtree(folder, ignore_errors=True)
        return found


def _device() -> str:
    """The GPU that Ray has given this actor; it sees no other."""
    import ray  # noqa: PLC0415 (only where Ray is used)

    gpus = ray.get_gpu_ids()
    return f"cuda:{gpus[0]}" if gpus else "cpu"
