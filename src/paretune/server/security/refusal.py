"""Refusals: the answers of the service that are no success, all of one form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(eq=False)
class RefusalError(Exception):
    """A request that is refused.

    Args:
        status: the HTTP status.
        code: a word for programs.
        message: a sentence for people: what is wrong, and what to do.
        headers: further headers of the answer.
    """

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message


def refusal_body(code: str, message: str, request: str) -> bytes:
    """The body of a refusal, as JSON.

    Args:
        code: a word for programs.
        message: a sentence for people.
        request: the request's id, by which the operator finds it in the log.
    """
    error = {"code": code, "message": message, "request": request}
    return json.dumps({"error": error}).encode()


def is_sigopt_path(path: str) -> bool:
    """Whether an address, without the base path, is one of SigOpt's protocol."""
    return path == "/v1" or path.startswith("/v1/")


def sigopt_error(status: int, message: str) -> bytes:
    """The body of a refusal as SigOpt's client reads it, as JSON.

    Args:
        status: the HTTP status.
        message: a sentence for people.
    """
    more = {"token_status": "invalid_permissions"} if status == 403 else {}
    return json.dumps({"message": message, "status": status, **more}).encode()
