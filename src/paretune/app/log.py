"""The log of a trial."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from paretune.study import trial_log as find_log


@dataclass(frozen=True)
class TrialLog:
    """What is known of how a trial went.

    Args:
        files: files with what the trial printed.
        explanation: why it failed, or on which host the log is; empty if nothing is known.
    """

    files: list[Path]
    explanation: str


def read_trial_log(study: str, number: int, storage: str) -> TrialLog:
    """Return the log of a trial.

    Raises:
        StudyNotFoundError: there is no such study.
        InvalidInputError: the study has no such trial, or the storage cannot be opened.
    """
    return TrialLog(*find_log(study, number, storage))
