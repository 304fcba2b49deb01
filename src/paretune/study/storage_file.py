"""Is the file that a run writes into still the one of that name? SQLite writes on into one that was removed."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from optuna.storages import BaseStorage

from paretune.errors import DataError
from paretune.study.storage import sqlite_engine


class KeptFile:
    """The SQLite file of a storage, as it is when this is made; of any other storage there is nothing to see.

    Args:
        storage: Optuna's.
    """

    def __init__(self, storage: BaseStorage) -> None:
        self._engine = sqlite_engine(storage)
        name = None if self._engine is None else self._engine.url.database
        self._path = Path(name or ":memory:").absolute()
        self._identity = _identity(self._path)

    def check(self) -> None:
        """See that it is still there.

        Raises:
            DataError: it was removed or replaced; the message says where what it held is now.
        """
        if _identity(self._path) != self._identity:
            raise DataError(f"{self._path} was removed or replaced while this ran: {self._saved()}")

    def _saved(self) -> str:
        """Copy what SQLite has open still; what came of that, in words."""
        assert self._engine is not None, "without a file there is no identity to lose"  # noqa: S101 (for the type)
        copy = self._path.with_name(f"{self._path.stem}-saved-{os.getpid()}{self._path.suffix}")
        try:
            with closing(self._engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
                cursor.execute("SELECT 1 FROM studies")  # not of the file that has its name now
                cursor.execute("VACUUM INTO ?", (str(copy),))
        except sqlite3.Error as error:
            return f"what it held could not be saved ({error}); restore it from a copy, or begin again"
        return f"what it held is in {copy}; go on with that as the storage"


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from any other, whatever it is called; None where there is none."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino
