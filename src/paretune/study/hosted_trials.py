"""The trials of a hosted study as its clients see them: with their notes, and as they were corrected later.

Optuna never changes a trial that has ended. A trial that a client corrects is replaced by another one, and one that it
deletes is dropped: the study's attributes name it, and nothing of Paretune reads it any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna import internals
from paretune.adapters.optuna.attributes import is_queued, planned_params
from paretune.adapters.optuna.distributions import to_distribution
from paretune.adapters.optuna.history import dropped_numbers
from paretune.adapters.optuna.keys import DROPPED_KEY, NOTES_KEY, REASON_KEY
from paretune.adapters.optuna.transactions import create_trials
from paretune.evaluation.outcome import Outcome
from paretune.objectives import RESERVED_PREFIX
from paretune.space import Params
from paretune.study.claims import claim_params, runner_signature
from paretune.study.hosted_study import HostedStudy
from paretune.study.retry import retry_call
from paretune.study.trial_end import describe_end, write_end


@dataclass(frozen=True)
class TrialRecord:
    """A trial as a client of a service sees it.

    Args:
        number: its number.
        state: ``queued``, ``pending``, ``complete``, ``failed`` or ``lost``.
        params: its configuration.
        values: one number per objective; empty unless it is complete.
        metrics: all other metrics, by name.
        notes: what clients stored with it.
        created: when it was asked for, in POSIX seconds.
        ended: when it ended; None before.
        is_dropped: whether it was deleted or replaced.
    """

    number: int
    state: str
    params: Params
    values: Sequence[float] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)
    created: float = 0.0
    ended: float | None = None
    is_dropped: bool = False

    @property
    def has_ended(self) -> bool:
        """Whether it has an outcome, a lost trial has none."""
        return self.state in ("complete", "failed")


class HostedTrials:
    """Reads, corrects and deletes trials of a hosted study; those methods that write as `HostedStudy` says.

    Args:
        study: the study.
    """

    def __init__(self, study: HostedStudy) -> None:
        self._study = study

    def records(self) -> list[TrialRecord]:
        """All trials, deleted ones too, in the order of their numbers."""
        dropped = dropped_numbers(self._study.reader)
        return [self._record(trial, dropped) for trial in self._study.stored_trials()]

    def some_records(self, numbers: Sequence[int]) -> list[TrialRecord]:
        """The trials of these numbers."""
        dropped = dropped_numbers(self._study.reader)
        return [self._record(self._study.trial(number), dropped) for number in numbers]

    @staticmethod
    def attributes(notes: Mapping[str, Any]) -> dict[str, Any]:
        """The user attributes of a trial with notes."""
        return {NOTES_KEY: dict(notes)}

    def claim(self, params: Params, notes: Mapping[str, Any]) -> int:
        """Create a pending trial of a client's own configuration; return its number."""
        asked = claim_params(self._study.ledger(), self._study.space.check(params), self.attributes(notes))
        assert asked is not None, "no total is given"  # noqa: S101 (for the type)
        return asked.number

    def queue(self, params: Params, notes: Mapping[str, Any]) -> int:
        """Put a configuration in the queue, also one that was tried before; return the trial's number."""
        attributes = internals.queue_attributes(self._study.space.check(params))
        waiting = optuna.trial.create_trial(
            state=TrialState.WAITING, user_attrs=self.attributes(notes), system_attrs=attributes
        )
        return self._create(waiting)

    def tell(self, number: int, outcome: Outcome, notes: Mapping[str, Any]) -> None:
        """Store the outcome of a pending trial with notes, which replace those that it has.

        Raises:
            InvalidInputError: the trial is not pending.
        """
        self._study.tell(number, _with_notes(outcome, notes))

    def add(self, observed: Sequence[tuple[Params, Outcome, Mapping[str, Any]]]) -> list[int]:
        """Add trials that were evaluated elsewhere, in one transaction; return their numbers.

        Args:
            observed: configuration, outcome and notes of each.

        Raises:
            InvalidInputError: a configuration is not in the study's space.
        """
        return self._study.add([(params, _with_notes(outcome, notes)) for params, outcome, notes in observed])

    def replace(self, record: TrialRecord, params: Params, outcome: Outcome, notes: Mapping[str, Any]) -> int:
        """Replace a trial by one that has ended so, in one transaction; return the new number.

        Raises:
            InvalidInputError: the configuration is not in the study's space.
        """
        end = describe_end(_with_notes(outcome, notes), self._study.ledger().objectives, {})
        ended = self._template(end.state, self._study.space.check(params), end.user_attrs, record)
        ended.values = None if end.values is None else list(end.values)
        ended.system_attrs = dict(end.system_attrs)
        if record.ended is not None:
            ended.datetime_complete = datetime.fromtimestamp(record.ended)
        return self._create(ended, record)

    def reopen(self, record: TrialRecord, notes: Mapping[str, Any]) -> int:
        """Replace a trial that has ended by a pending one of the same configuration; return the new number."""
        pending = self._template(TrialState.RUNNING, record.params, self.attributes(notes), record)
        return self._create(pending, record)

    def drop(self, record: TrialRecord) -> None:
        """Delete a trial. A pending or queued one ends; its configuration is not asked for again."""
        ledger = self._study.ledger()
        ledger.study.set_user_attr(f"{DROPPED_KEY}{record.number}", value=True)
        if record.state in ("pending", "queued"):
            end = describe_end(Outcome.from_reason("lost", "deleted by the client"), ledger.objectives, {})
            write_end(ledger.study, internals.get_trial(ledger.study, record.number), end)

    def _template(
        self, state: TrialState, params: Params, attributes: Mapping[str, Any], instead_of: TrialRecord
    ) -> FrozenTrial:
        """A trial to create, which begins when the one that it replaces did."""
        ledger = self._study.ledger()
        template = optuna.trial.create_trial(
            state=state,
            params=dict(params),
            distributions={name: to_distribution(ledger.space[name]) for name in params},
            values=[0.0] * len(ledger.objectives) if state == TrialState.COMPLETE else None,
            user_attrs={**runner_signature(ledger), **attributes},
        )
        template.datetime_start = datetime.fromtimestamp(instead_of.created)
        return template

    def _create(self, template: FrozenTrial, instead_of: TrialRecord | None = None) -> int:
        """Create a trial; the one that it replaces is dropped in the same transaction."""
        study = self._study.ledger().study
        dropped = {} if instead_of is None else {f"{DROPPED_KEY}{instead_of.number}": True}
        (number,) = retry_call(lambda: create_trials(study, [template], dropped))
        return int(number)

    def _record(self, trial: FrozenTrial, dropped: frozenset[int]) -> TrialRecord:
        notes = trial.user_attrs.get(NOTES_KEY)
        return TrialRecord(
            trial.number,
            _state(trial),
            {name: value for name, value in planned_params(trial).items() if name in self._study.space},
            tuple(trial.values or ()) if trial.state == TrialState.COMPLETE else (),
            {name: value for name, value in trial.user_attrs.items() if not name.startswith(RESERVED_PREFIX)},
            notes if isinstance(notes, Mapping) else {},
            _seconds(trial.datetime_start) or 0.0,
            _seconds(trial.datetime_complete),
            trial.number in dropped,
        )


def _state(trial: FrozenTrial) -> str:
    if is_queued(trial):
        return "queued"
    if not trial.state.is_finished():
        return "pending"
    if trial.state == TrialState.COMPLETE:
        return "complete"
    return "lost" if trial.user_attrs.get(REASON_KEY) == "lost" else "failed"


def _with_notes(outcome: Outcome, notes: Mapping[str, Any]) -> Outcome:
    return replace(outcome, metrics={**outcome.metrics, **HostedTrials.attributes(notes)})


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
