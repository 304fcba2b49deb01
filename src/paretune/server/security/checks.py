"""Checks of a request's headers: host, credentials, and whether a page of another site sent it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Mapping
from http.cookies import CookieError, SimpleCookie

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def is_allowed_host(header: str, allowed: Collection[str]) -> bool:
    """Whether a Host header names one of the allowed hosts, with any port.

    Example:
        >>> is_allowed_host("localhost:8765", LOCAL_HOSTS), is_allowed_host("evil.example", LOCAL_HOSTS)
        (True, False)
    """
    found = _HOST.fullmatch(header)
    return found is not None and found.group(1).lower() in allowed


def read_token(header: str) -> str:
    """The token of an Authorization header, as Bearer or as the user of Basic; empty if there is none."""
    kind, _, value = header.partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() != "basic":
        return ""
    try:
        text = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return text.partition(":")[0]


def read_cookie(header: str, name: str) -> str:
    """The value of a cookie; empty if it was not sent."""
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return "" if found is None else found.value


def may_use_cookie(method: str, scheme: str, headers: Mapping[str, str]) -> bool:
    """Whether a cookie counts: any page may read, but only this site's own pages may change something.

    Browsers say where a request comes from in Sec-Fetch-Site, older ones in Origin.

    Args:
        method: the HTTP method.
        scheme: ``http`` or ``https``.
        headers: by lower-case name.
    """
    if method in _SAFE_METHODS:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    return headers.get("origin") == f"{scheme}://{headers.get('host', '')}"
