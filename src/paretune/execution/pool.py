"""An executor of worker processes on one machine, in which no trial can harm another."""

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

from paretune.argument_checks import COUNT, FUNCTION, LIST, NOT_NEGATIVE, PATH, POSITIVE, check_arguments, list_of
from paretune.errors import InvalidInputError, WorkerError
from paretune.evaluation.failure_text import (
    MAX_LOG_CHARACTERS,
    MAX_LOG_LINES,
    FailureText,
    format_log_tail,
    shows_out_of_memory,
)
from paretune.evaluation.outcome import Outcome
from paretune.execution import logs
from paretune.execution.executor import WHOLE_TRAINING, Finished, OnProgress, Progress, TrainingPart
from paretune.execution.progress_channel import ProgressMessage, StopRequest
from paretune.execution.slots import Slot
from paretune.execution.worker import Prepare, Ready, SetUpFailed, Task
from paretune.execution.worker_process import WorkerProcess
from paretune.objectives import Objective, Objectives
from paretune.processes.exit_status import describe_exit
from paretune.processes.group import GRACE_SECONDS
from paretune.processes.oom_kills import count_oom_kills

_POLL_SECONDS = 0.5  # how often time and memory are checked
_LEAK_BYTES = 2**29  # a worker is replaced if it holds so much more memory than after its first trial
_OUTSIDE_SIGNALS = {-getattr(signal, name, 0) for name in ("SIGTERM", "SIGINT", "SIGHUP")} - {0}  # Windows lacks some


@dataclass
class _RunningTrial:
    """A trial in a slot."""

    number: int
    folder: Path
    n_oom_kills: int | None
    since: float
    set_up_seconds: float | None = None
    last_check: float = 0.0  # of its time and memory
    is_stopping: bool = False


@dataclass
class _SlotState:
    """A slot, its process, which starts with its first trial, and the trial in it."""

    slot: Slot
    process: WorkerProcess | None = None
    running: _RunningTrial | None = None


