"""Open Optuna storages: SQLite files, journal files and databases by URL."""

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

from paretune.adapters.optuna.internals import unwrapped_storage
from paretune.argument_checks import check_regular_file
from paretune.errors import InvalidInputError, pip_line, study_not_found
from paretune.space.values import check_text
from paretune.study.retry import RetryingStorage
from paretune.study.sqlite_watch import SqliteWatch
from paretune.study.writable import check_writable

BUSY_SECONDS = 60
MAX_OPEN_ATTEMPTS = 6
_EXTRAS = {"postgresql": "postgresql", "postgresql+psycopg": "postgresql"}  # our extras by the scheme of a URL
_PACKAGES = {"MySQLdb": "mysqlclient", "psycopg2": "psycopg2-binary"}  # packages by their module, if they differ
_JOURNAL = b'{"op_code"'


def open_storage(storage: str | Path | BaseStorage, *, must_exist: bool = False) -> BaseStorage:
    """Open the storage of a path (an SQLite file, or a journal file of Optuna) or of an Optuna storage URL.

    Args:
        storage: path, URL (with ``://``), or a storage that is open already.
        must_exist: open it for reading only: refuse to create a file, and leave an existing one as it is.

    Raises:
        InvalidInputError: the file's folder is missing or not writable, the file is no database, or the storage does
            not answer.
    """
    if isinstance(storage, BaseStorage):
        return storage
    if not isinstance(storage, (str, Path)) or not str(storage).strip():
        raise InvalidInputError(f"storage must be a path, a URL or an Optuna storage, but is {storage!r}")
    url = str(storage)
    is_path = "://" not in url
    if is_path or (url.startswith("sqlite:///") and "?" not in url):
        path = Path(url.removeprefix("sqlite:///"))
        _check_path(path, must_exist=must_exist)
        if _is_journal(path):
            return _open_journal(path)
        _check_tables(path, must_exist=must_exist)
    if is_path:
        url = sqlalchemy.URL.create("sqlite", database=url).render_as_string()
    try:
        return _open(url, is_shared=not must_exist)
    except (sqlalchemy.exc.SQLAlchemyError, ImportError, ValueError, OSError) as error:
        cause = _missing_package(url, error) or hide_password(str(error).splitlines()[0])
        raise InvalidInputError(f"the storage {hide_password(url)} cannot be opened: {cause}") from error


def _missing_package(url: str, error: BaseException | None) -> str:
    """Name the package that a storage URL needs and how to install it; empty if the error has another cause."""
    while error is not None:
        if isinstance(error, ImportError) and error.name:
            name = error.name.partition(".")[0]
            own = _EXTRAS.get(url.partition(":")[0])
            return f"{name} is not installed: {pip_line(own) if own else f'pip install {_PACKAGES.get(name, name)}'}"
        error = error.__cause__ or error.__context__
    return ""


def hide_password(text: str) -> str:
    """Hide the passwords of storage URLs in a text, so that it can be printed and stored.

    Example:
        >>> hide_password("postgresql://me:secret@host/db?password=secret")
        'postgresql://me:***@host/db?password=***'
    """
    check_text("text", text, may_be_empty=True)
    text = re.sub(r"(://[^:/@\s]*):[^@\s]*@", r"\1:***@", text)
    return re.sub(r"(?i)(password=)[^&\s'\"]+", r"\1***", text)


def _is_journal(path: Path) -> bool:
    """Whether a file is an Optuna journal: its lines are JSON that begins with an operation.

    SQLite tries first: closing a database's file, opened as a plain file, releases the locks that SQLite has on it in
    this process (https://www.sqlite.org/howtocorrupt.html, section 2.2).
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


def _open_journal(path: Path) -> JournalStorage:
    try:
        return JournalStorage(JournalFileBackend(str(path)))
    except (ValueError, KeyError, OSError) as error:
        raise InvalidInputError(
            f"{path} cannot be opened: the journal is damaged ({error}); give a copy that is not"
        ) from error


def _check_path(path: Path, *, must_exist: bool) -> None:
    """Check that a file can be created or written; with ``must_exist``, that it exists."""
    if path.is_dir():
        raise InvalidInputError(f"{path} is a folder: give a file in it, such as {path / 'paretune.db'}")
    check_regular_file(path)
    if not path.absolute().parent.is_dir():
        raise InvalidInputError(f"there is no folder {path.absolute().parent} for {path.name}: create it first")
    if must_exist:
        if not path.exists():
            raise InvalidInputError(f"there is no file {path}: give the storage of the study with --storage")
        return
    remedy = "make that folder writable, or give a file elsewhere with --storage"
    check_writable(path.absolute().parent, f"{path} cannot be written", remedy)
    if path.exists() and not os.access(path, os.W_OK):
        raise InvalidInputError(f"{path} cannot be written: make it writable (chmod u+w), or give another --storage")


def _check_tables(path: Path, *, must_exist: bool) -> None:
    """Check that an existing SQLite file is Optuna's, without changing it."""
    if not path.exists():
        return
    tables = _tables(path)
    if tables and not tables & {"studies", "version_info"}:  # the first and the last table that Optuna creates
        raise InvalidInputError(f"{path} cannot be opened: it is another program's database; give another file")
    if must_exist and not tables:
        raise InvalidInputError(f"{path} has no study: give the storage of the study with --storage")


