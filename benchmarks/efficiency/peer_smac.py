"""SMAC3 as a peer: random forests and ParEGO, as in SMAC's multi-objective example.

A failed trial is reported with the worst losses so far. SMAC's own cost of a failure is infinite, and ParEGO cannot
scale that.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

import ConfigSpace
from ConfigSpace.conditions import AndConjunction, InCondition
from peers import FailuresAsWorst, Task
from problems.base import Losses
from smac import HyperparameterOptimizationFacade, Scenario
from smac.multi_objective.parego import ParEGO
from smac.runhistory.dataclasses import TrialInfo, TrialValue

from paretune import Categorical, Float, Int, Space
from paretune.space import Parameter, Params


class Smac:
    """SMAC's facade for hyperparameters, through its ask-and-tell interface."""

    def __init__(self, task: Task) -> None:
        self._space, self._as_worst = task.problem.space, FailuresAsWorst(task.problem)
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
            _unused_target,
            initial_design=facade.get_initial_design(scenario, n_configs=5),
            multi_objective_algorithm=ParEGO(scenario),
            logging_level=logging.ERROR,
            overwrite=True,
        )
        self._info: TrialInfo

    def ask(self) -> Params:
        """Return the configuration of a new trial, with Python scalars in place of NumPy's."""
        self._info = self._smac.ask()
        params: dict[str, Any] = {name: getattr(v, "item", lambda v=v: v)() for name, v in self._info.config.items()}
        return self._space.check(params)

    def tell(self, params: Params, losses: Losses | None) -> None:  # noqa: ARG002 (SMAC has them)
        """Report the outcome of the last trial."""
        self._smac.tell(self._info, TrialValue(cost=self._as_worst.replace_failure(losses)))


def _unused_target(config: ConfigSpace.Configuration, seed: int = 0) -> list[float]:
    raise NotImplementedError  # the ask-and-tell interface does not call it


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
    """Create ParEGO with random forests."""
    return Smac(task)