class Pool:
    """An executor that evaluates in worker processes: a crash of one touches neither the search nor other trials.

    A process is spawned with a slot's first trial and used for many. It is replaced if a trial has ended it, has run
    too long, or has left much memory behind.

    Args:
        prepare: called once in each process, returns the evaluation; it must be picklable.
        objectives: the metrics that every trial must report.
        slots: the places for trials, one trial at a time in each.
        logs: the folder of the trials' logs; each has a folder named by its trial number.
        timeout: seconds that a trial may take; None for no limit.
        memory_limit: bytes that a trial's process and all below it may hold; None for no limit.
        grace: seconds between asking a process to end and killing it.

    Raises:
        InvalidInputError: this is Windows, which has no process groups to end all that a trial has started.
    """

    is_out_of_process = True

    def __init__(  # noqa: PLR0913 (the settings of a pool)
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
        check_arguments(
            prepare=(prepare, FUNCTION),
            objectives=(objectives, LIST, Objectives),
            slots=(slots, list_of(Slot)),
            logs=(logs, PATH),
            timeout=(timeout, POSITIVE, None),
            memory_limit=(memory_limit, COUNT, None),
            grace=(grace, NOT_NEGATIVE),
        )
        if sys.platform == "win32":
            raise InvalidInputError("workers run on Linux and macOS only: use WSL, or Study.run without workers")
        self._prepare, self._objectives, self._logs = prepare, Objectives(objectives), logs
        self._timeout, self._memory_limit, self._grace = timeout, memory_limit, grace
        self._states = [_SlotState(slot) for slot in slots]

    @property
    def n_slots(self) -> int:
        """The number of trials that can run at the same time."""
        return len(self._states)

    @property
    def n_free(self) -> int:
        """The number of slots that wait for a trial."""
        return sum(state.running is None for state in self._states)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as stack:
            stack.callback(logs.remove_if_empty, self._logs)
            for state in self._states:
                stack.callback(self._stop_process, state)

    def submit(self, number: int, params: Mapping[str, Any], part: TrainingPart = WHOLE_TRAINING) -> Mapping[str, Any]:
        """Start a trial in a free slot, and the slot's process if it has none.

        Returns:
            Where the trial runs: ``worker``, ``device`` and ``log``.
        """
        state = next(state for state in self._states if state.running is None)
        folder = self._logs / str(number)
        logs.create_log_folder(folder)
        if state.process is not None and state.process.has_exited:
            self._stop_process(state)
        if state.process is None:
            state.process = WorkerProcess(state.slot, self._prepare, self._objectives)
        state.running = _RunningTrial(number, folder, count_oom_kills(), time.monotonic())
        state.process.send(Task(number, dict(params), folder, part))
        return {"worker": state.slot.worker, "device": state.slot.device, "log": str(folder)}

    def wait(self, seconds: float, on_progress: OnProgress | None = None) -> list[Finished]:
        """Wait until a trial has ended, for at most so many seconds, and return the trials that have ended.

        Args:
            seconds: the longest wait.
            on_progress: see `paretune.execution.Executor.wait`. Of a trial at most 400 reports a second
                arrive, an even choice with the last.

        Raises:
            WorkerError: a worker could not be set up.
        """
        deadline = time.monotonic() + seconds
        while True:
            self._sleep_until_event(deadline)
            finished = [ended for state in self._states if (ended := self._poll(state, on_progress)) is not None]
            if finished or time.monotonic() >= deadline:
                return finished

    def request_stop(self, number: int) -> None:
        """Ask a running trial to stop, once; nothing happens if it has ended, or has reported nothing yet."""
        for state in self._states:
            running, process = state.running, state.process
            if running is not None and process is not None and running.number == number and not running.is_stopping:
                running.is_stopping = True
                process.send(StopRequest(number))

    def _sleep_until_event(self, deadline: float) -> None:
        handles = [
            handle for state in self._states if state.running and state.process for handle in state.process.handles
        ]
        seconds = min(max(0.0, deadline - time.monotonic()), _POLL_SECONDS)
        if handles:
            wait(handles, seconds)
        else:
            time.sleep(seconds)

    def _poll(self, state: _SlotState, on_progress: OnProgress | None) -> Finished | None:
        """The trial in a slot if it has ended; its reports are passed on."""
        running, process = state.running, state.process
        if running is None or process is None:
            return None
        code = process.exit_code  # read before the last message, which may still come
        while (message := process.receive()) is not None:
            if isinstance(message, SetUpFailed):
                raise self._set_up_error(state, running, message.cause)
            if isinstance(message, Ready):
                process.is_ready, running.set_up_seconds, running.since = True, message.seconds, time.monotonic()
            if isinstance(message, ProgressMessage) and on_progress is not None:
                self._deliver(message, on_progress)
            if isinstance(message, Outcome):
                return self._finish(state, running, message)
        if code is not None:
            return self._finish(state, running, self._outcome_of_exit(state, running, process, code))
        return self._enforce_limits(state, running, process)

    def _deliver(self, message: ProgressMessage, on_progress: OnProgress) -> None:
        for step, metrics in message.points:
            if not on_progress(Progress(message.number, step, metrics)):
                self.request_stop(message.number)

    def _enforce_limits(self, state: _SlotState, running: _RunningTrial, process: WorkerProcess) -> Finished | None:
        """End a trial that has exceeded its time or memory."""
        now = time.monotonic()
        if now - running.last_check < _POLL_SECONDS / 2:  # reports wake this process often
            return None
        running.last_check = now
        if self._timeout is not None and process.is_ready and time.monotonic() - running.since > self._timeout:
            reason, cause = "timed_out", f"ran longer than its timeout of {self._timeout:g} s"
        elif self._memory_limit is not None and (held := process.memory_bytes()) > self._memory_limit:
            reason = "out_of_memory"
            cause = f"held {held / 2**20:.0f} MiB, above its limit of {self._memory_limit / 2**20:.0f} MiB"
        else:
            logs.truncate_logs(running.folder)
            return None
        seconds = time.monotonic() - running.since
        self._stop_process(state)
        outcome = Outcome(reason=reason, failure=FailureText(cause, _log_tail(running)), seconds=seconds)
        return self._finish(state, running, outcome)

    def _outcome_of_exit(self, state: _SlotState, running: _RunningTrial, process: WorkerProcess, code: int) -> Outcome:
        """The outcome of a trial whose process has ended."""
        cause, reason = describe_exit(code) if code else ("ended its process with exit code 0", "crashed")
        if (
            code == -signal.SIGKILL
            and running.n_oom_kills is not None
            and (count_oom_kills() or 0) > running.n_oom_kills
        ):
            cause, reason = "was killed by the kernel because memory ran out", "out_of_memory"
        elif code in _OUTSIDE_SIGNALS:
            cause, reason = f"{cause} from outside", "lost"
        elif reason == "crashed" and any(map(shows_out_of_memory, _log_tail(running).splitlines())):
            reason = "out_of_memory"
        self._stop_process(state)
        if not process.is_ready and reason == "crashed":
            raise self._set_up_error(state, running, f"it {cause}")
        seconds = time.monotonic() - running.since
        return Outcome(reason=reason, failure=FailureText(cause, _log_tail(running)), seconds=seconds)

    def _set_up_error(self, state: _SlotState, running: _RunningTrial, cause: str) -> WorkerError:
        return WorkerError(
            f"worker {state.slot.worker} could not be set up: {cause}{format_log_tail(_log_tail(running))}. "
            'A script that starts workers must put its code under `if __name__ == "__main__":`; '
            "a notebook must import evaluate from a module"
        )

    def _finish(self, state: _SlotState, running: _RunningTrial, outcome: Outcome) -> Finished:
        state.running = None
        logs.close_log_folder(running.folder)
        if state.process is not None:
            held = state.process.memory_bytes()
            state.process.first_memory = state.process.first_memory or held
            if held - state.process.first_memory > _LEAK_BYTES:
                self._stop_process(state)
        durations = {} if running.set_up_seconds is None else {"set_up": running.set_up_seconds}
        return Finished(running.number, outcome, durations)

    def _stop_process(self, state: _SlotState) -> None:
        if state.process is not None:
            state.process.stop(self._grace)
        state.process = None


def _log_tail(running: _RunningTrial) -> str:
    return logs.last_lines(running.folder, MAX_LOG_LINES, MAX_LOG_CHARACTERS)
