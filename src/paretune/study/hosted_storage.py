"""The studies of a storage, as a service opens and makes them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import optuna
from optuna.storages import BaseStorage

from paretune.objectives import Objectives
from paretune.space import Space
from paretune.study.documents import DocumentStore
from paretune.study.hosted_run import check_settings
from paretune.study.hosted_study import HostedStudy
from paretune.study.storage import open_reader, open_storage, sqlite_engine, watch_sqlite
from paretune.study.study import Study

_MAX_OPEN = 200  # studies, each with a cache of its trials


class HostedStorage:
    """The studies of a storage. An SQLite file is read through a second connection, which no writer delays.

    Args:
        storage: path or URL, or an open storage; an SQLite file is created if it is missing.

    Raises:
        InvalidInputError: the storage cannot be opened.
    """

    def __init__(self, storage: str | BaseStorage) -> None:
        self._writer = open_storage(storage)
        engine = sqlite_engine(self._writer)
        self._reader = self._writer if engine is None else open_reader(engine.url)
        if engine is not None and engine.url.database:
            watch_sqlite(engine.url.database, self._writer, self._reader)
        self._open: OrderedDict[str, HostedStudy] = OrderedDict()
        self._lock = threading.Lock()
        self._documents: DocumentStore | None = None

    def documents(self) -> DocumentStore:
        """The documents beside the studies; their table is created now if it is missing.

        Raises:
            InvalidInputError: the storage is a journal file.
        """
        if self._documents is None:
            self._documents = DocumentStore(self._writer, self._reader)
        return self._documents

    def names(self) -> list[str]:
        """The names of all studies, in the order in which they were made."""
        return list(optuna.get_all_study_names(self._reader))

    def open(self, name: str) -> HostedStudy:
        """Open a study; an open one is returned again.

        Raises:
            StudyNotFoundError: there is none of that name.
        """
        with self._lock:
            if name in self._open:
                self._open.move_to_end(name)
                return self._open[name]
        study = HostedStudy(name, self._reader, self._writer)
        with self._lock:
            found = self._open.setdefault(name, study)
            if len(self._open) > _MAX_OPEN:
                self._open.popitem(last=False)
            return found

    def create(self, name: str, space: Space, objectives: Objectives, settings: Mapping[str, Any]) -> HostedStudy:
        """Make a study, or open the one of that name if it has the same space and objectives.

        Args:
            name: of the study.
            space: the parameters.
            objectives: the objectives.
            settings: those of `HostedStudy.begin`.

        Raises:
            StudyMismatchError: the storage has a study of that name with another space or other objectives.
            InvalidInputError: a setting does not fit.
        """
        check_settings(settings, objectives)
        searcher, seed = settings.get("searcher", "bayes"), settings.get("seed", 0)
        is_new = name not in self.names()
        options = settings.get("searcher_options", {})
        Study(
            space,
            objectives,
            storage=self._writer,
            name=name,
            searcher=searcher,
            seed=seed,
            searcher_options=options,
        )
        study = self.open(name)
        if is_new or study.run is None:
            study.begin(**settings)
        return study
