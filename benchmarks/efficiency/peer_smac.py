"""SMAC3, as its example of several objectives has it: random forests and ParEGO.

A failed trial is told as the worst values so far: SMAC's own cost of a crash is infinite, which ParEGO cannot scale.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

import ConfigSpace
from ConfigSpace.conditions import AndConjunction, InCondition
from peers import Task, Worst
from problem import Losses
from smac import HyperparameterOptimizationFacade, Scenario
from smac.multi_objective.parego import ParEGO
from smac.runhistory.dataclasses import TrialInfo, TrialValue

from paretune import Categorical, Float, Int, Space
from paretune.space import Parameter, Params


class Smac:
    """The facade for hyperparameters, asked and told."""

    def __init__(self, task: Task) -> None:
        self._space, self._worst = task.problem.space, Worst(task.problem)
        self._folder = tempfile.TemporaryDirectory()
        scenario = Scenario(
            _configspace(self._space, task.seed),
            output_directory=Path(self._folder.name),
            deterministic=True,
            objectives=[f"loss_{i}" for i in range(len(task.problem.reference))],
            n_trials=task.n_trials,
            seed=task.seed,
        )
        facade = HyperparameterOptimizationFacade
        self._smac = facade(
            scenario,
            _not_called,
            initial_design=facade.get_initial_design(scenario, n_configs=5),
            multi_objective_algorithm=ParEGO(scenario),
            logging_level=logging.ERROR,
            overwrite=True,
        )
        self._info: TrialInfo

    def ask(self) -> Params:
        """One trial; NumPy's scalars become Python's."""
        self._info = self._smac.ask()
        told: dict[str, Any] = {name: getattr(v, "item", lambda v=v: v)() for name, v in self._info.config.items()}
        return self._space.check(told)

    def tell(self, params: Params, losses: Losses | None) -> None:  # noqa: ARG002 (SMAC knows them)
        """The outcome of the last trial."""
        self._smac.tell(self._info, TrialValue(cost=self._worst.losses(losses)))


def _not_called(config: ConfigSpace.Configuration, seed: int = 0) -> list[float]:
    raise NotImplementedError  # SMAC is asked and told


def _configspace(space: Space, seed: int) -> ConfigSpace.ConfigurationSpace:
    configs = ConfigSpace.ConfigurationSpace(seed=seed)
    for name, parameter in space.items():
        configs.add(_hyperparameter(name, parameter))
    for name, parameter in space.items():
        conditions = [InCondition(configs[name], configs[p], list(values)) for p, values in parameter.when.items()]
        if conditions:
            configs.add(AndConjunction(*conditions) if len(conditions) > 1 else conditions[0])
    return configs


def _hyperparameter(name: str, parameter: Parameter) -> Any:
    match parameter:
        case Float(low=low, high=high, log=log):
            return ConfigSpace.Float(name, (low, high), log=log)
        case Int(low=low, high=high, log=log):
            return ConfigSpace.Integer(name, (low, high), log=log)
        case Categorical(choices=choices):
            return ConfigSpace.Categorical(name, list(choices), ordered=not parameter.is_nominal)


def smac(task: Task) -> Smac:
    """ParEGO over random forests."""
    return Smac(task)
