"""Optuna's samplers, asked and told."""

from __future__ import annotations

import warnings
from typing import Any

import optuna
from optuna.samplers import BaseSampler, GPSampler, NSGAIISampler, RandomSampler, TPESampler
from optuna.trial import TrialState
from peers import Task, ToldPenalties, Worst
from problem import Losses, Problem

from paretune import Categorical, Float, Int, Space
from paretune.space import Params


class Optuna:
    """A study; a failed trial is told as failed, or as the worst values so far."""

    def __init__(self, problem: Problem, sampler: BaseSampler, *, worst: bool = False) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        self._space = problem.space
        self._worst = Worst(problem) if worst else None
        self._study = optuna.create_study(directions=["minimize"] * len(problem.reference), sampler=sampler)
        self._trial: optuna.Trial

    def ask(self) -> Params:
        """Parameters are suggested in the space's order, those that exist."""
        self._trial = self._study.ask()
        return suggest_all(self._trial, self._space)

    def tell(self, params: Params, losses: Losses | None) -> None:  # noqa: ARG002 (Optuna knows them)
        """The outcome of the last trial."""
        if self._worst is not None:
            losses = self._worst.losses(losses)
        if losses is None:
            self._study.tell(self._trial, state=TrialState.FAIL)
        else:
            self._study.tell(self._trial, losses)


def suggest_all(trial: optuna.Trial, space: Space) -> dict[str, Any]:
    """A configuration of the space, as Optuna's users write it: line by line, with ``if`` where one depends."""
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
    """Random search."""
    return Optuna(task.problem, RandomSampler(seed=task.seed))


def tpe(task: Task) -> Optuna:
    """The tree-structured Parzen estimator, multivariate; by groups where parameters depend on others."""
    return Optuna(task.problem, _tpe(task))


def tpe_worst(task: Task) -> Optuna:
    """The same, told the worst values for a failure."""
    return Optuna(task.problem, _tpe(task), worst=True)


def tpe_penalty(task: Task) -> ToldPenalties:
    """The same, told a penalty for a failure."""
    return ToldPenalties(tpe(task), task)


def nsga2(task: Task) -> Optuna:
    """The genetic algorithm, with a population that suits few trials."""
    return Optuna(task.problem, NSGAIISampler(population_size=20, seed=task.seed))


def gp(task: Task) -> Optuna:
    """Gaussian processes."""
    return Optuna(task.problem, GPSampler(seed=task.seed))


def gp_worst(task: Task) -> Optuna:
    """The same, told the worst values for a failure."""
    return Optuna(task.problem, GPSampler(seed=task.seed), worst=True)


def gp_penalty(task: Task) -> ToldPenalties:
    """The same, told a penalty for a failure."""
    return ToldPenalties(gp(task), task)


def botorch_sampler(task: Task) -> Optuna:
    """BoTorch's defaults through optuna-integration, told the worst values for a failure, which it would ignore."""
    from optuna_integration import BoTorchSampler  # noqa: PLC0415 (only this peer needs it)

    return Optuna(task.problem, BoTorchSampler(seed=task.seed), worst=True)
