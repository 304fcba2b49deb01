"""The learning curves of trials that clients of a service train, and the rule that stops some of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from optuna.trial import FrozenTrial

from paretune.adapters.optuna.keys import STOPPED_KEY
from paretune.errors import InvalidInputError
from paretune.evaluation.curve import check_step, check_step_metrics
from paretune.evaluation.outcome import Outcome
from paretune.schedulers import Scheduler
from paretune.schedulers.registry import SCHEDULERS
from paretune.schedulers.step_decision import check_objectives
from paretune.study.curve_writer import CurveWriter
from paretune.study.early_stopping import EarlyStopping
from paretune.study.ledger import Ledger


def make_scheduler(described: Mapping[str, Any]) -> Scheduler | None:
    """Make a scheduler of its name and arguments; None of an empty mapping.

    Raises:
        InvalidInputError: the name is unknown, or an argument does not fit.

    Example:
        >>> make_scheduler({"name": "asha", "max_resource": 60})
        Asha(min_resource=1, max_resource=60, eta=3, exempt=0.05)
    """
    arguments = dict(described)
    name = arguments.pop("name", None)
    if name is None and not arguments:
        return None
    if name not in SCHEDULERS:
        raise InvalidInputError(f"scheduler must be one of {', '.join(SCHEDULERS)}, but is {name!r}")
    try:
        scheduler: Scheduler = SCHEDULERS[name](**arguments)
    except TypeError as error:
        raise InvalidInputError(f"scheduler {name}: {error}") from error
    return scheduler


class HostedCurves:
    """Collects what clients report, stores it, and decides which trials stop.

    Args:
        ledger: the study's trials.
        scheduler: the rule; None if all trials are trained to their end.

    Raises:
        InvalidInputError: the rule cannot decide about so many objectives.
    """

    def __init__(self, ledger: Ledger, scheduler: Scheduler | None) -> None:
        if scheduler is not None:
            check_objectives(ledger.objectives)
        self._ledger = ledger
        self._curves = CurveWriter(ledger.record_steps)
        self._stopping = None if scheduler is None else EarlyStopping(scheduler, ledger, self._curves)

    def report(self, trial: FrozenTrial, step: Any, metrics: Mapping[str, Any]) -> bool:
        """Add a step of a pending trial; return whether its training goes on.

        Raises:
            InvalidInputError: the step is not valid, or a name is reserved.
        """
        checked, numbers = check_step(step), check_step_metrics(metrics)
        if trial.number not in self._curves:
            self._curves.begin(trial.number, self._ledger.steps_of_pending(trial.number))
        self._curves.add(trial.number, checked, numbers)
        if trial.user_attrs.get(STOPPED_KEY):
            return False
        return self._stopping is None or not self._stopping.should_stop(trial.number, checked)

    def end(self, trial: FrozenTrial, outcome: Outcome) -> Outcome:
        """End the curve of a trial; return the outcome with its curve, as stopped if the trial was asked to stop."""
        stored_reason = str(trial.user_attrs.get(STOPPED_KEY, ""))
        complete = replace(self._curves.end(trial.number, outcome), has_stopped=True)
        if self._stopping is not None:
            complete = self._stopping.end(trial.number, complete)
        if stored_reason and not complete.stop_reason and complete.values is None:
            complete = complete.as_stopped(stored_reason, self._ledger.objectives, {})  # decided before a restart
        return complete

    def write_due(self) -> None:
        """Write the curves that have grown and are due."""
        self._curves.write_due()
