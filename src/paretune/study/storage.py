"""Where studies are kept: any storage of Optuna's."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

import optuna
import sqlalchemy.event
import sqlalchemy.exc
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend

from paretune.errors import InvalidInputError, StudyNotFoundError
from paretune.study.retry import PatientStorage
from paretune.study.writable import check_writable

BUSY_SECONDS = 60
_NOT_SQL = ("redis",)
OPEN_TRIES = 6
_JOURNAL = b'{"op_code"'


def open_storage(storage: str | Path | BaseStorage, *, must_exist: bool = False) -> BaseStorage:
    """The storage of a path (an SQLite file, or one of Optuna's journal) or of a storage URL of Optuna's.

    Args:
        storage: path, URL (with ``://``), or a storage that is open already.
        must_exist: it is only looked at: refuse to create a file, and leave it as it is.

    Raises:
        InvalidInputError: the file's folder is missing or not to be written, the file is no database, or the storage
            does not answer.
    """
    if isinstance(storage, BaseStorage):
        return storage
    url = str(storage)
    is_path = "://" not in url
    if is_path or (url.startswith("sqlite:///") and "?" not in url):
        path = Path(url.removeprefix("sqlite:///"))
        _check_place(path, must_exist=must_exist)
        if _is_journal(path):
            return _journal(path)
        _check_tables(path, must_exist=must_exist)
    if is_path:
        url = sqlalchemy.URL.create("sqlite", database=url).render_as_string()
    try:
        return _opened(url, is_shared=not must_exist)
    except (sqlalchemy.exc.SQLAlchemyError, ImportError, ValueError, OSError) as error:
        cause = without_password(str(error).splitlines()[0])
        raise InvalidInputError(f"the storage {without_password(url)} cannot be opened: {cause}") from error


def without_password(text: str) -> str:
    """A text with storage URLs in it, without their passwords: it may be printed, kept and shown.

    Example:
        >>> without_password("postgresql://me:secret@host/db?password=secret")
        'postgresql://me:***@host/db?password=***'
    """
    text = re.sub(r"(://[^:/@\s]*):[^@\s]*@", r"\1:***@", text)
    return re.sub(r"(?i)(password=)[^&\s'\"]+", r"\1***", text)


def _is_journal(path: Path) -> bool:
    """Whether a file is a journal of Optuna's: its lines are JSON that begins with an operation.

    SQLite is asked first, since whoever opens the file of a database and closes it again takes away the locks that
    SQLite has on it in this process (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    """
    if not path.is_file():
        return False
    try:
        with closing(_read_only(path)) as database:
            database.execute("pragma schema_version")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            with suppress(OSError), path.open("rb") as file:
                return file.read(len(_JOURNAL)) == _JOURNAL
    return False


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)


def _journal(path: Path) -> JournalStorage:
    try:
        return JournalStorage(JournalFileBackend(str(path)))
    except (ValueError, KeyError, OSError) as error:
        raise InvalidInputError(
            f"{path} cannot be opened: as a journal it is damaged ({error}); name a copy"
        ) from error


def _check_place(path: Path, *, must_exist: bool) -> None:
    """See that a file can be made or gone on with, or where it is only looked at, that it is there."""
    if path.is_dir():
        raise InvalidInputError(f"{path} is a folder: name a file in it, such as {path / 'paretune.db'}")
    if not path.absolute().parent.is_dir():
        raise InvalidInputError(f"there is no folder {path.absolute().parent} to keep {path.name} in: create it first")
    if must_exist:
        if not path.exists():
            raise InvalidInputError(f"there is no file {path}: name the storage of the study with --storage")
        return
    remedy = "make that folder writable, or name a file elsewhere with --storage"
    check_writable(path.absolute().parent, f"{path} cannot be written", remedy)
    if path.exists() and not os.access(path, os.W_OK):
        raise InvalidInputError(f"{path} cannot be written: make it writable (chmod u+w), or name another --storage")


def _check_tables(path: Path, *, must_exist: bool) -> None:
    """See that an SQLite file is one of Optuna's, if it is there: looking at it must not change it."""
    if not path.exists():
        return
    tables = _tables(path)
    if tables and not tables & {"studies", "version_info"}:  # the first of Optuna's tables, and the last
        raise InvalidInputError(f"{path} cannot be opened: it is another program's database; name another file")
    if must_exist and not tables:
        raise InvalidInputError(f"{path} holds no study: name the storage of the study with --storage")


def _tables(path: Path) -> set[str]:
    try:
        with closing(_read_only(path)) as database:
            return {name for (name,) in database.execute("select name from sqlite_master where type = 'table'")}
    except sqlite3.DatabaseError as error:
        is_readonly = "readonly" in str(error)
        then = "copy it to a folder where you may write, and name the copy" if is_readonly else "name another file"
        raise InvalidInputError(f"{path} cannot be opened: {error}; {then}") from error


def _opened(url: str, *, is_shared: bool) -> BaseStorage:
    """Open, once more where another process was making the same tables at that moment (Optuna does not lock)."""
    for attempt in range(OPEN_TRIES):
        try:
            if url.startswith("sqlite"):
                storage = PatientStorage(url, engine_kwargs={"connect_args": {"timeout": BUSY_SECONDS}})
                if is_shared:
                    _share(storage.engine)
                return storage
            return optuna.storages.get_storage(url) if url.startswith(_NOT_SQL) else PatientStorage(url)
        except (
            sqlalchemy.exc.OperationalError,
            sqlalchemy.exc.ProgrammingError,
            sqlalchemy.exc.IntegrityError,
        ) as error:
            is_race = "already exists" in str(error) or isinstance(error, sqlalchemy.exc.IntegrityError)
            if not is_race or attempt == OPEN_TRIES - 1:
                raise
            time.sleep(0.1 * 2**attempt)
    raise AssertionError("the last try returns or raises")


def _share(engine: sqlalchemy.Engine) -> None:
    """Set SQLite up for several processes: who writes does not keep others from reading, and nobody overtakes.

    A transaction that first reads and then writes would let two runners take the same trial, as SQLite does not lock
    the row that was read: each begins by taking the lock.
    """

    def connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver thinks fit
        connection.execute("PRAGMA journal_mode=WAL")

    def begun(connection: sqlalchemy.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    sqlalchemy.event.listen(engine, "connect", connected)
    sqlalchemy.event.listen(engine, "begin", begun)
    engine.dispose()  # connections that were made before


def sqlite_engine(storage: BaseStorage) -> sqlalchemy.Engine | None:
    """The database of a storage where that is SQLite's; None of any other."""
    backend = getattr(storage, "_backend", storage)  # Optuna wraps a storage
    engine = backend.engine if isinstance(backend, RDBStorage) else None
    return engine if engine is not None and engine.dialect.name == "sqlite" else None


def fold_in(storage: BaseStorage) -> None:
    """Bring what SQLite has written ahead into the file itself, so that whoever copies that has all."""
    engine = sqlite_engine(storage)
    if engine is None:
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def quieten() -> None:
    """Keep Optuna's log to warnings, for hosts that show progress of their own."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def find_study(storage: BaseStorage, name: str) -> optuna.Study:
    """The stored study of that name.

    Raises:
        StudyNotFoundError: there is none; the message lists those that are.
    """
    try:
        return optuna.load_study(study_name=name, storage=storage)
    except KeyError:
        names = optuna.get_all_study_names(storage)
        raise StudyNotFoundError(f"no study {name!r} in this storage; it has {', '.join(names) or 'none'}") from None
