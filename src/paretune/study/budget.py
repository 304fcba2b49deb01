"""A budget in what is paid: the steps of all trials together, or their hours."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna import internals
from paretune.adapters.optuna.attributes import birth, n_own_steps, read_number, start_time
from paretune.adapters.optuna.keys import GRANTED_KEY, SECONDS_KEY
from paretune.argument_checks import COUNT, FINITE, check_arguments
from paretune.errors import InvalidInputError
from paretune.evaluation.contract import Evaluate, takes_report
from paretune.execution import Executor
from paretune.study.trial_status import counts_towards_budget
from paretune.study.turns import turn

HOURS, STEPS = "hours", ("epochs", "steps")
_FORM = re.compile(r"\s*([a-z]+)\s*=\s*(\d+\.?\d*|\.\d+)\s*")


@dataclass(frozen=True)
class Budget:
    """What all trials of a study may cost together.

    Args:
        resource: ``epochs`` or ``steps``: the sum of the last steps that the trials have reported. A complete trial
            that reported none counts as whole. ``hours``: the time of their evaluations.
        amount: how much of it.
        length: the last step of a whole training, which a budget of steps must know.

    Raises:
        InvalidInputError: the resource is unknown, or the amount is not a number above 0.

    Example:
        >>> Budget.parse("epochs=600"), str(Budget.parse("hours=1.5"))
        (Budget(resource='epochs', amount=600.0, length=None), '1.5 hours')
    """

    resource: str
    amount: float
    length: int | None = None

    def __post_init__(self) -> None:
        check_arguments(amount=(self.amount, FINITE), length=(self.length, COUNT, None))
        if self.resource not in (HOURS, *STEPS):
            raise InvalidInputError(
                f"a budget counts {', '.join(STEPS)} or {HOURS}, such as epochs=600, but not {self.resource!r}"
            )
        if not self.amount > 0 or (self.is_in_steps and self.amount != int(self.amount)):
            kind = "a whole number" if self.is_in_steps else "a number"
            raise InvalidInputError(f"a budget of {self.resource} must be {kind} above 0, but is {self.amount:g}")

    @classmethod
    def parse(cls, text: str) -> Budget:
        """Read a budget such as ``epochs=600`` or ``hours=2``.

        Raises:
            InvalidInputError: it has another form.
        """
        found = _FORM.fullmatch(text)
        if found is None:
            raise InvalidInputError(f"a budget must be such as epochs=600 or hours=2, but is {text!r}")
        return cls(found[1], float(found[2]))

    @property
    def is_in_steps(self) -> bool:
        """Whether steps are counted, not time."""
        return self.resource in STEPS

    def __str__(self) -> str:
        """The budget in words."""
        return f"{self.amount:g} {self.resource}"

    @property
    def reason(self) -> str:
        """Why trials stop when it is spent."""
        return f"the budget of {self} is spent"

    def spent(self, trials: Iterable[FrozenTrial], now: float | None = None) -> float:
        """What trials have cost, up to now if they run.

        Args:
            trials: of the study; lost ones cost nothing.
            now: POSIX seconds; by default the present.
        """
        counted = filter(counts_towards_budget, trials)
        if self.is_in_steps:
            return float(sum(map(_used, counted)))
        moment = time.time() if now is None else now
        return sum(_seconds(trial, moment) for trial in counted) / 3600


def describe_spending(described: Any, trials: Iterable[FrozenTrial], now: float) -> str:
    """What a run's budget has spent, such as ``340 of 600 epochs``; empty without a budget.

    Args:
        described: resource and amount, as the study's record has them; None without a budget.
        trials: of the study.
        now: POSIX seconds.
    """
    if not isinstance(described, Mapping):
        return ""
    budget = Budget(described["resource"], described["amount"])
    spent = budget.spent(trials, now)
    return f"{spent:.0f} of {budget}" if budget.is_in_steps else f"{spent:.2f} of {budget}"


class StepBudget:
    """Grants steps to trials, so that all runs of a study together never exceed a budget of steps.

    A trial gets the steps to its end, or as many as are left. What it does not use is free when it ends.

    Args:
        study: the Optuna study.
        budget: of steps, with the length of a training.
        run: the name of this run.
    """

    def __init__(self, study: optuna.Study, budget: Budget, run: str) -> None:
        self._study, self._budget, self._run = study, budget, run

    def n_left(self, besides: int = -1) -> int:
        """How many steps are neither used nor granted, apart from one trial's."""
        trials = [trial for trial in self._study.get_trials(deepcopy=False) if counts_towards_budget(trial)]
        return int(self._budget.amount) - sum(_held(trial) for trial in trials if trial.number != besides)

    def grant(self, number: int, last: int, until: int | None = None) -> int | None:
        """Grant a claimed trial the steps that it wants, or what is left.

        Args:
            number: the trial's number.
            last: the last step that it has reported; -1 before the first one.
            until: the step that it wants to reach; by default its end.

        Returns:
            The step that it may reach; None if nothing is left.
        """
        wanted = until or self._budget.length
        assert wanted is not None, "a budget of steps knows the length"  # noqa: S101 (for the type)
        if last >= wanted:  # interrupted at its end
            return wanted
        with turn(self._study, self._run):
            granted = min(wanted, self._first(number) + self.n_left(number))
            if granted <= max(last, 0):
                return None
            internals.set_trial_user_attr(self._study, number, GRANTED_KEY, granted)
        return granted

    def _first(self, number: int) -> int:
        """The step at which a trial began: that of its parent if it is a copy."""
        return _born(internals.get_trial(self._study, number))


def _born(trial: FrozenTrial) -> int:
    begun = birth(trial)
    return 0 if begun is None else begun.step


def _used(trial: FrozenTrial) -> int:
    """The steps that a trial has reported itself; those it was granted if it is complete and has reported none."""
    reported = n_own_steps(trial)
    return reported or (_granted(trial) if trial.state == TrialState.COMPLETE else 0)


def _held(trial: FrozenTrial) -> int:
    """The steps that a trial has used, or was granted while it runs."""
    return max(_used(trial), _granted(trial) if trial.state == TrialState.RUNNING else 0)


def _granted(trial: FrozenTrial) -> int:
    granted = trial.user_attrs.get(GRANTED_KEY, 0)
    return max(0, granted - _born(trial)) if isinstance(granted, int) else 0


def _seconds(trial: FrozenTrial, now: float) -> float:
    ended = read_number(trial, SECONDS_KEY)
    ended = ended if ended > 0 else 0.0
    begun = start_time(trial) if trial.state == TrialState.RUNNING else now
    return ended + (max(0.0, now - begun) if math.isfinite(begun) else 0.0)


def check_budget(budget: Budget, evaluate: Evaluate | Executor) -> None:
    """Check that the cost of a function's trials can be counted. What an executor evaluates is not known here.

    Raises:
        InvalidInputError: the budget is in steps, but the function reports none, or the length is unknown.
    """
    if not budget.is_in_steps:
        return
    if not isinstance(evaluate, Executor) and not takes_report(evaluate):
        raise InvalidInputError(
            f"a budget of {budget.resource} needs trials that report steps: give evaluate a second parameter named "
            "report, or give the budget in hours"
        )
    if budget.length is None:
        raise InvalidInputError(
            f"a budget of {budget.resource} must know how long a training is: give its last step as length "
            "(max_resource on the command line)"
        )
