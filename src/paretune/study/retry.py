"""What if the storage does not answer? Ask again for a while: hours of training must not be lost for a minute."""

from __future__ import annotations

import functools
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy.exc
from optuna.exceptions import StorageInternalError, UpdateFinishedTrialError
from optuna.storages import BaseStorage, RDBStorage
from optuna.trial import TrialState

from paretune.errors import InvalidInputError

PATIENCE_SECONDS = 600.0
VARIABLE = "PARETUNE_STORAGE_PATIENCE"  # the user's own number of seconds
_LONGEST_WAIT = 5.0
_PASSES = ("disk is full", "database is locked", "unable to open database file", "disk I/O error")  # SQLite's words
_log = logging.getLogger("paretune")
_asks_once: ContextVar[bool] = ContextVar("asks_once", default=False)


class PatientStorage(RDBStorage):
    """Optuna's storage, which asks again where the database does not answer.

    Every call is made again until ten minutes are over, if a connection failed or the disk was full. An end of a trial
    that was written although its answer got lost is not written twice.
    """

    def set_trial_state_values(self, trial_id: int, state: TrialState, *args: Any, **kwargs: Any) -> bool:
        """See `optuna.storages.BaseStorage`."""
        asked_before = False

        def once() -> bool:
            nonlocal asked_before
            try:
                done: bool = RDBStorage.set_trial_state_values(self, trial_id, state, *args, **kwargs)
            except UpdateFinishedTrialError:
                if asked_before and RDBStorage.get_trial(self, trial_id).state == state:
                    return True
                raise
            finally:
                asked_before = True
            return done

        return bool(patiently(once))


def _patient(name: str) -> Callable[..., Any]:
    method = getattr(RDBStorage, name)

    @functools.wraps(method)
    def call(self: PatientStorage, *args: Any, **kwargs: Any) -> Any:
        return patiently(lambda: method(self, *args, **kwargs))

    return call


# Optuna keeps trials that have ended in a cache before its storage, which calls these besides what each storage has.
_OF_THE_CACHE = {"_create_new_trial", "_get_trials", "_set_trial_param", "get_trial_id_from_study_id_trial_number"}

for _name in sorted((BaseStorage.__abstractmethods__ | _OF_THE_CACHE) - {"set_trial_state_values"}):
    setattr(PatientStorage, _name, _patient(_name))


@contextmanager
def asking_once() -> Iterator[None]:
    """Without patience: for what need not be written, such as a beat, or the word of one who was told to stop now."""
    token = _asks_once.set(True)
    try:
        yield
    finally:
        _asks_once.reset(token)


def patiently(call: Callable[[], Any], seconds: float | None = None) -> Any:
    """What a call returns, made again while a storage does not answer.

    Args:
        call: asks a storage; it may be made several times.
        seconds: for how long; by default what the environment variable ``PARETUNE_STORAGE_PATIENCE`` says, or 600.

    Raises:
        InvalidInputError: the variable holds no number.
    """
    patience = _patience() if seconds is None else seconds
    deadline = time.monotonic() + patience
    wait, is_told = 0.1, False
    while True:
        try:
            return call()
        except (StorageInternalError, sqlalchemy.exc.SQLAlchemyError) as error:
            if not may_pass(error) or time.monotonic() >= deadline:
                raise
            if not is_told:
                _log.warning("the storage does not answer (%s): trying again for %g s", _cause(error), patience)
                is_told = True
        time.sleep(wait)
        wait = min(2 * wait, _LONGEST_WAIT)


def _patience() -> float:
    text = os.environ.get(VARIABLE, str(PATIENCE_SECONDS))
    try:
        return 0.0 if _asks_once.get() else float(text)
    except ValueError as error:
        raise InvalidInputError(f"{VARIABLE} must be a number of seconds, such as 600, but is {text!r}") from error


def may_pass(error: BaseException) -> bool:
    """Whether an error of a storage may be gone in a while: a lost connection, a full disk, a lock."""
    cause = error.__cause__ if isinstance(error, StorageInternalError) else error
    if not isinstance(cause, (sqlalchemy.exc.OperationalError, sqlalchemy.exc.InterfaceError)):
        return False
    if type(cause.orig).__module__ == "sqlite3":
        return any(words in str(cause.orig) for words in _PASSES)
    return True


def _cause(error: BaseException) -> str:
    return str(error.__cause__ or error).partition("\n")[0]
