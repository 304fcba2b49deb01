"""How do trials run on many machines? Each slot is an actor, which Ray puts where there is room."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from paretune.errors import InvalidInputError, WorkerError
from paretune.evaluation.outcome import MAX_TEXT, Outcome
from paretune.execution import logs
from paretune.execution.executor import Finished
from paretune.execution.on_ray.connection import load
from paretune.execution.on_ray.demand import Demand
from paretune.execution.on_ray.head import SECONDS, Head
from paretune.execution.on_ray.slot_actor import Packed, Reported, Rules, Seat
from paretune.execution.worker import Prepare
from paretune.objectives import Objective, Objectives
from paretune.processes.group import GRACE_SECONDS

_LOOK_SECONDS = 5.0  # how often the cluster's size is looked at
_LOW_ON_MEMORY = "running low on memory"  # as Ray says of a node whose workers it kills; of any other's end it guesses
_PATIENCE_SECONDS = 30.0  # without a single slot, after which the user is told what is waited for
_log = logging.getLogger("paretune")


@dataclass
class _Running:
    number: int
    reported: Any  # Ray's reference to what it will report
    since: float


@dataclass
class _Place:
    """A slot: its number, its actor, its node and place once it has started, and the trial in it."""

    number: int
    actor: Any
    started: Any  # Ray's reference to where it is
    node: str = ""
    where: Mapping[str, Any] | None = None
    running: _Running | None = None

    @property
    def awaited(self) -> Any:
        """What is to come from it next; None while it waits for a trial."""
        if self.where is None:
            return self.started
        return None if self.running is None else self.running.reported

    @property
    def is_free(self) -> bool:
        """Whether it waits for a trial."""
        return self.where is not None and self.running is None


class Cluster:
    """Evaluates trials in the slots of the Ray cluster that this process is connected to.

    Whatever a training does ends in its own process on its node, as in `paretune.execution.Pool`. A node that dies, or
    is taken away, makes its trials ``lost``; slots come and go with nodes.

    Args:
        prepare: called once in each process, gives what evaluates.
        objectives: what the metrics must hold.
        logs: the folder of the trials' logs, each in a folder of its number, where they are sent when a trial ends.
        demand: what a trial takes of a node.
        workers: how many slots, whether or not there is room for them now; by default as many as fit on the cluster.
        timeout: seconds a trial may take; None for no end.
        memory_limit: bytes that a trial's process and all below it may hold; None for no limit.
        grace: seconds between asking a process to end and killing it.

    Raises:
        InvalidInputError: Ray is not installed or not connected, or no node has room for a trial.
    """

    is_apart = True

    def __init__(  # noqa: PLR0913 (what a user may say of a cluster)
        self,
        prepare: Prepare,
        objectives: Sequence[Objective],
        logs: Path,
        *,
        demand: Demand | None = None,
        workers: int | None = None,
        timeout: float | None = None,
        memory_limit: int | None = None,
        grace: float = GRACE_SECONDS,
    ) -> None:
        self._ray, self._logs = load(), logs
        self._demand, self._workers, self._grace = demand or Demand(), workers, grace
        self._packed = Packed(self._ray.cloudpickle.dumps(prepare))
        self._rules = Rules(Objectives(objectives), timeout, memory_limit, grace)
        self._places: list[_Place] = []
        self._n_stillborn = 0
        self._looked = self._had_slots = time.monotonic()
        self._head = Head(self._ray.get_runtime_context().gcs_address)
        self._target = self._n_wanted(self._living())
        if not self._target:
            raise InvalidInputError(f"no node of the Ray cluster has {self._demand} for a trial: it has {self._has()}")

    @property
    def n_slots(self) -> int:
        """How many trials run side by side, once there is room for all of them."""
        return self._target

    @property
    def n_free(self) -> int:
        """How many slots wait for a trial."""
        return sum(place.is_free for place in self._places)

    def __enter__(self) -> Self:
        self._fit()
        return self

    def __exit__(self, *_: object) -> None:
        if self._head.silence:  # whom nobody can ask; all that it has started ends soon after it
            return
        ends = [place.actor.end.remote() for place in self._places if place.where is not None]
        if ends:
            self._ray.wait(ends, num_returns=len(ends), timeout=self._grace + 5.0)
        for place in self._places:
            self._ray.kill(place.actor)
        self._places.clear()
        logs.remove_if_empty(self._logs)

    def submit(self, number: int, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Start a trial in a free slot."""
        place = next(place for place in self._places if place.is_free)
        folder = self._logs / str(number)
        logs.fresh(folder)
        place.running = _Running(number, place.actor.run.remote(number, dict(params)), time.monotonic())
        return {**(place.where or {}), "log": str(folder)}

    def wait(self, seconds: float) -> list[Finished]:
        """The trials that have ended, after so many seconds at most; earlier, too, where a slot has come free.

        Raises:
            WorkerError: a worker could not be set up, or the cluster is gone.
        """
        self._look()
        awaited = {place.awaited: place for place in self._places if place.awaited is not None}
        if not awaited:
            time.sleep(seconds)
            return []
        self._ray.wait(list(awaited), timeout=seconds)
        ready, _ = self._ray.wait(list(awaited), num_returns=len(awaited), timeout=0)
        return [finished for ref in ready if (finished := self._come(awaited[ref])) is not None]

    def _come(self, place: _Place) -> Finished | None:
        """What has come from an actor: that it has started, or what became of its trial."""
        errors, running = self._ray.exceptions, place.running
        try:
            if running is None:
                place.node, place.where = self._ray.get(place.started)
                self._n_stillborn = 0
                return None
            reported: Reported = self._ray.get(running.reported)
        except errors.RayTaskError as error:
            told = error.cause if isinstance(error.cause, WorkerError) else WorkerError(_line(error))
            raise told from None
        except (errors.RuntimeEnvSetupError, errors.ActorUnschedulableError) as error:
            raise WorkerError(f"Ray could not set a worker up: {_line(error)}") from error
        except errors.RayError as error:
            return self._gone(place, error)
        place.running = None
        self._keep(reported)
        return reported.finished

    def _gone(self, place: _Place, error: Exception) -> Finished | None:
        """The end of a trial whose actor died, which its training cannot do: its node is gone, or wants memory."""
        self._n_stillborn += place.where is None
        if getattr(error, "actor_init_failed", False) or self._n_stillborn > 3 * self._target:
            raise WorkerError(f"workers cannot be started on the Ray cluster: {_line(error)}")
        self._places.remove(place)
        if not self._head.silence:
            self._ray.kill(place.actor)
            self._fit()
        if place.running is None:
            return None
        host = (place.where or {}).get("host", "its node")
        outcome = Outcome(
            reason=reason_of(error, self._ray.exceptions.OutOfMemoryError),
            message=f"the worker on {host} is gone: {_line(error)}"[:MAX_TEXT],
            seconds=time.monotonic() - place.running.since,
        )
        return Finished(place.running.number, outcome)

    def _keep(self, reported: Reported) -> None:
        """Write down what a trial has printed."""
        folder = self._logs / str(reported.finished.number)
        with suppress(OSError):  # a trial is not to fail for its log
            for name, content in reported.logs.items():
                (folder / name).write_bytes(content)
        logs.tidy(folder)

    def _look(self) -> None:
        """See, every few seconds, how large the cluster is."""
        now = time.monotonic()
        if any(place.where is not None for place in self._places):
            self._had_slots = now
        if now - self._looked < _LOOK_SECONDS:
            return
        self._looked = now
        silence = self._head.silence
        if silence > SECONDS:
            raise WorkerError(
                f"the head of the Ray cluster has not answered for {silence:.0f} s: start it anew, "
                "and the same command goes on"
            )
        if silence:
            _log.warning("the head of the Ray cluster does not answer; what runs may still end")
            return
        nodes = self._living()
        self._target = self._n_wanted(nodes)
        self._leave_others({node["NodeID"] for node in nodes})
        self._fit()
        if now - self._had_slots > _PATIENCE_SECONDS:
            self._had_slots = now
            _log.warning("no slot yet: a trial takes %s, and the Ray cluster has %s free", self._demand, self._has())

    def _leave_others(self, living: Collection[str]) -> None:
        """Forget slots that wait for a trial on nodes that are gone; of those with a trial Ray tells."""
        self._places = [place for place in self._places if not place.is_free or place.node in living]

    def _fit(self) -> None:
        """Start actors, or give up those that wait for a node, until there are as many as fit."""
        waiting = [place for place in self._places if place.where is None]
        for place in waiting[: max(0, len(self._places) - self._target)]:
            self._places.remove(place)
            self._ray.kill(place.actor)
        while len(self._places) < self._target:
            self._places.append(self._made())

    def _made(self) -> _Place:
        options = {**self._demand.options, "max_restarts": 0, "max_concurrency": 2}  # it can be ended while it runs
        actor = self._ray.remote(Seat).options(**options)
        taken = {place.number for place in self._places}
        number = next(i for i in itertools.count() if i not in taken)
        made = actor.remote(number, self._packed, self._rules, self._demand.cpus)
        return _Place(number, made, made.where.remote())

    def _living(self) -> list[dict[str, Any]]:
        return [node for node in self._ray.nodes() if node["Alive"]]

    def _n_wanted(self, nodes: Iterable[Mapping[str, Any]]) -> int:
        return self._workers or self._demand.n_fitting(node["Resources"] for node in nodes)

    def _has(self) -> str:
        free = self._ray.available_resources()
        return ", ".join(f"{free.get(name, 0.0):g} {name}" for name in self._demand.resources)


def _line(error: Exception) -> str:
    """What Ray says, without the names it gives its actors."""
    return " ".join(line for line in str(error).splitlines() if not line.startswith("\t"))


def reason_of(error: Exception, out_of_memory: type[Exception]) -> str:
    """Why the trial of an actor that died has failed.

    Args:
        error: Ray's.
        out_of_memory: the kind of error by which Ray tells that it has killed a worker as its node wanted memory.
    """
    return "out_of_memory" if isinstance(error, out_of_memory) or _LOW_ON_MEMORY in str(error) else "lost"
