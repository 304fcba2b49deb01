"""Ax as a peer: its `Client` with default settings and the reference point as objective thresholds.

Conditional parameters are searched as if they were always active.
"""

from __future__ import annotations

import logging
from typing import Any

from ax.api.client import Client
from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig
from peers import Task, active_params
from problems.base import Losses

from paretune import Categorical, Float, Int
from paretune.space import Parameter, Params

TYPES = {str: "str", int: "int", float: "float", bool: "bool"}


class Ax:
    """An Ax client. Failed trials are marked as failed, or as abandoned, which Ax does not suggest again."""

    def __init__(self, task: Task, *, abandon: bool) -> None:
        logging.disable(logging.WARNING)
        self._space = task.problem.space
        self._names = [f"loss_{i}" for i in range(len(task.problem.reference))]
        self._abandon = abandon
        self._trial = -1
        self.client = Client(random_seed=task.seed)
        self.client.configure_experiment([_config(name, parameter) for name, parameter in self._space.items()])
        self.client.configure_optimization(
            ", ".join(f"-{name}" for name in self._names),
            [f"{name} <= {worst}" for name, worst in zip(self._names, task.problem.reference, strict=True)],
        )

    def ask(self) -> Params:
        """Return the configuration of a new trial."""
        ((self._trial, params),) = self.client.get_next_trials(max_trials=1).items()
        return active_params(self._space, params)

    def attach(self, params: Params, losses: Losses | None) -> None:
        """Add a trial that did not come from `ask`, with its outcome."""
        self._trial = self.client.attach_trial(dict(params))
        self.tell(params, losses)

    def tell(self, params: Params, losses: Losses | None) -> None:  # noqa: ARG002 (the client has them)
        """Report the outcome of the last trial."""
        if losses is not None:
            outcome: dict[str, Any] = dict(zip(self._names, losses, strict=True))
            self.client.complete_trial(self._trial, raw_data=outcome)
        elif self._abandon:
            self.client.mark_trial_abandoned(self._trial)
        else:
            self.client.mark_trial_failed(self._trial)


def _config(name: str, parameter: Parameter) -> RangeParameterConfig | ChoiceParameterConfig:
    match parameter:
        case Float(low=low, high=high, log=log, step=step):
            return RangeParameterConfig(name, (low, high), "float", step, "log" if log else "linear")
        case Int(low=low, high=high, log=log, step=step):
            return RangeParameterConfig(
                name, (low, high), "int", step if step > 1 else None, "log" if log else "linear"
            )
        case Categorical(choices=choices):
            kind: Any = TYPES[type(choices[0])]
            return ChoiceParameterConfig(name, list(choices), kind, is_ordered=not parameter.is_nominal)


def failed(task: Task) -> Ax:
    """Create an Ax client that marks failed trials as failed."""
    return Ax(task, abandon=False)


def abandoned(task: Task) -> Ax:
    """Create an Ax client that marks failed trials as abandoned."""
    return Ax(task, abandon=True)
