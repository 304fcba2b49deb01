"""Stop a study that runs in another process."""

from __future__ import annotations

from paretune.study import activity, request_stop


def stop_study(study: str, storage: str) -> int:
    """Ask every run of a study to finish its running trials and to start no new ones.

    Returns:
        Number of running trials.

    Raises:
        StudyNotFoundError: there is no such study.
        InvalidInputError: the storage cannot be opened.
    """
    request_stop(study, storage)
    return len(activity(study, storage).running)
