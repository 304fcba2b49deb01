"""Requests to a service: JSON, a token, and repetitions after a lost connection."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from paretune.errors import (
    InvalidInputError,
    ParetuneError,
    SpaceExhaustedError,
    StudyEndedError,
    StudyMismatchError,
    StudyNotFoundError,
)

TIMEOUT_SECONDS = 150.0  # of one request; a service answers long before
_PAUSES_SECONDS = (0.2, 1.0, 3.0, 8.0)  # between repetitions
_REPEATED_STATUSES = (429, 502, 503, 504)
_ERRORS: Mapping[str, type[ParetuneError]] = {
    "invalid": InvalidInputError,
    "not_found": StudyNotFoundError,
    "other_study": StudyMismatchError,
    "space_exhausted": SpaceExhaustedError,
    "study_ended": StudyEndedError,
}


class ServiceError(ParetuneError):
    """The service cannot be reached, or refuses a request.

    Args:
        message: what happened.
        status: the HTTP status; 0 if there was no answer.
        code: the service's word for it.
    """

    def __init__(self, message: str, status: int = 0, code: str = "") -> None:
        super().__init__(message)
        self.status, self.code = status, code


class Connection:
    """Sends requests to a service.

    Every request that changes something has an idempotency key, so that a repetition after a lost answer is carried out
    once.

    Args:
        url: address of the service, such as ``http://127.0.0.1:8765``.
        token: the token.

    Raises:
        InvalidInputError: the address is not one of HTTP.
    """

    def __init__(self, url: str, token: str) -> None:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise InvalidInputError(f"the address of a service is like http://127.0.0.1:8765, but is {url!r}")
        if not token:
            raise InvalidInputError("a token is needed: `paretune serve` prints one, and `paretune token` makes one")
        self._url, self._token = url.rstrip("/"), token
        self._opener = urllib.request.build_opener(_NoRedirect)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request; return the answer's JSON value.

        Args:
            method: the HTTP method.
            path: of the address, from ``/api`` on.
            body: a JSON value; None for no body.

        Raises:
            ParetuneError: the service refuses it; the kind of error is that of `Study`.
            ServiceError: the service cannot be reached.
        """
        request = self._request(method, path, body)
        for pause in (*_PAUSES_SECONDS, None):
            try:
                with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                    return json.loads(answer.read())
            except urllib.error.HTTPError as error:
                if error.code not in _REPEATED_STATUSES or pause is None:
                    raise _refusal(error) from None
            except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError) as error:
                if pause is None:
                    reason = getattr(error, "reason", error)
                    raise ServiceError(f"the service at {self._url} does not answer: {reason}") from error
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _request(self, method: str, path: str, body: Any) -> urllib.request.Request:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        if method != "GET":
            headers["Idempotency-Key"] = uuid4().hex
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body, allow_nan=False).encode()
        return urllib.request.Request(self._url + path, data, headers, method=method)  # noqa: S310 (checked above)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follow no redirect: the token must not go elsewhere."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


def _refusal(error: urllib.error.HTTPError) -> ParetuneError:
    try:
        described = json.loads(error.read())["error"]
        message, code = str(described["message"]), str(described["code"])
    except (ValueError, KeyError, TypeError):
        message, code = f"the service answered {error.code} {error.reason}", ""
    kind = _ERRORS.get(code)
    return ServiceError(message, error.code, code) if kind is None else kind(message)
