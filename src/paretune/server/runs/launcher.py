"""The runs that the service has started: one at a time for each study."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from paretune.errors import InvalidInputError, ParetuneError
from paretune.server.names import check_new_name, study_key
from paretune.server.runs.allowed import AllowedWorkload
from paretune.server.runs.process import RunProcess
from paretune.server.runs.request import RunRequest
from paretune.server.security.refusal import RefusalError
from paretune.server.storage_threads import StorageThreads
from paretune.study.hosted_storage import HostedStorage
from paretune.study.launch_record import read_launch, write_launch
from paretune.study.record import n_stop_requests

_POLL_SECONDS = 0.2  # until a new study is there
_log = logging.getLogger("paretune")


@dataclass
class StartedRun:
    """A run that this service has started.

    Args:
        request: what was asked for.
        process: the process.
        n_stops: how often its study had been asked to stop before.
        starts_again: whether it starts again once it has ended, since its request was changed.
    """

    request: RunRequest
    process: RunProcess
    n_stops: int = 0
    starts_again: bool = False

    def describe(self) -> dict[str, Any]:
        """Describe it as JSON values."""
        return {
            "study": self.request.study,
            "key": study_key(self.request.study),
            "workload": self.request.workload,
            "state": "running" if self.process.is_running else "ended",
            "exit_code": self.process.exit_code,
            "started": self.process.started,
            "output": self.process.output_tail(),
        }


class Launcher:
    """Starts runs of allowed workloads, and no others. All methods run in the event loop.

    Args:
        allowed: the workloads by name; nothing is started where there are none.
        storage: the storage.
        url: its path or URL, for the runs.
        threads: where the storage is read and written.
        limits: how many runs there may be at once, and how many workers each.
        on_change: called with the name of a study whose run begins or ends.
    """

    def __init__(
        self,
        allowed: Mapping[str, AllowedWorkload],
        storage: HostedStorage,
        url: str,
        threads: StorageThreads,
        limits: tuple[int, int],
        on_change: Callable[[str], object],
    ) -> None:
        self.allowed = allowed
        self._storage, self._url, self._threads = storage, url, threads
        self._max_runs, self._max_workers = limits
        self._on_change = on_change
        self._runs: dict[str, StartedRun] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closing = False

    def find(self, study: str) -> StartedRun | None:
        """The last run of a study; None if this service started none."""
        return self._runs.get(study)

    def runs(self) -> list[StartedRun]:
        """The last run of each study."""
        return list(self._runs.values())

    def allowed_workload(self, name: str) -> AllowedWorkload:
        """The allowed workload of a name.

        Raises:
            RefusalError: the operator allows no such workload.
        """
        if name not in self.allowed:
            others = ", ".join(self.allowed) or "no workload: start the service with --allow"
            message = f"the workload {name[:100]!r} may not be started here; what may is {others}"
            raise RefusalError(403, "not_allowed", message)
        return self.allowed[name]

    async def start(self, request: RunRequest) -> StartedRun:
        """Start a run of a new study.

        Raises:
            RefusalError: its workload is not allowed, its study exists, or too many runs are under way.
            InvalidInputError: a setting is wrong.
        """
        check_new_name(request.study)
        names = await self._threads.read(self._storage.names)
        if request.study in names or self._is_running(request.study):
            raise RefusalError(409, "study_exists", f"there is a study {request.study!r}: choose another name")
        return await self._start(request)

    async def start_refit(self, request: RunRequest) -> StartedRun:
        """Start to train the best configurations of a study again, or go on with it.

        Raises:
            RefusalError: its workload is not allowed, it runs already, or too many runs are under way.
            InvalidInputError: a setting is wrong.
        """
        return await self._start(request)

    async def go_on(self, study: str) -> StartedRun:
        """Start the run of a study again, as it was asked for.

        Raises:
            RefusalError: it runs already, this service may not start it, or too many runs are under way.
        """
        if (found := self._runs.get(study)) is not None and found.process.is_running:
            if await self.is_stopping(study):  # it finishes its trials now; then it goes on
                found.starts_again = True
                return found
            raise RefusalError(409, "runs_already", f"study {study!r} runs already")
        request = await self.request_of(study)
        if request is None:
            raise RefusalError(409, "not_started_here", f"study {study!r} was not started by a service")
        return await self._start(request)

    async def change(self, study: str, request: RunRequest) -> None:
        """Change the request of a study. A run under way finishes its trials, and starts again.

        Raises:
            InvalidInputError: a setting is wrong.
        """
        await self._threads.read(request.check, self.allowed_workload(request.workload))
        hosted = self._storage.open(study)
        await self._threads.write(write_launch, hosted.writer, request.to_dict())
        if (found := self._runs.get(study)) is not None and found.process.is_running:
            found.request, found.starts_again = request, True
            await self._threads.write(hosted.stop)

    async def end(self, study: str) -> None:
        """End the run of a study now, with what it trains."""
        if (found := self._runs.get(study)) is not None:
            found.starts_again = False
            await asyncio.to_thread(found.process.end)

    async def is_stopping(self, study: str) -> bool:
        """Whether the run of a study finishes its trials, and begins no more."""
        found = self._runs.get(study)
        return found is not None and found.process.is_running and await self._n_stops(study) > found.n_stops

    async def describe(self, study: str) -> dict[str, Any] | None:
        """What a page says of the run of a study; None if no service started it."""
        request = await self.request_of(study)
        if request is None:
            return None
        found, is_running = self._runs.get(study), self._is_running(study)
        has_failed = found is not None and not is_running and not found.process.was_ended
        return {
            "workload": request.workload,
            "is_allowed": request.workload in self.allowed,
            "is_running": is_running,
            "is_stopping": await self.is_stopping(study),
            "starts_again": found is not None and found.starts_again,
            "exit_code": found.process.exit_code if found is not None and has_failed else None,
            "output": found.process.output_tail() if found is not None and has_failed else "",
        }

    async def request_of(self, study: str) -> RunRequest | None:
        """The request by which a service started a study; None for a study of another origin."""
        stored = await self._threads.read(lambda: read_launch(self._storage.open(study).reader))
        return None if stored is None else RunRequest.from_dict(stored)

    async def close(self) -> None:
        """End all runs."""
        self._is_closing = True
        for task in self._tasks:
            task.cancel()
        running = [run for run in self._runs.values() if run.process.is_running]
        await asyncio.gather(*(asyncio.to_thread(run.process.end) for run in running))

    async def _start(self, request: RunRequest) -> StartedRun:
        allowed = self.allowed_workload(request.workload)
        self._check_room(request)
        await self._threads.read(request.check, allowed)
        is_new = request.study not in await self._threads.read(self._storage.names)
        n_stops = 0 if is_new else await self._n_stops(request.study)
        words, loop, ended = request.words(allowed, is_new=is_new), asyncio.get_running_loop(), asyncio.Event()
        self._check_room(request)  # another one may have begun meanwhile
        process = RunProcess(words, self._url, lambda: _call(loop, ended.set))
        run = self._runs[request.study] = StartedRun(request, process, n_stops)
        task = loop.create_task(self._follow(run, ended))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return run

    def _check_room(self, request: RunRequest) -> None:
        if self._is_running(request.study):
            raise RefusalError(409, "runs_already", f"study {request.study!r} runs already")
        n = sum(run.process.is_running for run in self._runs.values())
        if n >= self._max_runs:
            raise RefusalError(409, "too_many_runs", f"{n} runs are under way: wait for one, or stop it")
        workers = request.run.get("workers")
        if isinstance(workers, int) and workers > self._max_workers:
            raise InvalidInputError(f"workers must be at most {self._max_workers}, but is {workers}")

    def _is_running(self, study: str) -> bool:
        return study in self._runs and self._runs[study].process.is_running

    async def _n_stops(self, study: str) -> int:
        return await self._threads.read(lambda: n_stop_requests(self._storage.open(study).reader))

    async def _follow(self, run: StartedRun, ended: asyncio.Event) -> None:
        """Note the request in its study once that is there, and start again after a change."""
        study = run.request.study
        while not (is_there := await self._threads.read(self._is_complete, study)) and not ended.is_set():
            await asyncio.sleep(_POLL_SECONDS)
        if is_there:
            await self._write(run)
        self._on_change(study)
        await ended.wait()
        self._on_change(study)
        if run.starts_again and not self._is_closing:
            await asyncio.to_thread(run.process.end)  # its thread ends after the event
            try:
                await self._start(run.request)
            except (RefusalError, ParetuneError) as error:
                _log.warning("study %s does not go on: %s", study, error)
            self._on_change(study)

    def _is_complete(self, study: str) -> bool:
        """Whether a study is in the storage, with its definition."""
        return study in self._storage.names() and self._storage.open(study).is_writable

    async def _write(self, run: StartedRun) -> None:
        try:
            writer = (await self._threads.read(self._storage.open, run.request.study)).writer
            await self._threads.write(write_launch, writer, run.request.to_dict())
        except ParetuneError as error:  # it was deleted at once
            _log.warning("study %s: %s", run.request.study, error)


def _call(loop: asyncio.AbstractEventLoop, function: Callable[[], object]) -> None:
    """Call a function in the event loop, unless that has ended."""
    try:
        loop.call_soon_threadsafe(function)
    except RuntimeError:
        return
