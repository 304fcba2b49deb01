"""SigOpt's optimizer as a peer. It runs in a separate process, `sigopt_server.py`, because it needs an older NumPy.

It supports one or two objectives. Integers on a log scale are passed as logarithms. Conditional parameters are searched
as if they were always active.
"""

from __future__ import annotations

import json
import math
import subprocess
from pathlib import Path
from typing import Any

from peers import Task, active_params
from problems.base import Losses

from paretune import Categorical, Float, Int
from paretune.space import Parameter, Params


class SigOpt:
    """A SigOpt experiment with metric thresholds at the reference point."""

    def __init__(self, task: Task) -> None:
        self._space = task.problem.space
        self._names = [f"loss_{i}" for i in range(len(task.problem.reference))]
        server = str(Path(__file__).with_name("sigopt_server.py"))
        self._server = subprocess.Popen(  # noqa: S603 (our own script)
            ["uv", "run", "--quiet", "--script", server],  # noqa: S607 (the user's uv)
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        metrics = [
            {"name": name, "objective": "minimize", "strategy": "optimize", "threshold": worst}
            for name, worst in zip(self._names, task.problem.reference, strict=True)
        ]
        parameters = [{"name": name, **_parameter(parameter)} for name, parameter in self._space.items()]
        experiment = {"metrics": metrics, "parameters": parameters, "observation_budget": task.n_trials}
        self._request({"seed": task.seed, "experiment": experiment})
        self._suggested: dict[str, Any] = {}

    def ask(self) -> Params:
        """Return the next suggestion."""
        self._suggested = self._request({"ask": True})
        return active_params(self._space, {name: _value(p, self._suggested[name]) for name, p in self._space.items()})

    def tell(self, params: Params, losses: Losses | None) -> None:  # noqa: ARG002 (reported as SigOpt encodes them)
        """Report the outcome of the last suggestion."""
        outcome: dict[str, Any] = {"failed": True}
        if losses is not None:
            outcome = {"values": [{"name": n, "value": y} for n, y in zip(self._names, losses, strict=True)]}
        self._request({"tell": {"assignments": self._suggested, **outcome}})

    def _request(self, request: dict[str, Any]) -> Any:
        if self._server.stdin is None or self._server.stdout is None:
            raise RuntimeError("the server has no pipes")
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        return json.loads(self._server.stdout.readline())


def _parameter(parameter: Parameter) -> dict[str, Any]:
    match parameter:
        case Float(low=low, high=high, log=log):
            return {
                "type": "double",
                "bounds": {"min": low, "max": high},
                **({"transformation": "log"} if log else {}),
            }
        case Int(low=low, high=high, log=True):
            return {"type": "double", "bounds": {"min": math.log(low), "max": math.log(high)}}
        case Int(low=low, high=high):
            return {"type": "int", "bounds": {"min": low, "max": high}}
        case Categorical(choices=choices) if parameter.is_nominal:
            return {"type": "categorical", "categorical_values": [str(choice) for choice in choices]}
        case Categorical(choices=choices):
            return {"type": "int", "bounds": {"min": 0, "max": len(choices) - 1}}


def _value(parameter: Parameter, assigned: Any) -> Any:
    match parameter:
        case Int(log=True, low=low, high=high):
            return min(max(round(math.exp(assigned)), low), high)
        case Categorical(choices=choices) if parameter.is_nominal:
            return next(choice for choice in choices if str(choice) == assigned)
        case Categorical():
            return parameter.level(assigned)
    return assigned


def sigopt(task: Task) -> SigOpt:
    """Create SigOpt's optimizer. Failed trials are reported as failed."""
    return SigOpt(task)
