"""What is written down of a trial? Each is claimed once and told once, and what is lost is tried again."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.distributions import to_distribution
from paretune.adapters.optuna.history import (
    FIXED_KEY,
    INSTEAD_OF_KEY,
    LISTED_CONSTRAINTS_KEY,
    REASON_KEY,
    RUNNER_KEY,
    SECONDS_KEY,
    SUGGESTED_KEY,
    WHERE_KEY,
    noted,
    params_of,
)
from paretune.errors import InvalidInputError
from paretune.evaluation import outcome as outcomes
from paretune.evaluation.outcome import Outcome
from paretune.measure import shared
from paretune.objectives import Objectives
from paretune.space import Space
from paretune.study import runner

ERROR_KEY, STEPS_KEY = "paretune:error", "paretune:steps"
DURATIONS_KEY = "paretune:durations"
LOSSES_KEY = "paretune:losses"
ADDED_KEY = "paretune:added"  # from which content, and its place there
GRACE_SECONDS = 60.0


@dataclass(frozen=True)
class Asked:
    """A trial that waits for its metrics.

    Args:
        number: its name; hand it to `Study.tell`.
        params: the configuration to evaluate.
        seconds: how long it took to choose it.
    """

    number: int
    params: Mapping[str, Any]
    seconds: float = field(default=0.0, compare=False, repr=False)


class Ledger:
    """The trials of a study in its storage, as one runner claims and tells them.

    Args:
        study: Optuna's.
        space: what is varied.
        objectives: what is wanted.
    """

    def __init__(self, study: optuna.Study, space: Space, objectives: Objectives) -> None:
        self.study, self.space, self.objectives = study, space, objectives
        self.runner = runner.identity()

    def n_counted(self) -> int:
        """How many trials count towards a budget: all but lost ones and those that wait."""
        return sum(map(counts, self._trials()))

    def ask(self, budget: int | None = None) -> Asked | None:
        """Claim the next trial; None where the budget is met, whoever else claims at this moment.

        Two runners may both see the last free place. Storages number trials one after another: whoever finds that its
        own trial is too many gives it back, and looks again, since another may just have done the same.

        Raises:
            SpaceExhaustedError: a finite space has nothing left to try.
        """
        while budget is None or self.n_counted() < budget:
            asked = self._claim(budget)
            if asked is not None:
                return asked
        return None

    def _claim(self, budget: int | None) -> Asked | None:
        """The next trial; None where it was too many."""
        start = time.perf_counter()
        trial = self.study.ask()
        try:
            trial.set_user_attr(RUNNER_KEY, self.runner)
            if budget is not None and self._n_ahead(trial.number) >= budget:
                self.lose(trial.number, "the budget was met by another runner")
                return None
            with shared("cpu"):  # what is measured at this moment is not slowed down by our own models
                params = self._suggested(trial)
        except BaseException:
            self.lose(trial.number, "no parameters were suggested")
            raise
        asked = Asked(trial.number, params, time.perf_counter() - start)
        trial.set_user_attr(DURATIONS_KEY, {"suggest": asked.seconds})
        return asked

    def _n_ahead(self, number: int) -> int:
        """How many trials fill the budget before this one: those with lower numbers, or all if it had waited."""
        trials = {trial.number: trial for trial in self._trials()}
        has_waited = FIXED_KEY in trials.pop(number).system_attrs
        return sum(counts(other) and (has_waited or other.number < number) for other in trials.values())

    def _suggested(self, trial: optuna.Trial) -> dict[str, Any]:
        params: dict[str, Any] = {}
        for name, parameter in self.space.items():
            if self.space.is_active(name, params):
                params[name] = trial._suggest(name, to_distribution(parameter))  # noqa: SLF001 (ask() takes no conditions)
        return params

    def started(self, number: int, where: Mapping[str, Any]) -> None:
        """Note that a trial begins now, and where: ``worker``, ``device`` and ``log``."""
        noted = {**where, "begun": time.time()}
        self.study._storage.set_trial_user_attr(self._id(number), WHERE_KEY, noted)  # noqa: SLF001 (Optuna has no public way from a number)

    def frozen(self, number: int) -> FrozenTrial:
        """A trial as it stands in the storage."""
        return self.study._storage.get_trial(self._id(number))  # noqa: SLF001 (likewise)

    def _id(self, number: int) -> int:
        study = self.study
        return study._storage.get_trial_id_from_study_id_trial_number(study._study_id, number)  # noqa: SLF001 (likewise)

    def tell(self, number: int, outcome: Outcome, durations: Mapping[str, float] | None = None) -> Outcome:
        """Write down what came of a trial; one that is lost is tried again.

        Returns:
            The outcome as it was written.

        Raises:
            InvalidInputError: the trial is not pending.
        """
        if outcome.reason == "lost":
            return self.lose(number, outcome.message, blame=True)
        with runner.uninterrupted():
            self._write(number, outcome, durations or {})
        return outcome

    def lose(self, number: int, message: str, *, blame: bool = False) -> Outcome:
        """Give up a trial by no fault of its configuration, which is tried again if it is known.

        Args:
            number: the trial's.
            message: what happened.
            blame: whether it may have been its configuration's fault after all: at the second time it is.

        Returns:
            The outcome as it was written.
        """
        with runner.uninterrupted():
            return self._lose(number, message, blame=blame)

    def _lose(self, number: int, message: str, *, blame: bool) -> Outcome:
        trial = self._frozen(number)
        losses = trial.user_attrs.get(LOSSES_KEY, 0) + blame
        if losses > 1:
            crashed = outcomes.told("crashed", f"lost twice, so taken for its configuration's fault: {message}")
            self._write(number, crashed, {})
            return crashed
        lost = outcomes.told("lost", message)
        self._write(number, lost, {})
        params = params_of(trial)
        if self.space.contains(params):
            attributes = {LOSSES_KEY: losses, INSTEAD_OF_KEY: number}
            self.study.enqueue_trial(self.space.check(params), user_attrs=attributes)
        return lost

    def enqueue(self, params: Mapping[str, Any]) -> bool:
        """Put a configuration in the queue, unless a trial has it that is not lost; whether it was put there."""
        known = [params_of(trial) for trial in self._trials() if counts(trial) or trial.state == TrialState.WAITING]
        if dict(params) in known:
            return False
        self.study.enqueue_trial(dict(params))
        return True

    def give_up(self, is_lost: Callable[[FrozenTrial], bool], message: str, *, blame: bool = False) -> int:
        """Give up the pending trials of which this holds; how many they were. Only one that was begun is to blame."""
        lost = [trial for trial in self.pending() if is_lost(trial)]
        n_lost = 0
        for trial in lost:
            try:
                self.lose(trial.number, message, blame=blame and WHERE_KEY in trial.user_attrs)
            except InvalidInputError:  # another runner was faster
                continue
            n_lost += 1
        return n_lost

    def pending(self) -> Sequence[FrozenTrial]:
        """The trials that run, here or elsewhere."""
        return self._trials(TrialState.RUNNING)

    def _write(self, number: int, outcome: Outcome, durations: Mapping[str, float]) -> None:
        trial = self._pending(number)
        try:
            for key, value in self._attributes(trial, outcome, durations).items():
                trial.set_user_attr(key, value)
            self._end(trial, outcome)
        except UpdateFinishedTrialError as error:
            raise self._not_pending(number) from error

    def _attributes(self, trial: optuna.Trial, outcome: Outcome, durations: Mapping[str, float]) -> dict[str, Any]:
        attributes: dict[str, Any] = dict(outcome.metrics)
        if outcome.values is None:
            attributes[REASON_KEY] = outcome.reason
        if outcome.seconds is not None:
            attributes[SECONDS_KEY] = outcome.seconds
        if outcome.message:
            attributes[ERROR_KEY] = outcome.message
        if outcome.steps:
            attributes[STEPS_KEY] = list(outcome.steps)
        if durations:
            attributes[DURATIONS_KEY] = {**trial.user_attrs.get(DURATIONS_KEY, {}), **durations}
        return attributes

    def _end(self, trial: optuna.Trial, outcome: Outcome) -> None:
        if outcome.values is None:
            self.study.tell(trial.number, state=TrialState.FAIL)
            return
        losses = self.objectives.losses([outcome.values])[0]
        pairs = zip(self.objectives.names, (losses - self.objectives.limits).tolist(), strict=True)
        excess = {name: value for name, value in pairs if math.isfinite(value)}
        for name, value in excess.items():
            trial.set_constraint(name, value)
        if excess:
            listed = list(excess.values())
            self.study._storage.set_trial_system_attr(trial._trial_id, LISTED_CONSTRAINTS_KEY, listed)  # noqa: SLF001 (nothing public sets it)
        self.study.tell(trial.number, list(outcome.values))

    def _trials(self, *states: TrialState) -> Sequence[FrozenTrial]:
        return self.study.get_trials(deepcopy=False, states=states or None)

    def _frozen(self, number: int) -> FrozenTrial:
        """A trial that is pending."""
        try:
            trial = self.frozen(number)
        except KeyError:  # there is none of that number
            raise self._not_pending(number) from None
        if trial.state != TrialState.RUNNING:
            raise self._not_pending(number)
        return trial

    def _pending(self, number: int) -> optuna.Trial:
        return optuna.Trial(self.study, self._frozen(number)._trial_id)  # noqa: SLF001 (Optuna has no public way from a number)

    def _not_pending(self, number: int) -> InvalidInputError:
        return InvalidInputError(f"trial {number} of study {self.study.study_name!r} is not pending")


def counts(trial: FrozenTrial) -> bool:
    """Whether a trial counts towards a budget."""
    if trial.state == TrialState.WAITING:
        return False
    return trial.state != TrialState.FAIL or trial.user_attrs.get(REASON_KEY) != "lost"


def runner_of(trial: FrozenTrial) -> Mapping[str, Any]:
    """Who runs a trial, as `runner.identity` tells it there; nothing where nobody has signed."""
    return noted(trial, RUNNER_KEY)


def is_unsigned(trial: FrozenTrial) -> bool:
    """Whether a pending trial's runner may have died before it signed, which takes milliseconds.

    One of plain Optuna's has parameters soon.
    """
    has_begun = bool(trial.params) or SUGGESTED_KEY in trial.system_attrs
    return not runner_of(trial) and not has_begun


def is_abandoned(trial: FrozenTrial) -> bool:
    """Whether a pending trial's runner is known to be gone from this host."""
    if is_unsigned(trial):
        started = trial.datetime_start
        return started is not None and time.time() - started.timestamp() > GRACE_SECONDS
    return runner.has_died(runner_of(trial))
