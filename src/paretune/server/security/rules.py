"""What each address needs: which are open, and which scope and study the others ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from paretune.errors import InvalidInputError
from paretune.server.names import study_name
from paretune.server.security.tokens import Scope

OPEN_PATHS = frozenset({"/health", "/login", "/favicon.ico"})
OPEN_FOLDER = "/static/"
_STUDY = re.compile(r"/(?:api/)?studies/([^/]+)(?:/.*)?")
_BATCH = re.compile(r"/api/studies/[^/]+/trials|/v1/.*/batch")
_FORM = re.compile(r"/login|/logout|/new|/studies/.*")
_ADMIN_FOLDERS = ("/api/tokens", "/api/audit")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Rule:
    """What a request needs.

    Args:
        is_open: whether anybody may send it.
        scope: the least scope.
        study: the study that it is about; empty if it is about none.
        is_batch: whether its body may be large.
        is_form: whether its body is a form; otherwise it is JSON.
        is_program: whether programs send it, not browsers that show a page.
        takes_cookie: whether the cookie of a session counts.
    """

    is_open: bool = False
    scope: Scope = Scope.READ
    study: str = ""
    is_batch: bool = False
    is_form: bool = False
    is_program: bool = False
    takes_cookie: bool = True


def rule_of(method: str, path: str) -> Rule:
    """The rule of a request. An address that no route has needs a token, too: strangers learn nothing about routes.

    Example:
        >>> rule_of("GET", "/health").is_open, rule_of("DELETE", "/api/studies/nets").scope
        (True, <Scope.WRITE: 'write'>)
    """
    scope = Scope.READ if method in _SAFE_METHODS else Scope.WRITE
    if path.startswith(_ADMIN_FOLDERS):
        scope = Scope.ADMIN
    elif path == "/logout":
        scope = Scope.READ
    return Rule(
        is_open=path in OPEN_PATHS or (path.startswith(OPEN_FOLDER) and method in ("GET", "HEAD")),
        scope=scope,
        study=_study_of(path),
        is_batch=_BATCH.fullmatch(path) is not None,
        is_form=_FORM.fullmatch(path) is not None,
        is_program=path.startswith(("/api/", "/v1")),
        takes_cookie=not path.startswith("/v1"),
    )


def _study_of(path: str) -> str:
    found = _STUDY.fullmatch(path)
    if found is None:
        return ""
    try:
        return study_name(found.group(1))
    except InvalidInputError:
        return found.group(1)
