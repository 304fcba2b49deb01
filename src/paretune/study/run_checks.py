"""The checks of a run before its first trial."""

from __future__ import annotations

from paretune.errors import InvalidInputError
from paretune.evaluation.contract import Evaluate, takes_checkpoint
from paretune.execution import Executor
from paretune.objectives import Objectives
from paretune.schedulers import Halving, Scheduler
from paretune.study.budget import check_budget
from paretune.study.checkpoints import check_folder
from paretune.study.early_stopping import check_can_stop
from paretune.study.run_rules import RunRules


def check_can_pause(scheduler: Scheduler, evaluate: Evaluate) -> None:
    """Check that a function can save if a scheduler needs that.

    Raises:
        InvalidInputError: it has no parameter ``checkpoint``.
    """
    if isinstance(scheduler, Halving) and not takes_checkpoint(evaluate):
        raise InvalidInputError(
            "halving pauses trials, so they must save: give evaluate a third parameter named checkpoint, or use asha"
        )


def check_rules(rules: RunRules, evaluate: Evaluate | Executor, objectives: Objectives) -> None:
    """Check that the rules of a run fit together, and fit what it evaluates.

    Args:
        rules: of the run.
        evaluate: the function or executor of the run.
        objectives: of the study.

    Raises:
        InvalidInputError: a rule does not fit, or checkpoints cannot be saved.
    """
    rules.stop.check(objectives)
    if rules.scheduler is not None:
        check_can_stop(evaluate, objectives)
        if not isinstance(evaluate, Executor):
            check_can_pause(rules.scheduler, evaluate)
    if rules.budget is not None:
        check_budget(rules.budget, evaluate)
    if rules.checkpoints is not None:
        check_folder(rules.checkpoints)
