"""The guard: the one place that every request passes, before any route is looked up."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from paretune.errors import InvalidInputError
from paretune.server.security import checks
from paretune.server.security.audit import AuditLog
from paretune.server.security.limits import Limits, TokenBuckets
from paretune.server.security.refusal import RefusalError, is_sigopt_path, refusal_body, sigopt_error
from paretune.server.security.rules import Rule, rule_of
from paretune.server.security.sessions import Sessions
from paretune.server.security.strict_json import parse_json
from paretune.server.security.tokens import Token, TokenStore

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Any, Receive, Send], Awaitable[None]]

BODY_SECONDS = 30.0  # for a body to arrive
_LOGIN_WINDOW_SECONDS = 300.0
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
FAILURE = RefusalError(500, "internal", "the service failed; its log has the request's id")
_log = logging.getLogger("paretune")


@dataclass(frozen=True)
class Caller:
    """Who sends a request.

    Args:
        token: the token.
        address: of the network.
        has_session: whether a browser's cookie stands for the token.
    """

    token: Token
    address: str
    has_session: bool


@dataclass(frozen=True)
class Policy:
    """What the guard needs to know.

    Args:
        tokens: the accepted tokens.
        sessions: the sessions of browsers.
        cookie: name of the session's cookie.
        hosts: names under which the service may be reached, in lower case.
        limits: what one caller may do.
        audit: the audit log.
        base_path: a prefix of all addresses, such as ``/paretune``; empty without one.
    """

    tokens: TokenStore
    sessions: Sessions
    cookie: str
    hosts: frozenset[str] = frozenset(checks.LOCAL_HOSTS)
    limits: Limits = field(default_factory=Limits)
    audit: AuditLog = field(default_factory=lambda: AuditLog(None))
    base_path: str = ""


class Guard:
    """An ASGI application around another: it refuses what is not allowed, and adds headers to every answer.

    The order of checks: host, address prefix, token or session, origin, rate, scope, study, body. The inner application
    finds the `Caller` as ``request.state.caller``.

    Args:
        app: the application with the routes.
        policy: what is allowed.
    """

    def __init__(self, app: Application, policy: Policy) -> None:
        self._app, self._policy = app, policy
        limits = policy.limits
        self._requests = TokenBuckets(limits.requests, 2 * limits.requests)
        self._failures = TokenBuckets(limits.failed_logins / _LOGIN_WINDOW_SECONDS, limits.failed_logins)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Any, receive: Receive, send: Send) -> None:
        request_id = secrets.token_hex(8)
        answer = _Answer(send, request_id, is_sigopt=is_sigopt_path(self._inner_path(scope["path"])))
        entry: dict[str, Any] = {"request": request_id, "method": scope["method"], "path": scope["path"][:500]}
        try:
            inner, replay = await self._admit(scope, receive, entry)
            inner["state"] = {**scope.get("state", {}), **inner["state"], "request_id": request_id}
            await self._app(inner, replay, answer.send)
        except RefusalError as refusal:
            await answer.refuse(refusal)
        except asyncio.CancelledError:
            raise
        except Exception:
            _log.exception("request %s failed", request_id)
            if answer.status is None:
                await answer.refuse(FAILURE)
            elif answer.status != FAILURE.status:  # the answer has begun: only the end of the connection can say so
                raise
        finally:
            self._audit(entry, answer.status)

    async def _admit(self, scope: Any, receive: Receive, entry: dict[str, Any]) -> tuple[dict[str, Any], Receive]:
        """Check a request; return the scope for the routes, and its body."""
        policy, headers = self._policy, _headers(scope)
        address = (scope.get("client") or ("",))[0]
        entry["address"] = address
        if "host" not in headers:
            raise RefusalError(400, "no_host", "the request has no Host header")
        if not checks.is_allowed_host(headers["host"], policy.hosts):
            raise RefusalError(421, "wrong_host", "this service does not answer for that host; see --allow-host")
        path = self._inner_path(scope["path"])
        rule = rule_of(scope["method"], path)
        caller = self._identify(scope, headers, rule, address)
        if caller is not None:
            entry |= {"token": caller.token.prefix, "name": caller.token.name}
            self._authorize(caller, rule)
        elif not rule.is_open:
            if scope["method"] == "GET" and "text/html" in headers.get("accept", "") and not rule.is_program:
                raise RefusalError(303, "log_in", "give a token", {"location": f"{policy.base_path}/login"})
            raise RefusalError(
                401, "unauthenticated", "give a token: Authorization: Bearer TOKEN", {"www-authenticate": "Bearer"}
            )
        body = await self._read_body(receive, headers, rule)
        _check_body(body, headers, rule)
        inner = {**scope, "path": path, "root_path": policy.base_path, "state": {"caller": caller}}
        inner["path"] = policy.base_path + path
        return inner, _replay(body, receive)

    def _inner_path(self, path: str) -> str:
        base = self._policy.base_path
        return path[len(base) :] if base and path.startswith(base + "/") else path

    def _identify(self, scope: Any, headers: Mapping[str, str], rule: Rule, address: str) -> Caller | None:
        policy = self._policy
        text = checks.read_token(headers.get("authorization", ""))
        if text or "authorization" in headers:
            self.check_failures(address)
            token = policy.tokens.find(text)
            if token is None:
                self.count_failure(address)
                raise RefusalError(401, "wrong_token", "the token is unknown, revoked or expired")
            return Caller(token, address, has_session=False)
        cookie = checks.read_cookie(headers.get("cookie", ""), policy.cookie) if rule.takes_cookie else ""
        token = policy.sessions.find(cookie) if cookie else None
        if token is None:
            return None
        if not checks.may_use_cookie(scope["method"], scope.get("scheme", "http"), headers):
            raise RefusalError(403, "other_site", "a page of another site must not send this request")
        return Caller(token, address, has_session=True)

    def _authorize(self, caller: Caller, rule: Rule) -> None:
        wait = self._requests.take(caller.token.digest)
        if wait:
            raise RefusalError(429, "too_many_requests", "slow down", {"retry-after": str(int(wait) + 1)})
        if rule.is_open:
            return
        if rule.study and not caller.token.may_use(rule.study):
            raise RefusalError(404, "not_found", f"no study {rule.study[:100]!r}")
        if not caller.token.scope.includes(rule.scope):
            raise RefusalError(403, "scope", f"this needs a token with the scope {rule.scope}")

    def check_failures(self, address: str) -> None:
        """Refuse an address that has sent many wrong tokens.

        Raises:
            RefusalError: it has.
        """
        if self._failures.level(address) < 1:
            raise RefusalError(429, "too_many_failures", "too many wrong tokens: wait", {"retry-after": "60"})

    def count_failure(self, address: str) -> None:
        """Count a wrong token of an address."""
        self._failures.take(address)

    async def _read_body(self, receive: Receive, headers: Mapping[str, str], rule: Rule) -> bytes:
        limit = self._policy.limits.batch if rule.is_batch else self._policy.limits.body
        too_large = RefusalError(413, "too_large", f"the body has more than {limit:,} bytes")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > limit:
            raise too_large
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise RefusalError(400, "disconnected", "the request ended before its body")
                    body += message.get("body", b"")
                    if len(body) > limit:
                        raise too_large
                    if not message.get("more_body"):
                        return bytes(body)
        except TimeoutError:
            raise RefusalError(408, "too_slow", "the body did not arrive in time") from None

    def _audit(self, entry: Mapping[str, Any], status: int | None) -> None:
        if entry["method"] not in _SAFE_METHODS or (status in (401, 403, 421, 429)):
            self._policy.audit.write({**entry, "status": status})


def _check_body(body: bytes, headers: Mapping[str, str], rule: Rule) -> None:
    """Check that a body is what its route reads.

    Raises:
        RefusalError: it has another type, or it is no strict JSON.
    """
    if not body:
        return
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    expected = "application/x-www-form-urlencoded" if rule.is_form else "application/json"
    if kind != expected:
        raise RefusalError(415, "wrong_type", f"the body must be {expected}: set the header Content-Type")
    if rule.is_form:
        return
    try:
        parse_json(body)
    except InvalidInputError as error:
        raise RefusalError(400, "invalid", str(error)) from None


def _headers(scope: Any) -> dict[str, str]:
    """The headers by lower-case name; a Host header that is sent twice is as good as none."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1").lower()
        value = raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _replay(body: bytes, receive: Receive) -> Receive:
    """A receive function that gives a body that was read before."""
    was_given = False

    async def replay() -> Message:
        nonlocal was_given
        if was_given:
            return await receive()
        was_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


class _Answer:
    """The answer to a request: it adds headers, and remembers the status."""

    def __init__(self, send: Send, request_id: str, *, is_sigopt: bool) -> None:
        self._send, self._request_id, self._is_sigopt = send, request_id, is_sigopt
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = {name.lower() for name, _ in message.get("headers", ())}
            added = {**_HEADERS, "x-request-id": self._request_id}
            extra = [(n.encode(), v.encode()) for n, v in added.items() if n.encode() not in given]
            message = {**message, "headers": [*message.get("headers", ()), *extra]}
        await self._send(message)

    async def refuse(self, refusal: RefusalError) -> None:
        body = (
            sigopt_error(refusal.status, refusal.message)
            if self._is_sigopt
            else refusal_body(refusal.code, refusal.message, self._request_id)
        )
        headers = {"content-type": "application/json", "content-length": str(len(body)), **refusal.headers}
        encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self.send({"type": "http.response.start", "status": refusal.status, "headers": encoded})
        await self.send({"type": "http.response.body", "body": body})
