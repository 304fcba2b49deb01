"""Suggestions of SigOpt: each is the trials that have its id, of which at most one is pending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from paretune.study.hosted_trials import TrialRecord

SUGGESTION, SUGGESTION_NOTES = "suggestion", "suggestion_metadata"


def suggestion_id(record: TrialRecord) -> int | None:
    """The suggestion that a trial evaluates; None for a configuration of the user's own."""
    noted = record.notes.get(SUGGESTION, record.number + 1)
    return noted if isinstance(noted, int) else None


def by_suggestion(records: Iterable[TrialRecord]) -> dict[int, list[TrialRecord]]:
    """The trials of each suggestion, without lost ones and those in the queue."""
    found: dict[int, list[TrialRecord]] = {}
    for record in records:
        key = suggestion_id(record)
        is_queued = record.state == "queued"
        if key is not None and not is_queued and (record.state != "lost" or record.is_dropped):
            found.setdefault(key, []).append(record)
    return found


def pending_trial(records: Sequence[TrialRecord]) -> TrialRecord | None:
    """The pending one of the trials of a suggestion; None without one."""
    return next((record for record in records if record.state == "pending" and not record.is_dropped), None)


def is_deleted(records: Sequence[TrialRecord]) -> bool:
    """Whether a suggestion was deleted together with its trials."""
    return all(record.is_dropped for record in records)


def describe_suggestion(
    experiment_id: int, key: int, records: Sequence[TrialRecord], *, deleted: bool, metadata: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The answer of SigOpt that describes a suggestion.

    Args:
        experiment_id: id of the experiment.
        key: id of the suggestion.
        records: its trials.
        deleted: whether it was deleted.
        metadata: notes that were changed later; None for those of the trial.
    """
    last = records[-1]
    noted = last.notes.get(SUGGESTION_NOTES) if metadata is None else metadata
    return {
        "object": "suggestion",
        "id": str(key),
        "experiment": str(experiment_id),
        "created": int(records[0].created),
        "state": "open" if pending_trial(records) else "closed",
        "deleted": deleted or is_deleted(records),
        "metadata": dict(noted) if noted else None,
        "assignments": dict(last.params),
    }


def describe_queued(experiment_id: int, record: TrialRecord) -> dict[str, Any]:
    """The answer of SigOpt that describes a suggestion in the queue."""
    return {
        "object": "queued_suggestion",
        "id": str(record.number + 1),
        "experiment": str(experiment_id),
        "created": int(record.created) or None,
        "assignments": dict(record.params),
    }
