"""What a study stores of its trials between their claim and their end."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna import internals
from paretune.adapters.optuna.keys import CHECKPOINT_KEY, PAUSED_KEY, STEPS_KEY, STOPPED_KEY, WHERE_KEY
from paretune.errors import InvalidInputError


class RunningTrials:
    """The trials of a study that run, and what they report.

    Args:
        study: the Optuna study.
    """

    def __init__(self, study: optuna.Study) -> None:
        self.study = study

    def record_start(self, number: int, where: Mapping[str, Any], checkpoint: Path | None = None) -> None:
        """Store that an evaluation begins now, where (``worker``, ``device``, ``log``), and where it saves."""
        if checkpoint is not None:
            internals.set_trial_user_attr(self.study, number, CHECKPOINT_KEY, str(checkpoint))
        internals.set_trial_user_attr(self.study, number, WHERE_KEY, {**where, "begun": time.time()})

    def record_steps(self, number: int, steps: Sequence[Mapping[str, Any]]) -> None:
        """Store the curve of a running trial: one mapping per step."""
        internals.set_trial_user_attr(self.study, number, STEPS_KEY, list(steps))

    def record_stop(
        self, number: int, reason: str, steps: Sequence[Mapping[str, Any]], *, is_pause: bool = False
    ) -> None:
        """Store that a running trial is asked to stop, and its curve: if its run dies now, it is stopped, not lost.

        With ``is_pause`` it is paused then.
        """
        self.record_steps(number, steps)
        internals.set_trial_user_attr(self.study, number, PAUSED_KEY if is_pause else STOPPED_KEY, reason)

    def steps_of_pending(self, number: int) -> Sequence[Mapping[str, Any]]:
        """The stored curve of a pending trial.

        Raises:
            InvalidInputError: the trial is not pending.
        """
        steps = self.pending_trial(number).user_attrs.get(STEPS_KEY, ())
        return steps if isinstance(steps, list) else ()

    def pending_trials(self) -> Sequence[FrozenTrial]:
        """The trials that run, here or elsewhere."""
        return self.stored_trials(TrialState.RUNNING)

    def stored_trials(self, *states: TrialState) -> Sequence[FrozenTrial]:
        """The trials as they are stored; those in some states only, where states are given."""
        return self.study.get_trials(deepcopy=False, states=states or None)

    def pending_trial(self, number: int) -> FrozenTrial:
        """The pending trial of that number.

        Raises:
            InvalidInputError: no pending trial has it.
        """
        try:
            trial = internals.get_trial(self.study, number)
        except KeyError:
            raise self.not_pending_error(number) from None
        if trial.state != TrialState.RUNNING:
            raise self.not_pending_error(number)
        return trial

    def not_pending_error(self, number: int) -> InvalidInputError:
        """The error of a trial that has ended, or was never asked for."""
        return InvalidInputError(
            f"trial {number} of study {self.study.study_name!r} is not pending: tell a trial that was asked for, once"
        )
