"""The state of a stored study: its trials, and what it does at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from paretune.reports import Run
from paretune.study import Activity, activity, load


@dataclass(frozen=True)
class StudyStatus:
    """State of a study.

    Args:
        run: its trials and their origin.
        activity: what runs, how fast, and the last failures.
    """

    run: Run
    activity: Activity

    @property
    def is_over(self) -> bool:
        """Whether the last run has ended and no trial runs."""
        return bool(self.activity.ended) and not self.activity.running


def study_status(study: str, storage: Any) -> StudyStatus:
    """Return the state of a stored study.

    Args:
        study: name of the study.
        storage: path or URL of the storage, or an open one.

    Raises:
        StudyNotFoundError: there is no such study.
        InvalidInputError: the storage cannot be opened, or the study has no parameters yet.
    """
    stored = load(study, storage)
    run = Run(stored.name, stored.trials, stored.origin, stored.n_unfit, n_begun=stored.n_begun)
    return StudyStatus(run, activity(study, storage))
