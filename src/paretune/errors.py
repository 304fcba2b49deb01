"""What can go wrong that a user can mend: each message names the thing and says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REASONS = ("crashed", "out_of_memory", "not_finite", "timed_out", "outside_limits", "lost")  # why a trial failed
RAN = ("", "outside_limits")  # the reasons of those that ran to their end


class ParetuneError(Exception):
    """Any error that Paretune raises on purpose."""


class InvalidInputError(ParetuneError, ValueError):
    """A value from outside does not fit; the message says what was expected."""


class DataError(ParetuneError):
    """A data file is missing, damaged, or not the one that was expected."""


class StudyMismatchError(ParetuneError):
    """A stored study differs from what it is asked to go on with; the message shows the difference."""


class StudyNotFoundError(ParetuneError):
    """No study of that name is in the storage; the message lists those that are."""


class SpaceExhaustedError(ParetuneError):
    """Every configuration of a finite space has been tried and nothing is left to suggest."""


class TooManyFailuresError(ParetuneError):
    """So many trials failed in a row that something other than their parameters is likely wrong."""


class WorkerError(ParetuneError):
    """A worker's process could not be set up; the message tells what its log says."""


class TrialFailedError(ParetuneError):
    """Raised inside a training to fail its trial for a known reason.

    Args:
        reason: one of [paretune.trials.REASONS][], such as ``"out_of_memory"``.
        message: what happened, kept with the trial.
        metrics: what is known of the trial all the same, by name; kept, and learned from.

    Example:
        >>> raise TrialFailedError("timed_out", "no epoch ended within 60 s")
        Traceback (most recent call last):
        ...
        paretune.errors.TrialFailedError: no epoch ended within 60 s
    """

    def __init__(self, reason: str, message: str = "", metrics: Mapping[str, Any] | None = None) -> None:
        super().__init__(message or reason)
        self.reason, self.metrics = reason, dict(metrics or {})

    def __reduce__(self) -> tuple[type[TrialFailedError], tuple[str, str, dict[str, Any]]]:
        """Whole again in another process."""
        return type(self), (self.reason, str(self), self.metrics)
