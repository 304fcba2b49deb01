"""Errors that a user can fix: each message says what is wrong, what was expected, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

FAILURE_REASONS = ("crashed", "out_of_memory", "not_finite", "timed_out", "outside_limits", "lost")
MAX_LISTED_STUDIES = 12  # names in a message
FULLY_EVALUATED_REASONS = ("", "outside_limits")  # the reasons of trials that were evaluated to their end

__all__ = [
    "DataError",
    "InvalidInputError",
    "ParetuneError",
    "SpaceExhaustedError",
    "StudyEndedError",
    "StudyMismatchError",
    "StudyNotFoundError",
    "TooManyFailuresError",
    "TrialFailedError",
    "WorkerError",
]


class ParetuneError(Exception):
    """The base class of all errors that Paretune raises on purpose."""


class InvalidInputError(ParetuneError, ValueError):
    """An input is not valid; the message says what was expected."""


class DataError(ParetuneError):
    """A data file is missing or damaged, or is not the expected one."""


class StudyMismatchError(ParetuneError):
    """A stored study differs from the study that was asked for; the message shows the difference."""


class StudyNotFoundError(ParetuneError):
    """The storage has no study of this name; the message lists the studies that it has."""


def is_utf8(text: str) -> bool:
    r"""Whether UTF-8 can encode a text. Lone surrogates, as of a file name in another encoding, it cannot.

    Example:
        >>> is_utf8("caf\u00e9"), is_utf8("caf\udce9")
        (True, False)
    """
    return not any("\ud800" <= character <= "\udfff" for character in text)


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return a hint at the known word that is most similar; empty if none is similar.

    Example:
        >>> did_you_mean("comand", ["space", "objectives", "command"])
        " (did you mean 'command'?)"
    """
    from difflib import get_close_matches  # noqa: PLC0415 (needed only for a message)

    close = get_close_matches(str(word), list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def pip_line(extra: str) -> str:
    """Return the command that installs the packages of an extra, however Paretune itself was installed.

    Args:
        extra: name of the extra, such as ``ray``.

    Example:
        >>> pip_line("ray")
        'pip install "ray[tune]>=2.60"'
    """
    from importlib.metadata import PackageNotFoundError, requires  # noqa: PLC0415 (needed only for a message)

    try:
        needed = [word.partition(";") for word in requires("paretune") or ()]
    except PackageNotFoundError:
        needed = []
    packages = [
        name.strip() for name, _, marker in needed if marker.strip() in {f"extra == '{extra}'", f'extra == "{extra}"'}
    ]
    return " ".join(["pip install", *(f'"{name}"' for name in packages or [f"paretune[{extra}]"])])


def study_not_found(name: str, known: Iterable[str]) -> StudyNotFoundError:
    """Make the error that a storage has no study of a name.

    Args:
        name: what the user gave.
        known: names of the studies that the storage has.
    """
    names = sorted(known)
    shown = ", ".join(names[:MAX_LISTED_STUDIES]) or "none"
    more = f" and {len(names) - MAX_LISTED_STUDIES} more" if len(names) > MAX_LISTED_STUDIES else ""
    return StudyNotFoundError(f"no study {name!r} in this storage{did_you_mean(name, names)}; it has {shown}{more}")


class SpaceExhaustedError(ParetuneError):
    """Every configuration of a finite space has been tried, so none is left to suggest."""


class StudyEndedError(ParetuneError):
    """A service gives no more trials of the study: it has its total, or was stopped."""


class TooManyFailuresError(ParetuneError):
    """So many trials failed in a row that the cause is probably not their parameters."""


class WorkerError(ParetuneError):
    """A worker process could not be set up; the message contains the end of its log."""


class TrialFailedError(ParetuneError):
    """Fail a trial for a known reason: raise this during its evaluation.

    Args:
        reason: one of [paretune.trials.FAILURE_REASONS][], such as ``"out_of_memory"``.
        message: what happened; it is stored with the trial.
        metrics: metrics that are known in spite of the failure, by name; they are stored, and used for the search.

    Raises:
        InvalidInputError: the metrics are not a mapping.

    Example:
        >>> raise TrialFailedError("timed_out", "no epoch ended within 60 s")
        Traceback (most recent call last):
        ...
        paretune.errors.TrialFailedError: no epoch ended within 60 s
    """

    def __init__(self, reason: str, message: str = "", metrics: Mapping[str, Any] | None = None) -> None:
        if not isinstance(metrics, Mapping | None):
            raise InvalidInputError(f"metrics must be a mapping of names to values or None, but is {metrics!r}")
        super().__init__(message or reason)
        self.reason, self.metrics = reason, dict(metrics or {})

    def __reduce__(self) -> tuple[type[TrialFailedError], tuple[str, str, dict[str, Any]]]:
        """Pickle all fields, so that another process receives the whole error."""
        return type(self), (self.reason, str(self), self.metrics)
