"""What a route gets of its request: the service, the caller, the study, and the idempotency key."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Depends, Header, Path, Request

from paretune.server.names import study_name
from paretune.server.security.guard import Caller
from paretune.server.security.refusal import RefusalError
from paretune.server.service import OpenStudy, Service


def get_service(request: Request) -> Service:
    """The service."""
    service: Service = request.app.state.service
    return service


def get_caller(request: Request) -> Caller:
    """Who sends the request; the guard has let it pass.

    Raises:
        RefusalError: it is an open route.
    """
    caller: Caller | None = request.state.caller
    if caller is None:
        raise RefusalError(401, "unauthenticated", "give a token: Authorization: Bearer TOKEN")
    return caller


ServiceOf = Annotated[Service, Depends(get_service)]
CallerOf = Annotated[Caller, Depends(get_caller)]


async def get_study(key: Annotated[str, Path(max_length=2_000)], service: ServiceOf, caller: CallerOf) -> OpenStudy:
    """The study of the address.

    Raises:
        StudyNotFoundError: there is none, or the token may not use it.
    """
    return await open_study(key, service, caller)


async def open_study(key: str, service: Service, caller: Caller) -> OpenStudy:
    """Open a study by its key in addresses; see `get_study`."""
    name = study_name(key)
    if not caller.token.may_use(name):
        raise RefusalError(404, "not_found", f"no study {name[:100]!r}")
    return await service.open(name)


StudyOf = Annotated[OpenStudy, Depends(get_study)]


def get_request_key(
    caller: CallerOf,
    idempotency_key: Annotated[
        str,
        Header(max_length=200, description="a text of the client; the same request with it is carried out once"),
    ] = "",
) -> str:
    """The request's idempotency key, different for each token; empty without one."""
    if not idempotency_key:
        return ""
    return hashlib.sha256(f"{caller.token.digest} {idempotency_key}".encode()).hexdigest()[:32]


RequestKey = Annotated[str, Depends(get_request_key)]
