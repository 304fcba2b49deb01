"""Changes of studies, as server-sent events: what changed, never what it changed to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, Self

from paretune.adapters.optuna.history import without_dropped
from paretune.server.storage_threads import StorageThreads
from paretune.study.hosted_study import HostedStudy
from paretune.study.revision import Revision

POLL_SECONDS = 1.0  # other processes may write to the storage
PAUSE_SECONDS = 0.25  # between two events of a study, so that many trials a second are one event
COMMENT_SECONDS = 15.0  # a silent connection is closed by some proxies
MAX_LISTED = 100  # finished trials in one event


class StudyWatch:
    """Watches a study for all who listen to it: one reading a second, however many they are.

    Args:
        study: the study.
        threads: where the storage is read.
    """

    def __init__(self, study: HostedStudy, threads: StorageThreads) -> None:
        self._study, self._threads = study, threads
        self._revision: Revision | None = None
        self._changed, self._poked = asyncio.Event(), asyncio.Event()
        self._n_listeners = 0
        self._task: asyncio.Task[None] | None = None

    def poke(self) -> None:
        """Look at once, since this process has changed the study."""
        self._poked.set()

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        self._n_listeners += 1
        if self._task is None or self._task.done():
            self._revision = await self._threads.read(self._study.revision)
            self._task = asyncio.get_running_loop().create_task(self._poll())
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._n_listeners -= 1
        if not self._n_listeners and self._task is not None:
            self._task.cancel()
            self._task = None

    async def next(self, sent: str, seconds: float) -> Revision | None:
        """Wait for another revision than the one that was sent; None if none comes in time."""
        changed = self._changed
        if self._revision is not None and str(self._revision) != sent:
            return self._revision
        try:
            async with asyncio.timeout(seconds):
                await changed.wait()
        except TimeoutError:
            return None
        return self._revision

    async def _poll(self) -> None:
        while True:
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self._poked.wait()
            except TimeoutError:
                pass
            self._poked.clear()
            revision = await self._threads.read(self._study.revision)
            if revision != self._revision:
                self._revision = revision
                self._changed.set()
                self._changed = asyncio.Event()
                await asyncio.sleep(PAUSE_SECONDS)


async def stream_events(
    study: HostedStudy,
    watch: StudyWatch,
    threads: StorageThreads,
    last_id: str,
    is_over: Callable[[], bool],
) -> AsyncIterator[bytes]:
    """Yield the events of a study as text of ``text/event-stream``.

    The first event comes at once, unless the client has already seen the present revision. Each has the revision as its
    id; a client that sends it again as Last-Event-ID gets what it missed.

    Args:
        study: the study.
        watch: of that study.
        threads: where the storage is read.
        last_id: id of the last event that the client has seen; empty for none.
        is_over: whether the stream must end, since the service does, or the token was revoked.
    """
    async with watch:
        sent, silent = last_id, 0.0
        yield b"retry: 2000\n\n"
        while not is_over():
            revision = await watch.next(sent, POLL_SECONDS)
            if revision is None:
                silent += POLL_SECONDS
                if silent >= COMMENT_SECONDS:
                    silent = 0.0
                    yield b": still here\n\n"
                continue
            data = await threads.read(_describe, study, revision, sent)
            sent, silent = str(revision), 0.0
            yield f"event: study\nid: {sent}\ndata: {json.dumps(data)}\n\n".encode()


def _describe(study: HostedStudy, revision: Revision, sent: str) -> dict[str, Any]:
    """The data of an event: counts, and the trials that ended since the last event."""
    n_seen = int(sent.partition(".")[0]) if sent.partition(".")[0].isdecimal() else revision.n_finished
    stored = study.stored_trials()
    ended = [trial for trial in stored if trial.state.is_finished()]
    n_dropped = len(stored) - len(without_dropped(study.reader, stored))
    ended.sort(key=lambda trial: (trial.datetime_complete or trial.datetime_start, trial.number))
    new = ended[n_seen : revision.n_finished][-MAX_LISTED:]
    return {
        "study": study.name,
        "revision": str(revision),
        "trials": revision.n_trials - n_dropped,
        "finished": revision.n_finished - n_dropped,
        "running": revision.n_trials - revision.n_finished - revision.n_waiting,
        "waiting": revision.n_waiting,
        "ended": [trial.number for trial in new],
    }
