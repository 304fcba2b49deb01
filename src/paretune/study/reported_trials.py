"""The reports of trials that were asked for, and the scheduler that stops some of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from paretune.errors import InvalidInputError
from paretune.evaluation.curve import check_step, check_step_metrics
from paretune.evaluation.outcome import Outcome
from paretune.schedulers import Scheduler
from paretune.schedulers.step_decision import check_objectives
from paretune.study.curve_writer import CurveWriter
from paretune.study.early_stopping import EarlyStopping
from paretune.study.ledger import Ledger


class ReportedTrials:
    """Collects what trials of `Study.ask` report until `Study.tell` ends them.

    Args:
        ledger: the study's trials.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger, self._curves = ledger, CurveWriter(ledger.record_steps)
        self._stopping: tuple[Scheduler, EarlyStopping] | None = None
        self._stopped: dict[int, int] = {}  # the last step of each trial that was asked to stop, when it was asked

    def report(self, number: int, step: int, metrics: Mapping[str, Any], scheduler: Scheduler | None) -> bool:
        """Add a step of a pending trial; return whether its training should go on.

        Raises:
            InvalidInputError: the step is not valid, a name is reserved, or the trial is not pending.
        """
        checked, numbers = check_step(step), check_step_metrics(metrics)
        if number not in self._curves:
            self._curves.begin(number, self._ledger.steps_of_pending(number))
        self._curves.add(number, checked, numbers)
        if scheduler is not None and self._watch(scheduler).should_stop(number, checked):
            self._stopped.setdefault(number, checked)
            return False
        return number not in self._stopped

    def end(self, number: int, outcome: Outcome | None) -> Outcome:
        """Return the outcome of a trial with its curve; it is stopped if it was asked to and reported nothing since.

        Args:
            number: the trial's number.
            outcome: None if nothing is known but that the trial has stopped.

        Raises:
            InvalidInputError: nothing is known, and the trial was not asked to stop.
        """
        if outcome is None and number not in self._stopped:
            raise InvalidInputError("tell needs either metrics or a reason: give one of them")
        complete = self._curves.end(number, outcome or Outcome(has_stopped=True))
        asked_at = self._stopped.pop(number, None)
        if self._stopping is None or asked_at is None:
            return complete
        last = max((int(step["step"]) for step in complete.steps), default=-1)
        return self._stopping[1].end(number, replace(complete, has_stopped=last <= asked_at))

    def _watch(self, scheduler: Scheduler) -> EarlyStopping:
        if self._stopping is None or self._stopping[0] != scheduler:
            check_objectives(self._ledger.objectives)
            self._stopping = scheduler, EarlyStopping(scheduler, self._ledger, self._curves)
        return self._stopping[1]
