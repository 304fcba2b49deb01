"""An executor on a Ray cluster. Each slot is an actor, which Ray starts on a node with enough free resources."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from paretune.errors import InvalidInputError, WorkerError
from paretune.evaluation.failure_text import FailureText
from paretune.evaluation.outcome import Outcome
from paretune.execution import logs
from paretune.execution.executor import WHOLE_TRAINING, Finished, OnProgress, Progress, TrainingPart
from paretune.execution.on_ray.connection import import_ray
from paretune.execution.on_ray.failure_reason import failure_reason, one_line
from paretune.execution.on_ray.head import HEAD_TIMEOUT_SECONDS, Head
from paretune.execution.on_ray.slot_actor import PickledPrepare, SlotActor, TrialLimits, TrialReport
from paretune.execution.on_ray.slot_state import RunningTrial, SlotState
from paretune.execution.on_ray.trial_resources import TrialResources
from paretune.execution.worker import Prepare
from paretune.objectives import Objective, Objectives
from paretune.processes.group import GRACE_SECONDS

_PROGRESS_SECONDS = 1.0  # how often the steps of a running trial are read
_REFRESH_SECONDS = 5.0  # how often the size of the cluster is read
_WARN_SECONDS = 30.0  # after so long without any slot, the user is warned
_log = logging.getLogger("paretune")


class Cluster:
    """An executor on the Ray cluster that this process is connected to.

    A trial runs in its own process on its node, as in `paretune.execution.Pool`, and fails with the same reasons. If a
    node dies or is taken away, its trials are ``lost``. Slots come and go with nodes.

    Args:
        prepare: called once in each process, returns the evaluation.
        objectives: the metrics that every trial must report.
        logs: the folder of the trials' logs; each has a folder named by its trial number, filled when the trial ends.
        resources: what a trial needs on its node; by default one core.
        workers: how many slots, whether or not they fit now; by default as many as fit on the cluster.
        timeout: seconds that a trial may take; None for no limit.
        memory_limit: bytes that a trial's process and all below it may hold; None for no limit.
        grace: seconds between asking a process to end and killing it.

    Raises:
        InvalidInputError: Ray is not installed or not connected, or no node is large enough for a trial.
    """

    is_out_of_process = True

    def __init__(  # noqa: PLR0913 (the settings of a cluster)
        self,
        prepare: Prepare,
        objectives: Sequence[Objective],
        logs: Path,
        *,
        resources: TrialResources | None = None,
        workers: int | None = None,
        timeout: float | None = None,
        memory_limit: int | None = None,
        grace: float = GRACE_SECONDS,
    ) -> None:
        self._ray, self._logs = import_ray(), logs
        self._resources, self._workers, self._grace = resources or TrialResources(), workers, grace
        self._prepare = PickledPrepare(self._ray.cloudpickle.dumps(prepare))
        self._limits = TrialLimits(Objectives(objectives), timeout, memory_limit, grace)
        self._states: list[SlotState] = []
        self._n_failed_starts = 0
        self._last_refresh = self._last_slot = time.monotonic()
        self._head = Head(self._ray.get_runtime_context().gcs_address)
        self._n_slots = self._count_slots(self._living_nodes())
        if not self._n_slots:
            raise InvalidInputError(
                f"no node of the Ray cluster has {self._resources} for a trial: "
                f"the cluster has {self._free_resources()} free"
            )

    @property
    def n_slots(self) -> int:
        """The number of trials that can run at the same time once all slots have started."""
        return self._n_slots

    @property
    def n_free(self) -> int:
        """The number of slots that wait for a trial."""
        return sum(state.is_free for state in self._states)

    def __enter__(self) -> Self:
        self._start_or_drop_slots()
        return self

    def __exit__(self, *_: object) -> None:
        if self._head.seconds_silent():  # without the head no actor can be reached; Ray ends them all soon
            return
        ends = [state.actor.end.remote() for state in self._states if state.location is not None]
        if ends:
            self._ray.wait(ends, num_returns=len(ends), timeout=self._grace + 5.0)
        for state in self._states:
            self._ray.kill(state.actor)
        self._states.clear()
        logs.remove_if_empty(self._logs)

    def submit(self, number: int, params: Mapping[str, Any], part: TrainingPart = WHOLE_TRAINING) -> Mapping[str, Any]:
        """Start a trial in a free slot.

        Returns:
            Where the trial runs: ``worker``, ``device``, ``host`` and ``log``.
        """
        state = next(state for state in self._states if state.is_free)
        folder = self._logs / str(number)
        logs.create_log_folder(folder)
        state.running = RunningTrial(number, state.actor.run.remote(number, dict(params), part), time.monotonic())
        return {**(state.location or {}), "log": str(folder)}

    def wait(self, seconds: float, on_progress: OnProgress | None = None) -> list[Finished]:
        """Wait until a trial has ended or a slot has started, for at most so many seconds.

        Args:
            seconds: the longest wait.
            on_progress: see `paretune.execution.Executor.wait`; each trial's reports are read once a second.

        Returns:
            The trials that have ended.

        Raises:
            WorkerError: a worker could not be set up, or the cluster is gone.
        """
        self._refresh()
        awaited = {state.awaited: state for state in self._states if state.awaited is not None}
        if not awaited:
            time.sleep(seconds)
            return []
        deadline = time.monotonic() + seconds
        while True:
            left = max(0.0, deadline - time.monotonic())
            if on_progress is not None:
                self._ask_for_progress()
                left = min(left, _PROGRESS_SECONDS / 2)
            self._ray.wait(list(awaited), timeout=left)
            ready, _ = self._ray.wait(list(awaited), num_returns=len(awaited), timeout=0)
            if on_progress is not None:
                self._take_progress(on_progress)
            if ready or time.monotonic() >= deadline:
                break
        received = [self._receive(awaited[reference], on_progress) for reference in ready]
        return [finished for finished in received if finished is not None]

    def _ask_for_progress(self) -> None:
        """Ask the actors of running trials for new steps, each about once a second."""
        now = time.monotonic()
        for state in self._states:
            running = state.running
            if running is not None and running.progress is None and now - running.last_progress >= _PROGRESS_SECONDS:
                running.progress, running.last_progress = state.actor.take_progress.remote(), now

    def _take_progress(self, on_progress: OnProgress) -> None:
        """Pass on the steps that have arrived."""
        states = {state.running.progress: state for state in self._states if state.running and state.running.progress}
        if not states:
            return
        ready, _ = self._ray.wait(list(states), num_returns=len(states), timeout=0)
        for reference in ready:
            state = states[reference]
            assert state.running is not None  # noqa: S101 (for the type)
            state.running.progress = None
            with suppress(self._ray.exceptions.RayError):  # the reference to the trial's report shows the error
                self._deliver(state, self._ray.get(reference), on_progress)

    def _deliver(self, state: SlotState, arrived: Iterable[Progress], on_progress: OnProgress) -> None:
        running = state.running
        for progress in arrived:
            if running is None or progress.number != running.number:
                continue
            if not on_progress(progress) and not running.is_stopping:
                running.is_stopping = True
                state.actor.stop_trial.remote(running.number)

    def _receive(self, state: SlotState, on_progress: OnProgress | None) -> Finished | None:
        """Take what an actor has sent: its location at the start, or the report of its trial."""
        errors, running = self._ray.exceptions, state.running
        try:
            if running is None:
                state.node, state.location = self._ray.get(state.started)
                self._n_failed_starts = 0
                return None
            report: TrialReport = self._ray.get(running.report)
        except errors.RayTaskError as error:
            raise (error.cause if isinstance(error.cause, WorkerError) else WorkerError(one_line(error))) from None
        except (errors.RuntimeEnvSetupError, errors.ActorUnschedulableError) as error:
            raise WorkerError(f"Ray could not set a worker up: {one_line(error)}") from error
        except errors.RayError as error:
            return self._drop_dead_slot(state, error)
        if on_progress is not None:
            self._deliver(state, report.progress, on_progress)
        state.running = None
        self._write_log(report)
        return report.finished

    def _drop_dead_slot(self, state: SlotState, error: Exception) -> Finished | None:
        """The trial of an actor that died. A training cannot cause this: the node is gone or short of memory."""
        self._n_failed_starts += state.location is None
        if getattr(error, "actor_init_failed", False) or self._n_failed_starts > 3 * self._n_slots:
            raise WorkerError(f"workers cannot be started on the Ray cluster: {one_line(error)}")
        self._states.remove(state)
        if not self._head.seconds_silent():
            self._ray.kill(state.actor)
            self._start_or_drop_slots()
        if state.running is None:
            return None
        host = (state.location or {}).get("host", "its node")
        outcome = Outcome(
            reason=failure_reason(error, self._ray.exceptions.OutOfMemoryError),
            failure=FailureText(f"the worker on {host} is gone: {one_line(error)}"),
            seconds=time.monotonic() - state.running.since,
        )
        return Finished(state.running.number, outcome)

    def _write_log(self, report: TrialReport) -> None:
        folder = self._logs / str(report.finished.number)
        with suppress(OSError):  # a trial must not fail because its log cannot be written
            for name, content in report.logs.items():
                (folder / name).write_bytes(content)
        logs.close_log_folder(folder)

    def _refresh(self) -> None:
        """Read the size of the cluster every few seconds, and adapt the slots to it."""
        now = time.monotonic()
        if any(state.location is not None for state in self._states):
            self._last_slot = now
        if now - self._last_refresh < _REFRESH_SECONDS:
            return
        self._last_refresh = now
        seconds = self._head.seconds_silent()
        if seconds > HEAD_TIMEOUT_SECONDS:
            raise WorkerError(
                f"the head of the Ray cluster has not answered for {seconds:.0f} s: start it again, "
                "and repeat the same command to go on"
            )
        if seconds:
            _log.warning("the head of the Ray cluster does not answer; running trials may still end")
            return
        nodes = self._living_nodes()
        self._n_slots = self._count_slots(nodes)
        self._forget_dead_nodes({node["NodeID"] for node in nodes})
        self._start_or_drop_slots()
        if now - self._last_slot > _WARN_SECONDS:
            self._last_slot = now
            resources, free = self._resources, self._free_resources()
            _log.warning("no slot yet: a trial takes %s, and the Ray cluster has %s free", resources, free)

    def _forget_dead_nodes(self, living: Collection[str]) -> None:
        """Forget free slots on nodes that are gone. For a slot with a trial, Ray reports the error."""
        self._states = [state for state in self._states if not state.is_free or state.node in living]

    def _start_or_drop_slots(self) -> None:
        """Start actors, or drop actors that have not started yet, until their number is `n_slots`."""
        not_started = [state for state in self._states if state.location is None]
        for state in not_started[: max(0, len(self._states) - self._n_slots)]:
            self._states.remove(state)
            self._ray.kill(state.actor)
        while len(self._states) < self._n_slots:
            self._states.append(self._start_slot())

    def _start_slot(self) -> SlotState:
        options = {**self._resources.actor_options, "max_restarts": 0, "max_concurrency": 4}  # others run beside `run`
        actor_class = self._ray.remote(SlotActor).options(**options)
        taken = {state.number for state in self._states}
        number = next(i for i in itertools.count() if i not in taken)
        actor = actor_class.remote(number, self._prepare, self._limits, self._resources.cpus)
        return SlotState(number, actor, actor.location.remote())

    def _living_nodes(self) -> list[dict[str, Any]]:
        return [node for node in self._ray.nodes() if node["Alive"]]

    def _count_slots(self, nodes: Iterable[Mapping[str, Any]]) -> int:
        return self._workers or self._resources.n_fitting(node["Resources"] for node in nodes)

    def _free_resources(self) -> str:
        free = self._ray.available_resources()
        return ", ".join(f"{free.get(name, 0.0):g} {name}" for name in self._resources.by_name)
