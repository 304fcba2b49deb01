"""The trials of a study in its storage, as one run claims and finishes them.

Each trial is claimed by one run and finished once; a lost trial is tried again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna import internals
from paretune.adapters.optuna.attributes import is_interrupted, is_queued, planned_params, read_mapping
from paretune.adapters.optuna.distributions import to_distribution
from paretune.adapters.optuna.keys import (
    CONFIRMS_KEY,
    DURATIONS_KEY,
    KNOWN_KEY,
    PAUSED_KEY,
    RUNNER_KEY,
    SEED_KEY,
    STEPS_KEY,
    STOPPED_KEY,
    SUGGESTED_KEY,
    WHERE_KEY,
)
from paretune.adapters.optuna.transactions import create_trials
from paretune.errors import InvalidInputError
from paretune.evaluation.checkpoint import delete_checkpoint
from paretune.evaluation.outcome import Outcome
from paretune.measure import shared_device
from paretune.objectives import Objectives
from paretune.space import Space
from paretune.study import runner, waiting_trials
from paretune.study.asked_trial import AskedTrial, seed_and_role
from paretune.study.retry import retry_call
from paretune.study.running_trials import RunningTrials
from paretune.study.trial_end import add_earlier_seconds, describe_end, write_end
from paretune.study.trial_seeds import stored_study_seed, trial_seed
from paretune.study.trial_status import counts_towards_budget


class Ledger(RunningTrials):
    """The trials of a study, as one run claims and finishes them.

    Args:
        study: the Optuna study.
        space: the parameters.
        objectives: the objectives, with limits.
    """

    def __init__(self, study: optuna.Study, space: Space, objectives: Objectives) -> None:
        super().__init__(study)
        self.space, self.objectives = space, objectives
        self.runner = runner.current_runner()
        self._study_seed = stored_study_seed(study)

    def n_counted(self) -> int:
        """How many trials count towards a run's total."""
        return sum(map(counts_towards_budget, self.stored_trials()))

    def ask(
        self, budget: int | None = None, promoted: Sequence[int] = (), confirmed: Mapping[str, Any] | None = None
    ) -> AskedTrial | None:
        """Claim the next trial: one to go on with, else a new one.

        Two runs may claim the last trial of a budget at the same moment. Storages number trials one after another: a
        run that finds its own trial beyond the budget gives it back, and looks again, since the other run may have done
        the same.

        Args:
            budget: the total of trials; None for no limit.
            promoted: the numbers of paused trials that may go on, the best first.
            confirmed: the configuration of a new trial, which confirms an earlier one; None for a suggestion. A trial
                in the queue comes first.

        Returns:
            The trial; None where the budget is met, and no trial can go on.

        Raises:
            SpaceExhaustedError: a finite space has nothing left to try.
        """
        if (waiting := waiting_trials.claim(self.study, self.runner, promoted)) is not None:
            steps = waiting.user_attrs.get(STEPS_KEY, ())
            params = self.space.check(planned_params(waiting))
            steps = steps if isinstance(steps, list) else ()
            own = seed_and_role(waiting.user_attrs)
            folder = waiting_trials.checkpoint_folder(waiting)
            return AskedTrial(waiting.number, params, steps=steps, checkpoint=folder, **own)
        while budget is None or self.n_counted() < budget:
            is_free = confirmed is None or any(map(is_queued, self.stored_trials(TrialState.WAITING)))
            asked = self._claim(budget) if is_free else self._claim_confirmation(confirmed or {}, budget)
            if asked is not None:
                return asked
        return None

    def _claim(self, budget: int | None) -> AskedTrial | None:
        """Claim the next trial; None where it is beyond the budget."""
        start = time.perf_counter()
        trial = internals.ask(self.study, is_queued)
        try:
            trial.set_user_attr(RUNNER_KEY, self.runner)
            if budget is not None and self._n_ahead(trial.number) >= budget:
                self.mark_lost(trial.number, "another run met the budget")
                return None
            with shared_device("cpu"):  # our models must not slow down a latency that is measured now
                params = self._suggest(trial)
            own = self._give_seed(trial.number, trial.user_attrs)
        except BaseException:
            self.mark_lost(trial.number, "no parameters were suggested")
            raise
        asked = AskedTrial(trial.number, params, time.perf_counter() - start, **own)
        trial.set_user_attr(DURATIONS_KEY, {"suggest": asked.seconds})
        return asked

    def _claim_confirmation(self, params: Mapping[str, Any], budget: int | None) -> AskedTrial | None:
        """Create a trial of a known configuration; None where it is beyond the budget."""
        number = self.create_running(params, {RUNNER_KEY: self.runner, CONFIRMS_KEY: True}, budget)
        return (
            None
            if number is None
            else AskedTrial(number, dict(params), **self._give_seed(number, {CONFIRMS_KEY: True}))
        )

    def create_running(
        self, params: Mapping[str, Any], attributes: Mapping[str, Any], budget: int | None
    ) -> int | None:
        """Create a running trial of a configuration, in one transaction.

        Args:
            params: a configuration of the study's space.
            attributes: user attributes of the trial.
            budget: the total of trials; None for no limit.

        Returns:
            Its number; None where it is beyond the budget.
        """
        template = optuna.trial.create_trial(
            state=TrialState.RUNNING,
            params=dict(params),
            distributions={name: to_distribution(self.space[name]) for name in params},
            user_attrs=dict(attributes),
            system_attrs={SUGGESTED_KEY: dict(params)},
        )
        (number,) = retry_call(lambda: create_trials(self.study, [template]))
        if budget is not None and self._n_ahead(number) >= budget:
            self.mark_lost(number, "another run met the budget")
            return None
        return int(number)

    def _give_seed(self, number: int, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """Store the seed of a claimed trial, unless it replaces a lost trial and has got that trial's seed.

        Returns:
            The seed, and whether the trial confirms an earlier one, as fields of `AskedTrial`.
        """
        if self._study_seed is not None and not isinstance(attributes.get(SEED_KEY), int):
            attributes = {**attributes, SEED_KEY: trial_seed(self._study_seed, number)}
            internals.set_trial_user_attr(self.study, number, SEED_KEY, attributes[SEED_KEY])
        return seed_and_role(attributes)

    def _n_ahead(self, number: int) -> int:
        """How many trials fill the budget before this one: those with lower numbers; all if it waited in the queue."""
        trials = {trial.number: trial for trial in self.stored_trials()}
        has_waited = internals.was_enqueued(trials.pop(number))
        return sum(counts_towards_budget(other) and (has_waited or other.number < number) for other in trials.values())

    def _suggest(self, trial: optuna.Trial) -> dict[str, Any]:
        params: dict[str, Any] = {}
        for name, parameter in self.space.items():
            if self.space.is_active(name, params):
                params[name] = internals.suggest_value(trial, name, to_distribution(parameter))
        return params

    def tell(self, number: int, outcome: Outcome, durations: Mapping[str, float] | None = None) -> Outcome:
        """Store the outcome of a trial; a lost trial is tried again.

        Returns:
            The outcome as it was stored.

        Raises:
            InvalidInputError: the trial is not pending.
        """
        if outcome.reason == "lost":
            if outcome.steps:
                self.record_steps(self.pending_trial(number).number, outcome.steps)
            return self.mark_lost(number, outcome.message, is_suspect=True)
        with runner.delay_interrupts():
            if outcome.is_paused:
                self._pause(number, outcome)
            else:
                self._write(number, outcome, durations or {})
        return outcome

    def _pause(self, number: int, outcome: Outcome) -> None:
        trial = self.pending_trial(number)
        stored = describe_end(add_earlier_seconds(outcome, trial), self.objectives, {})
        for key, value in stored.user_attrs.items():
            if key != STOPPED_KEY:
                internals.set_trial_user_attr(self.study, number, key, value)
        waiting_trials.pause(self.study, trial, outcome.stop_reason)

    def mark_lost(self, number: int, message: str, *, is_suspect: bool = False) -> Outcome:
        """Mark a trial as lost, and put its configuration, if it has one, in the queue again.

        A trial that was asked to stop is stopped instead. One with a checkpoint waits, and goes on later.

        Args:
            number: the trial's number.
            message: what happened.
            is_suspect: whether the configuration may be the cause: lost twice so, it counts as crashed.

        Returns:
            The outcome as it was stored.
        """
        with runner.delay_interrupts():
            return self._mark_lost(number, message, is_suspect=is_suspect)

    def _mark_lost(self, number: int, message: str, *, is_suspect: bool) -> Outcome:
        trial = self.pending_trial(number)
        if STEPS_KEY in trial.user_attrs and (stop_reason := trial.user_attrs.get(STOPPED_KEY)):
            stopped = Outcome(has_stopped=True, stop_reason=str(stop_reason))
            self._write(number, stopped, {})
            return stopped
        n_lost = waiting_trials.count_losses(trial, is_suspect=is_suspect)
        if trial.user_attrs.get(PAUSED_KEY) or (n_lost <= 1 and waiting_trials.can_go_on(trial)):
            waiting_trials.interrupt(self.study, trial, n_lost)
            return Outcome.from_reason("lost", message)
        if n_lost > 1:
            crashed = Outcome.from_reason("crashed", f"lost twice, which counts as crashed: {message}")
            self._write(number, crashed, {})
            return crashed
        lost = Outcome.from_reason("lost", message)
        self._write(number, lost, {})
        waiting_trials.repeat(self.study, trial, self.space, n_lost)
        return lost

    def enqueue(
        self, params: Mapping[str, Any], *, is_repeat: bool = False, known: Mapping[str, float] | None = None
    ) -> bool:
        """Put a configuration in the queue, unless a trial that is not lost has it, or it may be repeated.

        Args:
            params: a configuration of the space.
            is_repeat: whether it may be repeated.
            known: metrics of the trial that are known already.

        Returns:
            Whether it was put there.
        """
        tried = [
            planned_params(trial)
            for trial in self.stored_trials()
            if counts_towards_budget(trial) or trial.state == TrialState.WAITING
        ]
        if not is_repeat and dict(params) in tried:
            return False
        self.study.enqueue_trial(dict(params), user_attrs={KNOWN_KEY: dict(known)} if known else None)
        return True

    def release_trials(self, is_lost: Callable[[FrozenTrial], bool], message: str, *, is_suspect: bool = False) -> int:
        """Mark pending trials as lost.

        Args:
            is_lost: which trials.
            message: what happened.
            is_suspect: see `mark_lost`; it holds only for trials that were being evaluated.

        Returns:
            How many became lost.
        """
        n_lost = 0
        for trial in filter(is_lost, self.pending_trials()):
            was_evaluated = WHERE_KEY in trial.user_attrs
            try:
                self.mark_lost(trial.number, message, is_suspect=is_suspect and was_evaluated)
            except InvalidInputError:  # another run was faster
                continue
            n_lost += 1
        return n_lost

    def has_interrupted(self) -> bool:
        """Whether a trial of an interrupted run waits to go on."""
        return any(map(is_interrupted, self.stored_trials(TrialState.WAITING)))

    def _write(self, number: int, outcome: Outcome, durations: Mapping[str, float]) -> None:
        trial = self.pending_trial(number)
        outcome = add_earlier_seconds(outcome, trial)
        outcome = replace(outcome, metrics={**read_mapping(trial, KNOWN_KEY), **outcome.metrics})
        try:
            known = {**read_mapping(trial, DURATIONS_KEY), **durations} if durations else {}
            write_end(self.study, trial, describe_end(outcome, self.objectives, known))
        except UpdateFinishedTrialError as error:
            raise self.not_pending_error(number) from error
        delete_checkpoint(waiting_trials.checkpoint_folder(trial))
