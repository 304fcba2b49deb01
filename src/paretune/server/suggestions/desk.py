"""The desk of a study: it hands suggestions out to many clients, and computes the next ones ahead."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from paretune.adapters.optuna.keys import ASK_KEY, DURATIONS_KEY, SUGGESTION_KEY
from paretune.errors import ParetuneError
from paretune.searchers import SEARCHERS
from paretune.server.storage_threads import StorageThreads
from paretune.server.suggestions.computer import Computer
from paretune.server.suggestions.job import SuggestionJob, compute, fallback
from paretune.server.suggestions.ready import ReadyPoints
from paretune.study import AskedTrial
from paretune.study.hosted_run import HostedRun
from paretune.study.hosted_study import HostedStudy

DEADLINE_SECONDS = 20.0
_log = logging.getLogger("paretune")


@dataclass(frozen=True)
class Given:
    """A trial that was given to a client.

    Args:
        trial: its number and parameters.
        source: how its parameters were found: ``computed`` for it, ``ready`` ahead of it, ``queue``, ``fallback`` (a
            Sobol point, since the models took too long), ``sampler`` (one of Optuna), or ``repeated`` (the same request
            came again).
        seconds: how long the client waited.
        tells_late: how many outcomes the models did not know.
    """

    trial: AskedTrial
    source: str
    seconds: float = 0.0
    tells_late: int = 0


@dataclass(frozen=True)
class _Asked:
    """A request for a trial: its idempotency key, when it came, and user attributes for the trial."""

    key: str
    start: float
    attributes: Mapping[str, Any]

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.start


class SuggestionDesk:
    """Hands out the trials of one study. All methods run in the event loop.

    One computation runs at a time. Clients that wait meanwhile get their points from the next one, together. After an
    outcome the next points are computed ahead.

    Args:
        study: the study.
        threads: where the storage is read and written.
        computer: where models are computed.
        deadline: seconds after which a client gets a Sobol point.
        on_change: called after the study has changed.
    """

    def __init__(
        self,
        study: HostedStudy,
        threads: StorageThreads,
        computer: Computer,
        deadline: float = DEADLINE_SECONDS,
        on_change: Callable[[], object] = lambda: None,
    ) -> None:
        self._study, self._threads, self._computer = study, threads, computer
        self._deadline, self._on_change = deadline, on_change
        self._gate = asyncio.Lock()  # held while points are taken and written, and while trials are read for a job
        self._waiting: deque[asyncio.Future[dict[str, Any]]] = deque()
        self._ready = ReadyPoints()
        self._handed_out: list[dict[str, Any]] = []  # computed for a client, and not yet written
        self._asked: dict[str, asyncio.Future[Given | None]] = {}  # requests that are answered now, by their key
        self._task: asyncio.Task[None] | None = None
        self._is_dirty = False
        self.n_by_source: dict[str, int] = {}

    async def ask(self, request: str = "", attributes: Mapping[str, Any] | None = None) -> Given | None:
        """Give the next trial to a client; None where the study has its total.

        Args:
            request: the idempotency key of the request: the same one gets the same trial.
            attributes: further user attributes of the trial.

        Raises:
            SpaceExhaustedError: a finite space has nothing left to try.
        """
        if request in self._asked:
            return await asyncio.shield(self._asked[request])
        asked = _Asked(request, time.perf_counter(), attributes or {})
        answer = asyncio.ensure_future(self._answer(asked))
        if request:
            self._asked[request] = answer
        try:
            given = await answer
        finally:
            self._asked.pop(request, None)
        if given is not None:
            self.n_by_source[given.source] = self.n_by_source.get(given.source, 0) + 1
            self._on_change()
        return given

    def prepare(self) -> None:
        """Compute the next points ahead, since an outcome came."""
        self._is_dirty = True
        self._start()

    async def close(self) -> None:
        """Stop computing."""
        if self._task is not None:
            self._task.cancel()

    async def _answer(self, asked: _Asked) -> Given | None:
        if asked.key and (again := await self._threads.read(self._study.find_asked, asked.key)) is not None:
            return Given(again, "repeated")
        run = await self._threads.read(lambda: self._study.run)
        if run is None:
            run = await self._threads.write(self._study.begin)
        async with self._gate:
            revision = await self._threads.read(self._study.revision)
            if await self._threads.read(self._study.n_left) == 0:
                return None
            if revision.n_waiting and (queued := await self._take_waiting(asked, run)) is not None:
                return queued
            if run.searcher not in SEARCHERS:
                trial = await self._threads.write(self._study.ask_sampler)
                return None if trial is None else Given(trial, "sampler", asked.seconds)
            late = self._ready.n_tells_late(revision)
            if late is not None:
                return await self._claim(self._ready.take(), Given(_NOBODY, "ready", 0.0, late), asked)
        point, source = await self._wait_for_point()
        try:
            async with self._gate:
                return await self._claim(point, Given(_NOBODY, source), asked)
        finally:
            self._handed_out = [other for other in self._handed_out if other is not point]

    async def _take_waiting(self, asked: _Asked, run: HostedRun) -> Given | None:
        """Give the first trial of the queue; None if none waits."""
        taken = await self._threads.write(self._study.take_waiting)
        if taken is None:
            return None
        stored, params = taken
        if not self._study.space.contains(params):
            job = await self._threads.read(self._make_job, run.searcher, run.seed, 1)
            params = await self._threads.read(fallback, replace(job, fixed=params))
        given = Given(_NOBODY, "queue", asked.seconds)
        attributes = _attributes(given, asked)
        trial = await self._threads.write(self._study.complete, stored, params, attributes)
        return Given(trial, given.source, given.seconds)

    async def _claim(self, point: dict[str, Any], given: Given, asked: _Asked) -> Given | None:
        """Write a trial with a point, in one transaction."""
        told = Given(_NOBODY, given.source, asked.seconds, given.tells_late)
        trial = await self._threads.write(self._study.claim, point, _attributes(told, asked))
        if trial is None:
            return None
        if not self._ready.points:
            self._start()
        return Given(trial, told.source, told.seconds, told.tells_late)

    async def _wait_for_point(self) -> tuple[dict[str, Any], str]:
        """Wait for a computed point, until the deadline; then take a Sobol point."""
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self._start()
        try:
            async with asyncio.timeout(self._deadline):
                return await future, "computed"
        except TimeoutError:
            pass
        except ParetuneError:
            raise
        except Exception:  # noqa: BLE001 (a client gets a point whatever happens to the models)
            _log.warning("study %s: the models failed; a client gets a Sobol point", self._study.name, exc_info=True)
        run = await self._threads.read(lambda: self._study.run)
        seed = 0 if run is None else run.seed
        point = await self._threads.read(lambda: fallback(self._make_job("sobol", seed, 1)))
        self._handed_out.append(point)
        return point, "fallback"

    def _start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._compute_all())

    async def _compute_all(self) -> None:
        """Compute while somebody waits, and once more ahead."""
        while self._drop_gone() or self._is_dirty:
            self._is_dirty = False
            try:
                await self._compute_once()
            except Exception as error:  # noqa: BLE001 (it is raised where a client waits)
                waiting, self._waiting = self._waiting, deque()
                for future in waiting:
                    if not future.done():
                        future.set_exception(error)
                return

    async def _compute_once(self) -> None:
        async with self._gate:
            n_waiting = self._drop_gone()
            revision = await self._threads.read(self._study.revision)
            if not n_waiting and self._ready.n_tells_late(revision) == 0:
                return
            run = await self._threads.read(lambda: self._study.run)
            n_left = await self._threads.read(self._study.n_left)
            if run is None or run.ended or run.searcher not in SEARCHERS or (n_left == 0 and not n_waiting):
                return
            n_running = revision.n_trials - revision.n_finished - revision.n_waiting
            n_ahead = 0 if n_waiting else max(1, n_running)
            n_handed_out = len(self._handed_out)
            n = n_waiting + n_ahead
            job = await self._threads.read(self._make_job, run.searcher, run.seed, n, run.searcher_options)
        points = deque(await self._computer.run(compute, job))
        self._ready = ReadyPoints(revision, points, n_handed_out)
        while points and self._drop_gone():
            self._handed_out.append(self._ready.take())
            self._waiting.popleft().set_result(self._handed_out[-1])

    def _drop_gone(self) -> int:
        """Forget clients that wait no more; return how many still wait."""
        self._waiting = deque(future for future in self._waiting if not future.done())
        return len(self._waiting)

    def _make_job(self, searcher: str, seed: int, n: int, options: Mapping[str, Any] | None = None) -> SuggestionJob:
        trials = self._study.trials_to_learn_from().with_pending(list(self._handed_out))
        return SuggestionJob(trials, searcher, seed, n, options=options or {})


_NOBODY = AskedTrial(-1, {})


def _attributes(given: Given, asked: _Asked) -> dict[str, Any]:
    """User attributes of a trial that say how its parameters were found, and for which request."""
    found = {"source": given.source, "seconds": round(given.seconds, 4), "tells_late": given.tells_late}
    asked_by = {ASK_KEY: asked.key} if asked.key else {}
    return {SUGGESTION_KEY: found, DURATIONS_KEY: {"suggest": given.seconds}, **asked_by, **asked.attributes}
