"""A slot of a Ray cluster: an actor with a pool of one worker, which sends the logs of its trials back."""

from __future__ import annotations

import pickle
import shutil
import socket
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from paretune.evaluation.contract import Evaluate
from paretune.execution import logs
from paretune.execution.executor import WHOLE_TRAINING, Finished, Progress, TrainingPart
from paretune.execution.pool import Pool
from paretune.execution.slots import Slot, thread_limits
from paretune.objectives import Objectives

_MAX_PROGRESS = 1_000  # of more steps that nobody has taken, the last are kept
_POLL_SECONDS = 0.5  # how often an actor that evaluates checks whether it is to end


@dataclass(frozen=True)
class TrialLimits:
    """The objectives and the limits of every trial; see `paretune.execution.Pool`."""

    objectives: Objectives
    timeout: float | None
    memory_limit: int | None
    grace: float


@dataclass(frozen=True)
class TrialReport:
    """A trial that has ended, the files of its log, their content by name, and its last steps (`take_progress`)."""

    finished: Finished
    logs: Mapping[str, bytes] = field(default_factory=dict)
    progress: Sequence[Progress] = ()


@dataclass(frozen=True)
class PickledPrepare:
    """The function that sets a worker up, pickled by Ray, so that it may be defined in a script or a notebook."""

    content: bytes

    def __call__(self) -> Evaluate:
        """Unpickle the function and call it."""
        evaluate: Evaluate = pickle.loads(self.content)()  # noqa: S301 (from the user's own driver)
        return evaluate


class SlotActor:
    """An actor that evaluates one trial at a time, in a process below it.

    A training that crashes, hangs or leaks memory ends as it does on one machine, and the actor lives on to report it.

    Args:
        number: of the slot.
        prepare: called once in each process, returns the evaluation.
        limits: of each trial.
        cpus: cores that the process may use.
    """

    def __init__(self, number: int, prepare: PickledPrepare, limits: TrialLimits, cpus: float) -> None:
        self._logs = Path(mkdtemp(prefix="paretune-"))
        slot = Slot(number, _assigned_device(), thread_limits(max(1, int(cpus))))
        self._pool = Pool(
            prepare,
            limits.objectives,
            [slot],
            self._logs,
            timeout=limits.timeout,
            memory_limit=limits.memory_limit,
            grace=limits.grace,
        )
        self._location = {"worker": number, "device": slot.device, "host": socket.gethostname()}
        self._is_ending, self._lock = threading.Event(), threading.Lock()
        self._progress: deque[Progress] = deque(maxlen=_MAX_PROGRESS)
        self._stop_number: int | None = None

    def location(self) -> tuple[str, Mapping[str, Any]]:
        """Ray's id of the node; and for the user the slot's number, its device and the name of the host."""
        import ray  # noqa: PLC0415 (an optional dependency)

        return ray.get_runtime_context().get_node_id(), self._location

    def run(self, number: int, params: Mapping[str, Any], part: TrainingPart = WHOLE_TRAINING) -> TrialReport | None:
        """Evaluate a trial.

        Returns:
            The trial with its log; None if this actor was ended meanwhile.

        Raises:
            WorkerError: the process could not be set up.
        """
        with self._lock:
            self._progress.clear()
            self._pool.submit(number, params, part)
            while not self._is_ending.is_set():
                for finished in self._pool.wait(_POLL_SECONDS, self._collect):
                    return TrialReport(finished, self._take_log(number), self.take_progress())
                if self._stop_number == number:
                    self._pool.request_stop(number)
        return None

    def take_progress(self) -> list[Progress]:
        """The steps that the running trial has reported since the last call."""
        taken = []
        while self._progress:
            taken.append(self._progress.popleft())
        return taken

    def stop_trial(self, number: int) -> None:
        """Ask a trial to stop; see `paretune.execution.Executor.wait`."""
        self._stop_number = number

    def end(self) -> None:
        """End the running trial and all that it has started."""
        self._is_ending.set()
        with self._lock, self._pool:
            pass
        shutil.rmtree(self._logs, ignore_errors=True)

    def _collect(self, progress: Progress) -> bool:
        self._progress.append(progress)
        return True

    def _take_log(self, number: int) -> dict[str, bytes]:
        folder = self._logs / str(number)
        content = {path.name: path.read_bytes() for path in logs.log_files(folder)}
        shutil.rmtree(folder, ignore_errors=True)
        return content


def _assigned_device() -> str:
    """The GPU that Ray has assigned to this actor, the only one it sees; ``cpu`` if there is none."""
    import ray  # noqa: PLC0415 (an optional dependency)

    gpus = ray.get_gpu_ids()
    return f"cuda:{gpus[0]}" if gpus else "cpu"
