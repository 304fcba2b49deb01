"""Routes for the operator: tokens and the audit log."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from paretune.server.api.access import ServiceOf

router = APIRouter(prefix="/api", tags=["operator"])


@router.get("/tokens")
async def list_tokens(service: ServiceOf) -> dict[str, Any]:
    """List the tokens, without their texts; ``last_use`` counts from the start of the service."""
    tokens = service.tokens.all()
    return {"tokens": [{**token.to_dict(), "last_use": service.tokens.last_use(token)} for token in tokens]}


@router.delete("/tokens/{name}")
async def revoke_token(name: Annotated[str, Path(max_length=200)], service: ServiceOf) -> dict[str, str]:
    """Revoke a token: it is refused from the next request on, and its open streams end."""
    await service.threads.write(service.tokens.revoke, name)
    return {"revoked": name}


@router.get("/audit")
async def read_audit(service: ServiceOf, limit: Annotated[int, Query(ge=1, le=1_000)] = 100) -> dict[str, Any]:
    """The last entries of the audit log."""
    return {"entries": await service.threads.read(_last_entries, service, limit)}


def _last_entries(service: Any, limit: int) -> list[Any]:
    path = service.audit.path
    if path is None or not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - limit * 2_000))
        lines = file.read().splitlines()
    return [json.loads(line) for line in lines[-limit:] if line.startswith(b"{")]
