"""How do many trials run side by side on one machine, whatever one of them does?"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Self

from paretune.errors import InvalidInputError, WorkerError
from paretune.evaluation.failure_text import LOG_CHARACTERS, LOG_LINES, log_tail, shows_out_of_memory
from paretune.evaluation.outcome import MAX_TEXT, Outcome
from paretune.execution import logs
from paretune.execution.executor import Finished
from paretune.execution.process import Process
from paretune.execution.slots import Slot
from paretune.execution.worker import NotReady, Prepare, Ready, Task
from paretune.objectives import Objective, Objectives
from paretune.processes.exit_status import ending
from paretune.processes.group import GRACE_SECONDS
from paretune.processes.oom_kills import oom_kills

_TICK_SECONDS = 0.5  # how often time and memory are looked at
_LEAK_BYTES = 2**29  # a worker that has kept so much more than after its first trial is replaced
_FROM_OUTSIDE = {-getattr(signal, name, 0) for name in ("SIGTERM", "SIGINT", "SIGHUP")} - {0}  # Windows lacks some


@dataclass
class _Running:
    """A trial in a slot."""

    number: int
    folder: Path
    kills: int | None
    since: float
    set_up: float | None = None


@dataclass
class _Place:
    """A slot with its process, started with its first trial, and the trial in it."""

    slot: Slot
    process: Process | None = None
    running: _Running | None = None


class Pool:
    """Evaluates trials in processes of their own: a crash of one touches neither the search nor the others.

    A process is spawned with a slot's first trial, kept for many, and replaced when a trial has taken it down, ran too
    long, or left much memory behind.

    Args:
        prepare: called once in each process, gives what evaluates; it must be picklable.
        objectives: what the metrics must hold.
        slots: where trials run, one at a time in each.
        logs: the folder of the trials' logs, each in a folder of its number.
        timeout: seconds a trial may take; None for no end.
        memory_limit: bytes that a trial's process and all below it may hold; None for no limit.
        grace: seconds between asking a process to end and killing it.

    Raises:
        InvalidInputError: this is Windows, which has no process groups to end all that a trial started.
    """

    is_apart = True

    def __init__(  # noqa: PLR0913 (what a user may say of a pool)
        self,
        prepare: Prepare,
        objectives: Sequence[Objective],
        slots: Sequence[Slot],
        logs: Path,
        *,
        timeout: float | None = None,
        memory_limit: int | None = None,
        grace: float = GRACE_SECONDS,
    ) -> None:
        if sys.platform == "win32":
            raise InvalidInputError("workers run on Linux and macOS only: use WSL, or Study.run without workers")
        self._prepare, self._objectives, self._logs = prepare, Objectives(objectives), logs
        self._timeout, self._memory_limit, self._grace = timeout, memory_limit, grace
        self._places = [_Place(slot) for slot in slots]

    @property
    def n_slots(self) -> int:
        """How many trials run side by side."""
        return len(self._places)

    @property
    def n_free(self) -> int:
        """How many slots wait for a trial."""
        return sum(place.running is None for place in self._places)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as ends:
            ends.callback(logs.remove_if_empty, self._logs)
            for place in self._places:
                ends.callback(self._end, place)

    def submit(self, number: int, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Start a trial in a free slot; its process is started where there is none."""
        place = next(place for place in self._places if place.running is None)
        folder = self._logs / str(number)
        logs.fresh(folder)
        if place.process is not None and place.process.has_gone:
            self._end(place)
        if place.process is None:
            place.process = Process(place.slot, self._prepare, self._objectives)
        place.running = _Running(number, folder, oom_kills(), time.monotonic())
        place.process.send(Task(dict(params), folder))
        return {"worker": place.slot.worker, "device": place.slot.device, "log": str(folder)}

    def wait(self, seconds: float) -> list[Finished]:
        """The trials that have ended, after so many seconds at most.

        Raises:
            WorkerError: a process could not be set up.
        """
        deadline = time.monotonic() + seconds
        while True:
            self._sleep(deadline)
            finished = [found for place in self._places if (found := self._looked_at(place)) is not None]
            if finished or time.monotonic() >= deadline:
                return finished

    def _sleep(self, deadline: float) -> None:
        handles = [
            handle for place in self._places if place.running and place.process for handle in place.process.handles
        ]
        left = min(max(0.0, deadline - time.monotonic()), _TICK_SECONDS)
        if handles:
            wait(handles, left)
        else:
            time.sleep(left)

    def _looked_at(self, place: _Place) -> Finished | None:
        """What became of the trial in a slot, if it has ended."""
        running, process = place.running, place.process
        if running is None or process is None:
            return None
        code = process.exit_code  # before its last message is asked for
        message = process.received()
        if isinstance(message, NotReady):
            raise self._not_ready(place, running, message.message)
        if isinstance(message, Ready):
            process.is_ready, running.set_up, running.since = True, message.seconds, time.monotonic()
            message = process.received()
        if isinstance(message, Outcome):
            return self._done(place, running, message)
        if code is not None:
            return self._done(place, running, self._death(place, running, process, code))
        return self._beyond(place, running, process)

    def _beyond(self, place: _Place, running: _Running, process: Process) -> Finished | None:
        """The end of a trial that has gone beyond its time or memory."""
        if self._timeout is not None and process.is_ready and time.monotonic() - running.since > self._timeout:
            reason, message = "timed_out", f"ran longer than its timeout of {self._timeout:g} s"
        elif self._memory_limit is not None and (held := process.memory()) > self._memory_limit:
            reason = "out_of_memory"
            message = f"held {held / 2**20:.0f} MiB, above its limit of {self._memory_limit / 2**20:.0f} MiB"
        else:
            logs.bound(running.folder)
            return None
        seconds = time.monotonic() - running.since
        self._end(place)
        outcome = Outcome(reason=reason, message=self._with_log(message, running), seconds=seconds)
        return self._done(place, running, outcome)

    def _death(self, place: _Place, running: _Running, process: Process, code: int) -> Outcome:
        """The outcome of a trial that took its process down, or whose process was taken down."""
        how, reason = ending(code) if code else ("ended its process with exit code 0", "crashed")
        if code == -signal.SIGKILL and running.kills is not None and (oom_kills() or 0) > running.kills:
            how, reason = "was killed by the kernel for want of memory", "out_of_memory"
        elif code in _FROM_OUTSIDE:
            how, reason = f"{how} from outside", "lost"
        elif reason == "crashed" and any(map(shows_out_of_memory, self._log(running).splitlines())):
            reason = "out_of_memory"
        self._end(place)
        if not process.is_ready and reason == "crashed":
            raise self._not_ready(place, running, f"it {how}")
        return Outcome(reason=reason, message=self._with_log(how, running), seconds=time.monotonic() - running.since)

    def _not_ready(self, place: _Place, running: _Running, cause: str) -> WorkerError:
        return WorkerError(
            f"worker {place.slot.worker} could not be set up: {cause}{log_tail(self._log(running))}. A script that "
            'starts workers needs `if __name__ == "__main__":` around what it does; a notebook, an evaluate that it imports'
        )

    def _done(self, place: _Place, running: _Running, outcome: Outcome) -> Finished:
        place.running = None
        logs.tidy(running.folder)
        if place.process is not None:
            held = place.process.memory()
            place.process.first_memory = place.process.first_memory or held
            if held - place.process.first_memory > _LEAK_BYTES:
                self._end(place)
        return Finished(running.number, outcome, {} if running.set_up is None else {"set_up": running.set_up})

    def _end(self, place: _Place) -> None:
        if place.process is not None:
            place.process.end(self._grace)
        place.process = None

    def _log(self, running: _Running) -> str:
        return logs.last_lines(running.folder, LOG_LINES, LOG_CHARACTERS)

    def _with_log(self, message: str, running: _Running) -> str:
        return f"{message}{log_tail(self._log(running))}"[:MAX_TEXT]
