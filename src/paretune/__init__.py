"""Paretune finds the best trade-offs between a model's metrics in few trainings.

The names below are loaded when they are first used: `import paretune` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paretune import confidence, measure, pareto
    from paretune.adapters.optuna import ParetoSampler, report, should_prune, trial_report
    from paretune.client import Client
    from paretune.engine.recommend import recommend
    from paretune.engine.suggest import suggest
    from paretune.errors import ParetuneError, TrialFailedError
    from paretune.objectives import Maximize, Minimize, Objectives
    from paretune.space import Categorical, Float, Int, Space
    from paretune.study import Study
    from paretune.trials import Trials

_HOMES = {
    "Categorical": "space",
    "Client": "client",
    "Float": "space",
    "Int": "space",
    "Maximize": "objectives",
    "Minimize": "objectives",
    "Objectives": "objectives",
    "ParetoSampler": "adapters.optuna",
    "ParetuneError": "errors",
    "Space": "space",
    "Study": "study",
    "TrialFailedError": "errors",
    "Trials": "trials",
    "confidence": "",
    "measure": "",
    "pareto": "",
    "recommend": "engine",
    "report": "adapters.optuna",
    "should_prune": "adapters.optuna",
    "suggest": "engine",
    "trial_report": "adapters.optuna",
}

__all__ = [
    "Categorical",
    "Client",
    "Float",
    "Int",
    "Maximize",
    "Minimize",
    "Objectives",
    "ParetoSampler",
    "ParetuneError",
    "Space",
    "Study",
    "TrialFailedError",
    "Trials",
    "confidence",
    "measure",
    "pareto",
    "recommend",
    "report",
    "should_prune",
    "suggest",
    "trial_report",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if not _HOMES[name]:
        return import_module(f"{__name__}.{name}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
