"""Notice that the SQLite file of a run was removed or replaced: SQLite itself goes on writing to the removed file."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from optuna.storages import BaseStorage

from paretune.errors import DataError
from paretune.study.storage import sqlite_engine


class StorageFile:
    """The SQLite file of a storage, as it was when this object was made; no file for any other storage.

    Args:
        storage: the Optuna storage.
    """

    def __init__(self, storage: BaseStorage) -> None:
        self._engine = sqlite_engine(storage)
        name = None if self._engine is None else self._engine.url.database
        self._path = Path(name or ":memory:").absolute()
        self._identity = _identity(self._path)

    def check(self) -> None:
        """Check that the file is still the same.

        Raises:
            DataError: it was removed or replaced; the message says where its content was saved.
        """
        if _identity(self._path) != self._identity:
            raise DataError(f"{self._path} was removed or replaced while this ran: {self._save_copy()}")

    def _save_copy(self) -> str:
        """Copy the file that SQLite still has open; return a sentence on where it is, or why it is nowhere."""
        assert self._engine is not None, "without a file there is no identity to lose"  # noqa: S101 (for the type)
        copy = self._path.with_name(f"{self._path.stem}-saved-{os.getpid()}{self._path.suffix}")
        try:
            with closing(self._engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
                cursor.execute("SELECT 1 FROM studies")  # fails if SQLite opened the new file of that name
                cursor.execute("VACUUM INTO ?", (str(copy),))
        except sqlite3.Error as error:
            return f"its content could not be saved ({error}); restore it from a copy, or start again"
        return f"its content is in {copy}; use that as the storage to go on"


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and number of a file, which no other file has; None where there is none."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino
