"""A search that is kept: ask, tell and run over an Optuna storage."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import optuna
from optuna.storages import BaseStorage
from optuna.trial import FrozenTrial, TrialState

from paretune import pareto
from paretune.adapters.optuna.distributions import to_distribution
from paretune.adapters.optuna.history import REASON_KEY, SECONDS_KEY, params_of, trials_of
from paretune.errors import InvalidInputError, TooManyFailuresError
from paretune.measure import environment
from paretune.objectives import Objective, Objectives
from paretune.space import Int, Parameter, Space
from paretune.study import outcome as outcomes
from paretune.study import record, runner
from paretune.study.outcome import Outcome
from paretune.study.searchers import searcher as sampler_of
from paretune.study.storage import open_storage
from paretune.trials import Trials, check_names

Evaluate: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Any]]
RUNNER_KEY, ERROR_KEY = "paretune:runner", "error"
GRACE_SECONDS = 60.0
_COUNT = Int(1, 2**32)


@dataclass(frozen=True)
class Asked:
    """A trial that waits for its metrics.

    Args:
        number: its name; hand it to `Study.tell`.
        params: the configuration to evaluate.
    """

    number: int
    params: Mapping[str, Any]


class Study:
    """A search for the best trade-offs, resumable: the same arguments go on where it stopped.

    Args:
        space: what is varied; a `Space` or parameters by name.
        objectives: what is wanted; `Objectives` or a list of `Maximize` and `Minimize`.
        storage: path of an SQLite file, a storage URL of Optuna's, or an open Optuna storage.
        name: the study's name in the storage.
        searcher: who chooses the trials: bayes, random, sobol, grid, tpe or nsga2.
        seed: the same seed, space and outcomes give the same search.
        facts: what else must be the same when the study goes on, such as options and a hash of the data.
        command: how the search was started, kept for the report.

    Raises:
        StudyMismatchError: the storage has a study of that name with another space, objectives or facts.

    Example:
        >>> from paretune import Float, Maximize, Minimize
        >>> study = Study({"width": Float(1, 64, log=True)}, [Maximize("accuracy"), Minimize("latency")],
        ...               storage=optuna.storages.InMemoryStorage())
        >>> study.run(lambda p: {"accuracy": 1 - 1 / p["width"], "latency": p["width"]}, n_trials=4)
        >>> len(study.trials), len(study.front())
        (4, 4)
    """

    def __init__(  # noqa: PLR0913 (the questions that a study answers)
        self,
        space: Space | Mapping[str, Parameter],
        objectives: Objectives | Sequence[Objective],
        *,
        storage: str | Path | BaseStorage = "paretune.db",
        name: str = "study",
        searcher: str = "bayes",
        seed: int = 0,
        facts: Mapping[str, Any] | None = None,
        command: str = "",
    ) -> None:
        self.space = space if isinstance(space, Space) else Space(space)
        self.objectives = objectives if isinstance(objectives, Objectives) else Objectives(objectives)
        self.name = name
        check_names(self.space, self.objectives)
        sampler = sampler_of(searcher, self.space, seed, 0)  # a wrong name must not leave an empty study behind
        plain_facts = _plain(facts or {})
        self._run = {"searcher": searcher, "seed": seed, "command": command}
        self._study = optuna.create_study(
            study_name=name,
            storage=open_storage(storage),
            directions=[o.goal for o in self.objectives],
            sampler=sampler,
            load_if_exists=True,
        )
        record.settle(self._study, self.space, self.objectives, plain_facts)
        self._study.sampler = sampler_of(searcher, self.space, seed, len(self._study.get_trials(deepcopy=False)))
        self._runner = runner.identity()

    @property
    def trials(self) -> Trials:
        """What was tried so far."""
        return trials_of(self._study, self.space, self.objectives)

    @property
    def origin(self) -> dict[str, Any]:
        """Where the trials came from: facts, and each run with its searcher, seed, command and environment."""
        return record.origin(self._study)

    def front(self) -> Trials:
        """The complete trials that no other dominates."""
        return pareto.efficient(self.trials)

    def ask(self) -> Asked:
        """The next trial; it is pending until it is told.

        Raises:
            SpaceExhaustedError: a finite space has nothing left to try.
        """
        trial = self._study.ask()
        try:
            trial.set_user_attr(RUNNER_KEY, self._runner)
            params: dict[str, Any] = {}
            for name, parameter in self.space.items():
                if self.space.is_active(name, params):
                    params[name] = trial._suggest(name, to_distribution(parameter))  # noqa: SLF001 (ask() takes no conditions)
        except BaseException:
            self._write(trial.number, outcomes.told("lost", "no parameters were suggested"))
            raise
        return Asked(trial.number, params)

    def tell(
        self,
        trial: Asked | int,
        metrics: Mapping[str, Any] | None = None,
        *,
        reason: str = "",
        message: str = "",
    ) -> Outcome:
        """Write down what came of a trial: its metrics, or the reason of its failure.

        Args:
            trial: what `ask` gave, or its number.
            metrics: every objective, ``<objective>_se`` where known, and any other.
            reason: one of `paretune.trials.REASONS`, instead of metrics.
            message: what happened.

        Returns:
            The outcome as it was written.

        Raises:
            InvalidInputError: neither or both of metrics and reason are given, or the trial is not pending.
        """
        if (metrics is None) == (not reason):
            raise InvalidInputError("tell needs either metrics or a reason")
        outcome = outcomes.told(reason, message) if metrics is None else outcomes.judged(metrics, self.objectives)
        number = trial.number if isinstance(trial, Asked) else trial
        self._write(number, outcome)
        return outcome

    def run(
        self,
        evaluate: Evaluate,
        n_trials: int,
        *,
        max_failures: int = 20,
        on_trial: Callable[[Asked, Outcome], object] | None = None,
    ) -> None:
        """Evaluate trials until the study has ``n_trials`` of them, those of earlier runs included.

        Lost trials do not count. An evaluation that raises, or a metric that is missing or not finite, fails its
        trial and the run goes on. Ctrl-C gives up the trial under way as lost; the same call goes on.

        Args:
            evaluate: from a configuration to its metrics: every objective by name, ``<objective>_se`` where known.
            n_trials: the study's total.
            max_failures: stop after so many failures in a row; trials outside the limits have run and do not count.
            on_trial: called after each trial.

        Raises:
            TooManyFailuresError: see ``max_failures``.
            SpaceExhaustedError: a finite space has nothing left to try.
        """
        n_trials, max_failures = _COUNT.check("n_trials", n_trials), _COUNT.check("max_failures", max_failures)
        self.sweep()
        before = self.n_counted()
        if before < n_trials:
            started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            record.add_run(
                self._study,
                {**self._run, "from_trial": before, "started": started, "environment": environment()},
            )
        first = len(self._study.get_trials(deepcopy=False))
        try:
            self._search(evaluate, n_trials, max_failures, on_trial)
        except KeyboardInterrupt as error:
            own = self._runner
            self._give_up(lambda t: t.number >= first and t.user_attrs.get(RUNNER_KEY) == own, "interrupted")
            error.add_note(f"study {self.name!r}: the trial under way is lost, all others are kept; run again to go on")
            raise

    def _search(
        self,
        evaluate: Evaluate,
        n_trials: int,
        max_failures: int,
        on_trial: Callable[[Asked, Outcome], object] | None,
    ) -> None:
        streak = 0
        while self.n_counted() < n_trials:
            asked, outcome = self._try_one(evaluate)
            if on_trial is not None:
                on_trial(asked, outcome)
            streak = streak + 1 if outcome.reason not in ("", "outside_limits") else 0
            if streak >= max_failures:
                count = "1 trial has" if streak == 1 else f"{streak} trials in a row have"
                raise TooManyFailuresError(
                    f"{count} failed; the last, number {asked.number}, {outcome.reason}: "
                    f"{outcome.message or 'no message'}. Mend it and run again to go on"
                )

    def _try_one(self, evaluate: Evaluate) -> tuple[Asked, Outcome]:
        asked = self.ask()
        start = time.perf_counter()
        try:
            outcome = outcomes.judged(evaluate(dict(asked.params)), self.objectives)
        except (Exception, SystemExit) as error:  # noqa: BLE001 (whatever a training raises is a failed trial)
            outcome = outcomes.failed(error)
        except BaseException:
            self._write(asked.number, outcomes.told("lost", "interrupted"))
            raise
        self._write(asked.number, replace(outcome, seconds=time.perf_counter() - start))
        return asked, outcome

    def n_counted(self) -> int:
        """How many trials count towards a budget: all but lost ones."""
        return sum(_counts(trial) for trial in self._study.get_trials(deepcopy=False))

    def sweep(self) -> int:
        """Give up trials whose runner is gone, so that they are not pending for ever.

        Returns:
            How many became lost.
        """
        return self._give_up(_is_abandoned, "its runner died")

    def _give_up(self, is_lost: Callable[[FrozenTrial], bool], message: str) -> int:
        pending = self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
        lost = [trial for trial in pending if is_lost(trial)]
        for trial in lost:
            self._write(trial.number, outcomes.told("lost", message))
        return len(lost)

    def _write(self, number: int, outcome: Outcome) -> None:
        trial = self._pending(number)
        with runner.uninterrupted():
            attributes = dict(outcome.metrics)
            if outcome.values is None:
                attributes[REASON_KEY] = outcome.reason
            if outcome.seconds is not None:
                attributes[SECONDS_KEY] = outcome.seconds
            if outcome.message:
                attributes[ERROR_KEY] = outcome.message
            for key, value in attributes.items():
                trial.set_user_attr(key, value)
            if outcome.values is None:
                self._study.tell(number, state=TrialState.FAIL)
                return
            losses = self.objectives.losses([outcome.values])[0]
            for name, excess in zip(self.objectives.names, losses - self.objectives.limits, strict=True):
                if np.isfinite(excess):
                    trial.set_constraint(name, float(excess))
            self._study.tell(number, list(outcome.values))

    def _pending(self, number: int) -> optuna.Trial:
        for trial in self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            if trial.number == number:
                return optuna.Trial(self._study, trial._trial_id)  # noqa: SLF001 (Optuna has no public way from a number)
        raise InvalidInputError(f"trial {number} of study {self.name!r} is not pending")


def _counts(trial: FrozenTrial) -> bool:
    if trial.state == TrialState.WAITING:
        return False
    return trial.state != TrialState.FAIL or trial.user_attrs.get(REASON_KEY) != "lost"


def _is_abandoned(trial: FrozenTrial) -> bool:
    known = trial.user_attrs.get(RUNNER_KEY)
    if known is not None:
        return runner.has_died(known)
    # Its runner died before it signed, which takes milliseconds; a trial of plain Optuna's has parameters by now.
    started = trial.datetime_start
    return not params_of(trial) and started is not None and time.time() - started.timestamp() > GRACE_SECONDS


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as the storage gives them back."""
    try:
        plain: dict[str, Any] = json.loads(json.dumps(facts))
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"facts must be what JSON can hold: {error}") from error
    return plain
