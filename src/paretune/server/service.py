"""The service: the open studies of a storage, and what they share."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from paretune.errors import StudyEndedError
from paretune.objectives import Objectives
from paretune.server.events import StudyWatch
from paretune.server.runs.allowed import read_allowed
from paretune.server.runs.launcher import Launcher
from paretune.server.security.audit import AuditLog
from paretune.server.security.guard import Policy
from paretune.server.security.refusal import RefusalError
from paretune.server.security.sessions import Sessions
from paretune.server.security.tokens import TokenFile, TokenStore
from paretune.server.settings import ServerSettings
from paretune.server.storage_threads import StorageThreads
from paretune.server.suggestions.computer import Computer
from paretune.server.suggestions.desk import SuggestionDesk
from paretune.space import Space
from paretune.study.hosted_storage import HostedStorage
from paretune.study.hosted_study import HostedStudy

_MAX_ANALYSES = 50


@dataclass(frozen=True)
class OpenStudy:
    """A study that the service has open.

    Args:
        study: the study in its storage.
        desk: hands out its trials.
        watch: notices its changes.
    """

    study: HostedStudy
    desk: SuggestionDesk
    watch: StudyWatch


class Service:
    """What all routes share.

    Args:
        settings: how the service is started.

    Raises:
        InvalidInputError: the storage or the file of tokens cannot be read.
    """

    def __init__(self, settings: ServerSettings) -> None:
        self.settings = settings
        self.storage = HostedStorage(settings.storage)
        file = None if settings.tokens is None else TokenFile(settings.tokens)
        if file is not None:
            file.tokens()  # raises now, not at the first request
        self.tokens = TokenStore(file, settings.start_token)
        self.sessions = Sessions(self.tokens)
        self.audit = AuditLog(settings.audit)
        self.is_closing = False
        self.threads = StorageThreads()
        self.models, self.analysis = Computer(settings.processes), Computer(min(settings.processes, 1))
        self.n_streams: dict[str, int] = {}
        self._open: dict[str, OpenStudy] = {}
        self.launcher = Launcher(
            read_allowed(settings.allow),
            self.storage,
            str(settings.storage),
            self.threads,
            (settings.limits.runs, settings.limits.workers),
            self._poke,
        )
        self._analyses: OrderedDict[tuple[str, ...], dict[str, Any]] = OrderedDict()
        self._analysis_lock = asyncio.Lock()

    @property
    def policy(self) -> Policy:
        """What the guard needs to know."""
        return Policy(
            self.tokens,
            self.sessions,
            f"paretune-{self.settings.port}",
            self.settings.hosts,
            self.settings.limits,
            self.audit,
            self.settings.base_path,
        )

    async def names(self) -> list[str]:
        """The names of all studies."""
        return await self.threads.read(self.storage.names)

    async def open(self, name: str) -> OpenStudy:
        """Open a study.

        Raises:
            StudyNotFoundError: there is none of that name.
        """
        study = await self.threads.read(self.storage.open, name)
        return self._hold(study)

    async def create(self, name: str, space: Space, objectives: Objectives, settings: Mapping[str, Any]) -> OpenStudy:
        """Make a study, or open the equal one of that name; see `HostedStorage.create`."""
        return self._hold(await self.threads.write(self.storage.create, name, space, objectives, settings))

    async def analyze(self, study: HostedStudy, function: Callable[[Any], dict[str, Any]], job: Any) -> dict[str, Any]:
        """Compute numbers that take long in another process, once for equal arguments.

        Args:
            study: what it is about; its name and revision are added.
            function: a function of a module.
            job: its argument.
        """
        revision = str(await self.threads.read(study.revision))
        key = (function.__name__, study.name, revision, _other_name(job))
        async with self._analysis_lock:
            if key not in self._analyses:
                self._analyses[key] = await self.analysis.run(function, job)
                if len(self._analyses) > _MAX_ANALYSES:
                    self._analyses.popitem(last=False)
            return {"study": study.name, "revision": revision, **self._analyses[key]}

    def last_analysis(self, study: HostedStudy) -> dict[str, Any] | None:
        """The latest numbers of a study's page, perhaps of an earlier revision; None if there are none."""
        found = [value for key, value in self._analyses.items() if key[:2] == ("page_numbers", study.name)]
        return found[-1] if found else None

    async def check_room(self, opened: OpenStudy, n: int = 1) -> None:
        """Check that a study gives more trials, and may have as many.

        Raises:
            StudyEndedError: it was stopped, or has its total.
            RefusalError: too many of its trials are pending.
        """
        run = await self.threads.read(lambda: opened.study.run)
        if run is not None and run.ended:
            raise StudyEndedError(f"study {opened.study.name!r} gives no more trials: {run.ended}")
        revision = await self.threads.read(opened.study.revision)
        n_running = revision.n_trials - revision.n_finished - revision.n_waiting
        if n_running + n > self.settings.limits.open_trials or revision.n_trials + n > self.settings.limits.trials:
            raise RefusalError(409, "too_many_trials", f"the study has {n_running} pending trials: tell some first")

    def _hold(self, study: HostedStudy) -> OpenStudy:
        found = self._open.get(study.name)
        if found is None or found.study is not study:
            watch = StudyWatch(study, self.threads)
            desk = SuggestionDesk(study, self.threads, self.models, self.settings.deadline, watch.poke)
            found = self._open[study.name] = OpenStudy(study, desk, watch)
        return found

    def _poke(self, name: str) -> None:
        """Look at once whether a study has changed."""
        if (opened := self._open.get(name)) is not None:
            opened.watch.poke()

    def begin_closing(self) -> None:
        """End all streams; called from a signal handler."""
        self.is_closing = True

    async def close(self) -> None:
        """End what runs."""
        self.is_closing = True
        await self.launcher.close()
        for opened in self._open.values():
            await opened.desk.close()
        await asyncio.to_thread(self.models.close)
        await asyncio.to_thread(self.analysis.close)
        await asyncio.to_thread(self.threads.close)


def _other_name(job: Any) -> str:
    """The name of the other study of a comparison; empty without one."""
    return str(getattr(getattr(job, "baseline", None), "name", ""))
