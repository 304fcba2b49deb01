"""Documents of a service beside the studies: in a table of the same database, which Optuna does not read."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import sqlalchemy
from optuna.storages import BaseStorage, InMemoryStorage, RDBStorage
from sqlalchemy.pool import StaticPool

from paretune.adapters.optuna.internals import unwrapped_storage
from paretune.errors import InvalidInputError

_METADATA = sqlalchemy.MetaData()
_TABLE = sqlalchemy.Table(
    "paretune_documents",
    _METADATA,
    sqlalchemy.Column("document_id", sqlalchemy.Integer, primary_key=True),
    sqlalchemy.Column("kind", sqlalchemy.String(32), nullable=False),
    sqlalchemy.Column("parent", sqlalchemy.Integer, nullable=True),
    sqlalchemy.Column("label", sqlalchemy.String(200), nullable=False),
    sqlalchemy.Column("created", sqlalchemy.Float, nullable=False),
    sqlalchemy.Column("updated", sqlalchemy.Float, nullable=False),
    sqlalchemy.Column("body", sqlalchemy.Text, nullable=False),
    sqlalchemy.Index("ix_paretune_documents_parent", "kind", "parent"),
    sqlalchemy.Index("ix_paretune_documents_label", "kind", "label"),
    sqlite_autoincrement=True,  # an id is never used again
)
Body = dict[str, Any]


@dataclass(frozen=True)
class Document:
    """A document.

    Args:
        id: unique among the documents of all kinds.
        kind: what it describes.
        parent: id of the document that it belongs to; None without one.
        label: a text to find it by.
        created: POSIX seconds.
        updated: POSIX seconds of the last change.
        body: JSON values by name.
    """

    id: int
    kind: str
    parent: int | None
    label: str
    created: float
    updated: float
    body: Body


class DocumentStore:
    """The documents in the database of a storage; in memory for one in memory.

    Args:
        writer: the storage to write to.
        reader: the same storage, or a second connection to it, to read from.

    Raises:
        InvalidInputError: it is neither in a database nor in memory.
    """

    def __init__(self, writer: BaseStorage, reader: BaseStorage) -> None:
        is_memory = isinstance(unwrapped_storage(writer), InMemoryStorage)
        self._writer = _memory_engine() if is_memory else _engine(writer)
        self._reader = self._writer if is_memory else _engine(reader)
        self._lock: AbstractContextManager[Any] = threading.RLock() if is_memory else nullcontext()
        with self._lock:
            _METADATA.create_all(self._writer)

    def insert(
        self, kind: str, bodies: Sequence[Mapping[str, Any]], parent: int | None = None, label: str = ""
    ) -> list[Document]:
        """Create documents in one transaction."""
        now, created = time.time(), list[Document]()
        with self._lock, self._writer.begin() as connection:
            for body in bodies:
                row = {"kind": kind, "parent": parent, "label": label, "created": now, "updated": now}
                result = connection.execute(_TABLE.insert().values(**row, body=json.dumps(body)))
                (document_id,) = result.inserted_primary_key or (0,)
                created.append(Document(document_id, kind, parent, label, now, now, dict(body)))
        return created

    def get(self, kind: str, document_id: int) -> Document | None:
        """The document of that kind and id; None without one."""
        found = self._select(_TABLE.c.kind == kind, _TABLE.c.document_id == document_id)
        return found[0] if found else None

    def find(self, kind: str, parent: int | None = None, label: str | None = None) -> list[Document]:
        """The documents of a kind by id, all of them or those of a parent or with a label."""
        conditions = [_TABLE.c.kind == kind]
        if parent is not None:
            conditions.append(_TABLE.c.parent == parent)
        if label is not None:
            conditions.append(_TABLE.c.label == label)
        return self._select(*conditions)

    def count(self, kind: str, parent: int) -> int:
        """How many documents of a kind a parent has."""
        query = sqlalchemy.select(sqlalchemy.func.count()).where(_TABLE.c.kind == kind, _TABLE.c.parent == parent)
        with self._lock, self._reader.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def change(
        self, document: Document, change: Callable[[Body], Mapping[str, Any]], label: str | None = None
    ) -> Document:
        """Change a document's body as it is now, in one transaction; return the document.

        Args:
            document: the document.
            change: the new body from the present one.
            label: the new label; None to leave it.
        """
        is_this, now = _TABLE.c.document_id == document.id, time.time()
        with self._lock, self._writer.begin() as connection:
            row = connection.execute(_TABLE.select().where(is_this).with_for_update()).one()
            changed = _document(row)
            body = dict(change(changed.body))
            label = changed.label if label is None else label
            connection.execute(_TABLE.update().where(is_this).values(body=json.dumps(body), updated=now, label=label))
        return Document(changed.id, changed.kind, changed.parent, label, changed.created, now, body)

    def _select(self, *conditions: Any) -> list[Document]:
        query = _TABLE.select().where(*conditions).order_by(_TABLE.c.document_id)
        with self._lock, self._reader.connect() as connection:
            return [_document(row) for row in connection.execute(query)]


def _document(row: Any) -> Document:
    return Document(row.document_id, row.kind, row.parent, row.label, row.created, row.updated, json.loads(row.body))


def _engine(storage: BaseStorage) -> sqlalchemy.Engine:
    backend = unwrapped_storage(storage)
    if not isinstance(backend, RDBStorage):
        raise InvalidInputError("this needs a storage in a database: give an SQLite file or a PostgreSQL URL")
    engine: sqlalchemy.Engine = backend.engine
    return engine


def _memory_engine() -> sqlalchemy.Engine:
    options = {"check_same_thread": False}
    return sqlalchemy.create_engine("sqlite://", poolclass=StaticPool, connect_args=options)
