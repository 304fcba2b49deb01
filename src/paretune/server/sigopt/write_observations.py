"""Write the observations of an experiment as outcomes of its trials. All run in the thread that writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from paretune.errors import InvalidInputError
from paretune.evaluation.outcome import Outcome
from paretune.server.security.refusal import RefusalError
from paretune.server.sigopt.observation import (
    OBSERVATION_NOTES,
    Observation,
    change_observation,
    live_observations,
    notes_with_ids,
    observation_id,
    read_assignments,
)
from paretune.server.sigopt.open_experiments import OpenExperiment
from paretune.server.sigopt.suggestion import SUGGESTION, by_suggestion, pending_trial, suggestion_id
from paretune.study.hosted_trials import TrialRecord


def write_observations(
    found: OpenExperiment, observations: Sequence[Observation], *, is_dry: bool = False
) -> list[int]:
    """Write observations, all or none.

    The first observation of a suggestion is the outcome of its trial. Each further one, and each of a configuration of
    the user's own, is a trial of its own; these are written in one transaction.

    Args:
        found: the experiment.
        observations: as `read_observation` returns them.
        is_dry: whether they are checked only.

    Returns:
        The numbers of the trials; empty if they were only checked.

    Raises:
        InvalidInputError: a suggestion or a configuration does not fit; the message says which.
    """
    suggestions = by_suggestion(found.trials.records())
    told: dict[int, tuple[int, Outcome, Mapping[str, Any]]] = {}  # by the place of the observation
    added: dict[int, tuple[Mapping[str, Any], Outcome, Mapping[str, Any]]] = {}
    busy: set[int] = set()
    for i, each in enumerate(observations):
        try:
            if each.suggestion is None:
                params = read_assignments(each.assignments, found.experiment)
                added[i] = (params, each.outcome, {SUGGESTION: None, OBSERVATION_NOTES: each.metadata})
                continue
            records = find_suggestion(suggestions, each.suggestion)
        except InvalidInputError as error:
            raise _at(error, i, len(observations)) from None
        trial = pending_trial(records)
        notes: Mapping[str, Any] = {SUGGESTION: each.suggestion, OBSERVATION_NOTES: each.metadata}
        if trial is not None and trial.number not in busy:
            busy.add(trial.number)
            told[i] = (trial.number, each.outcome, {**trial.notes, **notes})
        else:
            added[i] = (records[-1].params, each.outcome, notes)
    if is_dry:
        return []
    numbers = dict(zip(added, found.trials.add(list(added.values())), strict=True)) if added else {}
    for i, (number, outcome, notes) in told.items():
        found.trials.tell(number, outcome, notes)
        numbers[i] = number
    return [numbers[i] for i in range(len(observations))]


def edit_observation(found: OpenExperiment, key: int, body: Any) -> int:
    """Change an observation; return the number of the trial that has it now.

    Raises:
        RefusalError: there is no such observation.
        InvalidInputError: a field is wrong; the message names it.
    """
    records = found.trials.records()
    record = find_observation(records, key)
    change = change_observation(body, found.experiment, record)
    params: Mapping[str, Any] = record.params
    if change.assignments is not None:
        params = read_assignments(change.assignments, found.experiment)
    elif change.suggestion not in (None, suggestion_id(record)):
        params = find_suggestion(by_suggestion(records), change.suggestion or 0)[-1].params
    notes = {**notes_with_ids(record), SUGGESTION: change.suggestion, OBSERVATION_NOTES: change.metadata}
    return found.trials.replace(record, params, change.outcome, notes)


def delete_observations(found: OpenExperiment, key: int | None = None) -> None:
    """Delete an observation, or all; suggestions that have no other one are open again.

    Raises:
        RefusalError: there is no such observation.
    """
    records = found.trials.records()
    deleted = live_observations(records) if key is None else [find_observation(records, key)]
    left = {suggestion_id(record) for record in live_observations(records) if record not in deleted}
    left |= {suggestion_id(record) for record in records if record.state == "pending" and not record.is_dropped}
    for record in deleted:
        suggestion = suggestion_id(record)
        if suggestion is None or suggestion in left or suggestion in found.experiment.deleted_suggestions:
            found.trials.drop(record)
        else:
            notes = {name: value for name, value in record.notes.items() if name != OBSERVATION_NOTES}
            found.trials.reopen(record, {**notes, SUGGESTION: suggestion})
            left.add(suggestion)


def find_observation(records: Sequence[TrialRecord], key: int) -> TrialRecord:
    """The trial of an observation.

    Raises:
        RefusalError: there is none.
    """
    found = [record for record in live_observations(records) if observation_id(record) == key]
    if not found:
        raise RefusalError(404, "not_found", f"there is no observation {key}")
    return found[0]


def find_suggestion(suggestions: Mapping[int, list[TrialRecord]], key: int) -> list[TrialRecord]:
    """The trials of a suggestion, those that were not deleted if there are any.

    Raises:
        InvalidInputError: there is no such suggestion.
    """
    records = suggestions.get(key, [])
    if not records:
        raise InvalidInputError(f"suggestion: there is no suggestion {key}")
    return [record for record in records if not record.is_dropped] or records


def _at(error: InvalidInputError, i: int, n: int) -> InvalidInputError:
    """The error with the place of its observation in a batch."""
    return error if n == 1 else InvalidInputError(f"Error in observation {i + 1}/{n}: {error}")
