"""Retry calls to a storage that does not answer, so that a short outage does not lose hours of training."""

from __future__ import annotations

import functools
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import sqlalchemy.exc
from optuna.exceptions import StorageInternalError, UpdateFinishedTrialError
from optuna.storages import BaseStorage, RDBStorage
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.internals import CACHED_STORAGE_METHODS
from paretune.adapters.optuna.trial_rows import read_trial, read_trials
from paretune.errors import InvalidInputError
from paretune.study.sqlite_watch import SqliteWatch

T = TypeVar("T")
RETRY_SECONDS = 600.0
RETRY_SECONDS_VARIABLE = "PARETUNE_STORAGE_PATIENCE"  # the user's own number of seconds
_MAX_WAIT_SECONDS = 5.0
_TEMPORARY = ("disk is full", "database is locked", "unable to open database file", "disk I/O error")  # SQLite's words
_log = logging.getLogger("paretune")
_retry_is_off: ContextVar[bool] = ContextVar("retry_is_off", default=False)


class RetryingStorage(RDBStorage):
    """Optuna's database storage, which retries calls that fail for a temporary reason.

    A failed connection or a full disk is retried for ten minutes. If the end of a trial was written and only the
    answer was lost, it is not written twice.

    With a `watch` over an SQLite file, what nobody has changed is not read again.
    """

    watch: SqliteWatch | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._versions: dict[int, int] = {}  # of the file when the trials of a study were read, by its id

    def set_trial_state_values(self, trial_id: int, state: TrialState, *args: Any, **kwargs: Any) -> bool:
        """See `optuna.storages.BaseStorage`."""
        was_tried = False

        def set_once() -> bool:
            nonlocal was_tried
            try:
                done: bool = RDBStorage.set_trial_state_values(self, trial_id, state, *args, **kwargs)
            except UpdateFinishedTrialError:
                if was_tried and RDBStorage.get_trial(self, trial_id).state == state:
                    return True
                raise
            finally:
                was_tried = True
            return done

        return bool(retry_call(set_once))

    def get_trial(self, trial_id: int) -> FrozenTrial:
        """See `optuna.storages.BaseStorage`."""
        return self._read(("trial", trial_id), lambda: read_trial(self, trial_id))

    def get_study_user_attrs(self, study_id: int) -> dict[str, Any]:
        """See `optuna.storages.BaseStorage`."""
        key = ("attributes", study_id)
        return dict(self._read(key, lambda: RDBStorage.get_study_user_attrs(self, study_id)))

    def _get_trials(
        self, study_id: int, states: Any, included_trial_ids: set[int], trial_id_greater_than: int
    ) -> list[FrozenTrial]:
        """Read trials for Optuna's cache, which has all of them; none if nothing was written since its last call."""
        is_for_cache = bool(included_trial_ids) or trial_id_greater_than >= 0  # others read from the first trial on
        version = self.watch.version() if self.watch is not None and is_for_cache else None
        if version is not None and self._versions.get(study_id) == version:
            return []
        trials = retry_call(lambda: read_trials(self, study_id, included_trial_ids, trial_id_greater_than))
        if version is not None:
            self._versions[study_id] = version
        return [trial for trial in trials if states is None or trial.state in states]

    def _read(self, key: Any, read: Callable[[], T]) -> T:
        call: Callable[[], T] = lambda: retry_call(read)  # noqa: E731 (typed)
        return call() if self.watch is None else self.watch.read(key, call)


def _with_retry(name: str) -> Callable[..., Any]:
    method = getattr(RDBStorage, name)

    @functools.wraps(method)
    def call(self: RetryingStorage, *args: Any, **kwargs: Any) -> Any:
        return retry_call(lambda: method(self, *args, **kwargs))

    return call


_OVERRIDDEN = {"set_trial_state_values", "get_trial", "get_study_user_attrs", "_get_trials"}
for _name in sorted((BaseStorage.__abstractmethods__ | CACHED_STORAGE_METHODS) - _OVERRIDDEN):
    setattr(RetryingStorage, _name, _with_retry(_name))


@contextmanager
def without_retry() -> Iterator[None]:
    """Turn retrying off inside the block, for writes that may fail, such as heartbeats, or after a second Ctrl-C."""
    token = _retry_is_off.set(True)
    try:
        yield
    finally:
        _retry_is_off.reset(token)


def retry_call(call: Callable[[], Any], seconds: float | None = None) -> Any:
    """Call a function, and again while the storage does not answer.

    Args:
        call: a call to a storage; it may be made several times.
        seconds: for how long; by default the environment variable ``PARETUNE_STORAGE_PATIENCE``, or 600.

    Returns:
        What the call returns.

    Raises:
        InvalidInputError: the variable is no number.
    """
    limit = _retry_seconds() if seconds is None else seconds
    deadline = time.monotonic() + limit
    wait, is_logged = 0.1, False
    while True:
        try:
            return call()
        except (StorageInternalError, sqlalchemy.exc.SQLAlchemyError) as error:
            if not is_temporary(error) or time.monotonic() >= deadline:
                raise
            if not is_logged:
                _log.warning("the storage does not answer (%s): retrying for %g s", _cause(error), limit)
                is_logged = True
        time.sleep(wait)
        wait = min(2 * wait, _MAX_WAIT_SECONDS)


def _retry_seconds() -> float:
    text = os.environ.get(RETRY_SECONDS_VARIABLE, str(RETRY_SECONDS))
    try:
        return 0.0 if _retry_is_off.get() else float(text)
    except ValueError as error:
        raise InvalidInputError(
            f"{RETRY_SECONDS_VARIABLE} must be a number of seconds, such as 600, but is {text!r}"
        ) from error


def is_temporary(error: BaseException) -> bool:
    """Whether a storage error may pass by itself: a lost connection, a full disk, a lock."""
    cause = error.__cause__ if isinstance(error, StorageInternalError) else error
    if not isinstance(cause, (sqlalchemy.exc.OperationalError, sqlalchemy.exc.InterfaceError)):
        return False
    if type(cause.orig).__module__ == "sqlite3":
        return any(words in str(cause.orig) for words in _TEMPORARY)
    return True


def _cause(error: BaseException) -> str:
    cause = error.__cause__ or error
    return str(getattr(cause, "orig", None) or cause).partition("\n")[0]
