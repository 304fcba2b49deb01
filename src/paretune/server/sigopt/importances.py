"""Importances of parameters, as another process computes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from paretune.figures.importance import importance_view
from paretune.trials import Trials


@dataclass(frozen=True)
class ImportanceJob:
    """Trials to explain.

    Args:
        trials: of an experiment.
    """

    trials: Trials


def compute_importances(job: ImportanceJob) -> dict[str, Any]:
    """The importance of each parameter for each objective, by their names, under ``importances``."""
    view = importance_view(job.trials)
    names = job.trials.objectives.names
    found = {name: dict(zip(view.parameters, view.outcomes[name].mean.tolist(), strict=True)) for name in names}
    return {"importances": found}
