"""The part of a training that a run starts: where it saves, and how far the scheduler and the budget let it go."""

from __future__ import annotations

from pathlib import Path

from paretune.evaluation.checkpoint import has_checkpoint
from paretune.evaluation.contract import STEP
from paretune.execution import TrainingPart
from paretune.study.asked_trial import AskedTrial
from paretune.study.budget import Budget, StepBudget
from paretune.study.early_stopping import EarlyStopping, StepLimit
from paretune.study.ledger import Ledger


class TrainingParts:
    """Decides how far each trial of a run may go.

    Args:
        ledger: the study's trials.
        stopping: watches the trials of this run.
        checkpoints: the folder of all checkpoints; None if nothing is saved.
        budget: what all trials may cost; None if it is not limited.
    """

    def __init__(
        self, ledger: Ledger, stopping: EarlyStopping, checkpoints: Path | None, budget: Budget | None
    ) -> None:
        self._ledger, self._stopping, self._checkpoints, self._budget = ledger, stopping, checkpoints, budget
        self._steps: StepBudget | None = None
        if budget is not None and budget.is_in_steps:
            self._steps = StepBudget(ledger.study, budget, str(ledger.runner["run"]))

    def begin(self, asked: AskedTrial) -> TrainingPart | None:
        """Begin a part of a claimed trial; None if the budget leaves it nothing."""
        last = int(asked.steps[-1][STEP]) if asked.steps else -1
        folder = self._folder(asked)
        limit = self._limit(asked, last)
        if limit is None:
            return None
        limit_of_trial = limit if limit.reason else None
        self._stopping.begin(asked.number, last, limit_of_trial, folder, is_exempt=asked.is_confirmation)
        return TrainingPart(folder, limit.step if limit.reason else None, asked.seed)

    def _folder(self, asked: AskedTrial) -> Path | None:
        """The folder that a trial saves to: the one that it has saved to before, if this machine has it."""
        if self._checkpoints is None or has_checkpoint(asked.checkpoint):
            return asked.checkpoint
        return self._checkpoints / str(asked.number)

    def is_spent(self) -> bool:
        """Whether the budget is spent, as far as trials that run do not give steps back."""
        if self._budget is None:
            return False
        if self._steps is not None:
            return self._steps.n_left() <= 0
        return self._budget.spent(self._ledger.study.get_trials(deepcopy=False)) >= self._budget.amount

    def _limit(self, asked: AskedTrial, last: int) -> StepLimit | None:
        """The step at which a trial stops, without a reason if it may go on to its end; None if it cannot go on."""
        until = None if asked.is_confirmation else self._stopping.pause_step(asked.number, last)
        scheduled = StepLimit(
            until or 0, f"waits at step {until} for other trials" if until else "", is_pause=until is not None
        )
        if self._steps is None or self._budget is None or self._budget.length is None:
            return scheduled
        granted = self._steps.grant(asked.number, last, until)
        if granted is None:
            return None
        return StepLimit(granted, self._budget.reason) if granted < (until or self._budget.length) else scheduled
