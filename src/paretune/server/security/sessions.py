"""Sessions of browsers: a random cookie that stands for a token while the process runs."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from paretune.server.security.tokens import Token, TokenStore, digest

SESSION_SECONDS = 12 * 3600.0
_MAX_SESSIONS = 1_000


class Sessions:
    """The sessions of a service, by the hash of their cookie.

    Args:
        tokens: the tokens; a session ends with its token.
        clock: POSIX seconds.
    """

    def __init__(self, tokens: TokenStore, clock: Callable[[], float] = time.time) -> None:
        self._tokens, self._clock = tokens, clock
        self._sessions: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def begin(self, token: Token) -> str:
        """Begin a session of a token; return the value of its cookie."""
        value = secrets.token_urlsafe(32)
        self._sessions[digest(value)] = (token.digest, self._clock() + SESSION_SECONDS)
        if len(self._sessions) > _MAX_SESSIONS:
            self._sessions.popitem(last=False)
        return value

    def find(self, value: str) -> Token | None:
        """The token of a session; None if the session or the token has ended."""
        token_digest, until = self._sessions.get(digest(value), ("", 0.0))
        return self._tokens.find_digest(token_digest) if self._clock() < until else None

    def end(self, value: str) -> None:
        """End a session."""
        self._sessions.pop(digest(value), None)
