"""Tokens: random, stored as hashes only, with a scope, some studies and an end."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from paretune.argument_checks import check_regular_file
from paretune.errors import InvalidInputError

TOKEN_MARK = "pt_"  # noqa: S105 (what all tokens begin with, so that they are recognized)
N_PREFIX = 8  # characters of a token that lists and logs may show
_PRIVATE = 0o600


class Scope(StrEnum):
    """What a token may do: read; also ask, tell and change studies; also manage tokens."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def includes(self, other: Scope) -> bool:
        """Whether this scope allows what another one allows."""
        order = list(Scope)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True)
class Token:
    """A token as it is stored: without its text.

    Args:
        name: what it is for.
        prefix: its first characters.
        digest: SHA-256 of its text, as hexadecimal digits. A random token needs no slow hash.
        scope: what it may do.
        studies: patterns of the names of studies that it may use, such as ``nets-*``; all studies if empty.
        created: POSIX time in seconds.
        expires: POSIX time in seconds; None for never.
    """

    name: str
    prefix: str
    digest: str
    scope: Scope = Scope.WRITE
    studies: tuple[str, ...] = ()
    created: float = 0.0
    expires: float | None = None

    def is_expired(self, now: float) -> bool:
        """Whether its time is over."""
        return self.expires is not None and now >= self.expires

    def may_use(self, study: str) -> bool:
        """Whether it may use a study of that name."""
        return not self.studies or any(fnmatch.fnmatchcase(study, pattern) for pattern in self.studies)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, without the hash."""
        return {name: value for name, value in asdict(self).items() if name != "digest"}


def new_token(
    name: str, scope: Scope = Scope.WRITE, studies: Sequence[str] = (), expires: float | None = None
) -> tuple[str, Token]:
    """Make a token; return its text, which is shown once, and what is stored of it."""
    text = TOKEN_MARK + secrets.token_urlsafe(32)
    return text, Token(name, text[:N_PREFIX], digest(text), scope, tuple(studies), time.time(), expires)


def digest(text: str) -> str:
    """SHA-256 of a token's text, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


class TokenFile:
    """The file of tokens, which several processes may read and change. Its mode is 0600.

    Args:
        path: the file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._read_state: tuple[int, int] | None = None
        self._tokens: tuple[Token, ...] = ()

    def tokens(self) -> tuple[Token, ...]:
        """All tokens; the file is read again when it has changed.

        Raises:
            InvalidInputError: others may read the file, or it is damaged.
        """
        with self._lock:
            check_regular_file(self.path)
            try:
                found = self.path.stat()
            except FileNotFoundError:
                self._read_state, self._tokens = None, ()
                return ()
            state = (found.st_mtime_ns, found.st_ino)
            if state != self._read_state:
                if found.st_mode & 0o077:
                    raise InvalidInputError(f"others may read {self.path}: chmod 600 {self.path}")
                self._tokens, self._read_state = _read_tokens(self.path), state
            return self._tokens

    def add(self, token: Token) -> None:
        """Add a token.

        Raises:
            InvalidInputError: there is one of that name.
        """
        if any(known.name == token.name for known in self.tokens()):
            raise InvalidInputError(f"there is a token named {token.name!r}: revoke it first, or choose another name")
        self._write((*self.tokens(), token))

    def revoke(self, name: str) -> None:
        """Remove a token by its name; services notice it at the next request.

        Raises:
            InvalidInputError: there is none of that name.
        """
        left = tuple(token for token in self.tokens() if token.name != name)
        if len(left) == len(self.tokens()):
            names = ", ".join(token.name for token in left) or "none"
            raise InvalidInputError(f"there is no token named {name!r}; there are: {names}")
        self._write(left)

    def _write(self, tokens: Sequence[Token]) -> None:
        new = self.path.with_name(f".{self.path.name}-{secrets.token_hex(8)}")
        content = json.dumps([asdict(token) for token in tokens], indent=1) + "\n"
        try:
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w") as file:
                file.write(content)
            new.replace(self.path)
        except OSError as error:
            raise InvalidInputError(f"{self.path} cannot be written ({error.strerror}): name another file") from error


def _read_tokens(path: Path) -> tuple[Token, ...]:
    try:
        return tuple(_parse_token(entry) for entry in json.loads(path.read_text()))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InvalidInputError(f"{path} is no file of tokens ({error}): name another file") from error


def _parse_token(entry: Mapping[str, Any]) -> Token:
    token = Token(**entry)
    return replace(token, scope=Scope(token.scope), studies=tuple(token.studies))


class TokenStore:
    """The tokens that a service accepts: those of a file, and one of this start.

    Args:
        file: the file; None without one.
        start: the token of this start; None without one.
    """

    def __init__(self, file: TokenFile | None = None, start: Token | None = None) -> None:
        self._file, self._start = file, start
        self._last_use: dict[str, float] = {}

    def find(self, text: str, now: float | None = None) -> Token | None:
        """The token of a text; None if it is unknown, revoked or expired."""
        return self.find_digest(digest(text), now)

    def find_digest(self, wanted: str, now: float | None = None) -> Token | None:
        """The token of a hash, compared in constant time; None if it is unknown, revoked or expired."""
        now = time.time() if now is None else now
        found = None
        for token in self.all():
            if secrets.compare_digest(token.digest, wanted):
                found = token
        if found is None or found.is_expired(now):
            return None
        self._last_use[found.digest] = now
        return found

    def all(self) -> tuple[Token, ...]:
        """All tokens."""
        stored = () if self._file is None else self._file.tokens()
        return stored if self._start is None else (self._start, *stored)

    def last_use(self, token: Token) -> float | None:
        """When a token was used last since this process began, as POSIX time; None if it was not."""
        return self._last_use.get(token.digest)

    def revoke(self, name: str) -> None:
        """Remove a token by its name.

        Raises:
            InvalidInputError: there is none of that name.
        """
        if self._start is not None and self._start.name == name:
            self._start = None
        elif self._file is not None:
            self._file.revoke(name)
        else:
            raise InvalidInputError(f"there is no token named {name!r}")
