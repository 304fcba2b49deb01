"""Notice commits to an SQLite file, so that what has not changed is not read again."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class SqliteWatch:
    """Keeps what was read from an SQLite file until any connection, of any process, commits to it.

    Args:
        path: the database file.
    """

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._lock = threading.Lock()
        self._version, self._kept = -1, dict[Any, Any]()

    def version(self) -> int:
        """A number that changes with every commit of another connection than the watch's own, which never writes."""
        with self._lock:
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def read(self, key: Any, read: Callable[[], T]) -> T:
        """What a function reads, which is called again only after a commit.

        Args:
            key: what is read.
            read: reads it from the file. Nobody may change what it returns.
        """
        version = self.version()  # before it is read: a commit meanwhile makes the next call read again
        with self._lock:
            if version != self._version:
                self._version, self._kept = version, {}
            if key in self._kept:
                found: T = self._kept[key]
                return found
        value = read()
        with self._lock:
            if version == self._version:
                self._kept[key] = value
        return value

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