def _tables(path: Path) -> set[str]:
    try:
        with closing(_read_only(path)) as database:
            return {name for (name,) in database.execute("select name from sqlite_master where type = 'table'")}
    except sqlite3.DatabaseError as error:
        is_readonly = "readonly" in str(error)
        remedy = "copy it to a writable folder, and give the copy" if is_readonly else "give another file"
        raise InvalidInputError(f"{path} cannot be opened: {error}; {remedy}") from error


def _open(url: str, *, is_shared: bool) -> BaseStorage:
    """Open a storage; try again where another process is creating the same tables, since Optuna does not lock them."""
    for attempt in range(MAX_OPEN_ATTEMPTS):
        try:
            if url.startswith("sqlite"):
                storage = RetryingStorage(url, engine_kwargs={"connect_args": {"timeout": BUSY_SECONDS}})
                if is_shared:
                    _set_up_sharing(storage.engine)
                return storage
            return RetryingStorage(url)
        except (
            sqlalchemy.exc.OperationalError,
            sqlalchemy.exc.ProgrammingError,
            sqlalchemy.exc.IntegrityError,
        ) as error:
            is_race = "already exists" in str(error) or isinstance(error, sqlalchemy.exc.IntegrityError)
            if not is_race or attempt == MAX_OPEN_ATTEMPTS - 1:
                raise
            time.sleep(0.1 * 2**attempt)
    raise AssertionError("the last try returns or raises")


def open_reader(url: sqlalchemy.URL) -> BaseStorage:
    """Open an SQLite file that is open already a second time, for reading: it never waits for a writer."""
    return RetryingStorage(
        url.render_as_string(),
        engine_kwargs={"connect_args": {"timeout": BUSY_SECONDS}},
        skip_compatibility_check=True,
        skip_table_creation=True,
    )


def watch_sqlite(path: str, *storages: BaseStorage) -> None:
    """Let open storages of one SQLite file read only what was written since they read it last."""
    watch = SqliteWatch(path)
    for storage in storages:
        backend = unwrapped_storage(storage)
        if isinstance(backend, RetryingStorage):
            backend.watch = watch


def _set_up_sharing(engine: sqlalchemy.Engine) -> None:
    """Set up SQLite for several processes: a writer does not block readers, and every transaction locks first.

    SQLite does not lock a row that a transaction reads before it writes: without the lock, two runners could claim the
    same trial.
    """

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver begins them
        connection.execute("PRAGMA journal_mode=WAL")

    def on_begin(connection: sqlalchemy.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    sqlalchemy.event.listen(engine, "connect", on_connect)
    sqlalchemy.event.listen(engine, "begin", on_begin)
    engine.dispose()  # close connections that were made before


def sqlite_engine(storage: BaseStorage) -> sqlalchemy.Engine | None:
    """The database engine of an SQLite storage; None for any other storage."""
    backend = unwrapped_storage(storage)
    engine = backend.engine if isinstance(backend, RDBStorage) else None
    return engine if engine is not None and engine.dialect.name == "sqlite" else None


def checkpoint_sqlite(storage: BaseStorage) -> None:
    """Write SQLite's write-ahead log into the database file, so that a copy of the file is complete."""
    engine = sqlite_engine(storage)
    if engine is None:
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def quiet_optuna_logging() -> None:
    """Let Optuna log warnings only, where Paretune shows the progress."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def find_study(storage: BaseStorage, name: str) -> optuna.Study:
    """Load the stored study of that name.

    Raises:
        StudyNotFoundError: there is none; the message lists the others.
    """
    check_text("name", name)
    try:
        return optuna.load_study(study_name=name, storage=storage)
    except KeyError:
        raise study_not_found(name, optuna.get_all_study_names(storage)) from None
