"""Optuna's samplers as peers, through the ask-and-tell interface of a study."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

import optuna
from optuna.samplers import BaseSampler, GPSampler, NSGAIISampler, RandomSampler, TPESampler
from optuna.trial import TrialState
from peers import FailuresAsPenalties, FailuresAsWorst, Task
from problems.base import Losses, Problem

from paretune import Categorical, Float, Int, Space
from paretune.space import Params


class Optuna:
    """An Optuna study. Failed trials are reported as failed, or with the worst losses so far."""

    def __init__(self, problem: Problem, sampler: BaseSampler, *, worst: bool = False) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        self._space = problem.space
        self._as_worst = FailuresAsWorst(problem) if worst else None
        self._study = optuna.create_study(directions=["minimize"] * len(problem.reference), sampler=sampler)
        self._trial: optuna.Trial

    def ask(self) -> Params:
        """Return the configuration of a new trial. Active parameters are suggested in the order of the space."""
        self._trial = self._study.ask()
        return suggest_all(self._trial, self._space)

    def tell(self, params: Params, losses: Losses | None, violations: Sequence[float] = ()) -> None:  # noqa: ARG002 (Optuna has them)
        """Report the outcome of the last trial, and its constraints where they are known."""
        for i, violation in enumerate(violations):
            if not math.isnan(violation):
                self._trial.set_constraint(f"c{i}", violation)
        if self._as_worst is not None:
            losses = self._as_worst.replace_failure(losses)
        if losses is None:
            self._study.tell(self._trial, state=TrialState.FAIL)
        else:
            self._study.tell(self._trial, losses)


def suggest_all(trial: optuna.Trial, space: Space) -> dict[str, Any]:
    """Suggest every active parameter of the space, with the calls that Optuna's users write."""
    params: dict[str, Any] = {}
    for name, parameter in space.items():
        if space.is_active(name, params):
            match parameter:
                case Float(low=low, high=high, log=log, step=step):
                    params[name] = trial.suggest_float(name, low, high, log=log, step=step)
                case Int(low=low, high=high, log=log, step=step):
                    params[name] = trial.suggest_int(name, low, high, log=log, step=step)
                case Categorical(choices=choices):
                    params[name] = trial.suggest_categorical(name, choices)
    return params


def _tpe(task: Task) -> TPESampler:
    is_conditional = any(parameter.when for parameter in task.problem.space.values())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return TPESampler(multivariate=True, group=is_conditional, seed=task.seed)


def random(task: Task) -> Optuna:
    """Create random search."""
    return Optuna(task.problem, RandomSampler(seed=task.seed))


def tpe(task: Task) -> Optuna:
    """Create a multivariate tree-structured Parzen estimator, in groups if the space has conditional parameters."""
    return Optuna(task.problem, _tpe(task))


def tpe_worst(task: Task) -> Optuna:
    """Create `tpe` with the worst losses so far for a failure."""
    return Optuna(task.problem, _tpe(task), worst=True)


def tpe_penalty(task: Task) -> FailuresAsPenalties:
    """Create `tpe` with a penalty for a failure."""
    return FailuresAsPenalties(tpe(task), task)


def nsga2(task: Task) -> Optuna:
    """Create the genetic algorithm NSGA-II with a small population for few trials."""
    return Optuna(task.problem, NSGAIISampler(population_size=20, seed=task.seed))


def gp(task: Task) -> Optuna:
    """Create Optuna's Gaussian process sampler."""
    return Optuna(task.problem, GPSampler(seed=task.seed))


def gp_worst(task: Task) -> Optuna:
    """Create `gp` with the worst losses so far for a failure."""
    return Optuna(task.problem, GPSampler(seed=task.seed), worst=True)


def gp_penalty(task: Task) -> FailuresAsPenalties:
    """Create `gp` with a penalty for a failure."""
    return FailuresAsPenalties(gp(task), task)


def botorch_sampler(task: Task) -> Optuna:
    """Create optuna-integration's BoTorchSampler with the worst losses for a failure, because it ignores failures."""
    from optuna_integration import BoTorchSampler  # noqa: PLC0415 (only this peer needs it)

    return Optuna(task.problem, BoTorchSampler(seed=task.seed), worst=True)
