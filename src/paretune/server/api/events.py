"""The route of events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from paretune.server.api.access import CallerOf, ServiceOf, StudyOf
from paretune.server.events import stream_events
from paretune.server.security.guard import Caller
from paretune.server.security.refusal import RefusalError
from paretune.server.service import OpenStudy, Service

router = APIRouter(prefix="/api/studies/{key}", tags=["events"])
_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/events", response_class=StreamingResponse)
async def get_events(
    opened: StudyOf, service: ServiceOf, caller: CallerOf, last_event_id: Annotated[str, Header(max_length=100)] = ""
) -> StreamingResponse:
    """Follow a study: server-sent events that say that it has changed, and which trials have ended.

    The first event comes at once. A client that sends the id of its last event as Last-Event-ID gets what it missed.
    """
    if service.n_streams.get(caller.token.digest, 0) >= service.settings.limits.streams:
        raise RefusalError(429, "too_many_streams", "too many open streams: close one", {"retry-after": "5"})
    stream = _counted(opened, service, caller, last_event_id)
    return StreamingResponse(stream, media_type="text/event-stream", headers=_HEADERS)


async def _counted(opened: OpenStudy, service: Service, caller: Caller, last_id: str) -> AsyncIterator[bytes]:
    digest = caller.token.digest

    def is_over() -> bool:
        return service.is_closing or service.tokens.find_digest(digest) is None

    service.n_streams[digest] = service.n_streams.get(digest, 0) + 1
    try:
        async for event in stream_events(opened.study, opened.watch, service.threads, last_id, is_over):
            yield event
    finally:
        service.n_streams[digest] -= 1
