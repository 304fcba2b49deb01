"""The checks of a run before its first trial."""

from __future__ import annotations

from paretune.errors import InvalidInputError
from paretune.evaluation.contract import Evaluate, takes_checkpoint, takes_report
from paretune.execution import Executor
from paretune.objectives import Objectives
from paretune.schedulers import Halving, Scheduler, StartupHalving
from paretune.study.budget import check_budget
from paretune.study.checkpoints import check_folder
from paretune.study.early_stopping import check_can_stop
from paretune.study.population import check_trials
from paretune.study.run_rules import RunRules


def check_can_pause(scheduler: Scheduler, evaluate: Evaluate) -> None:
    """Check that a function can save if a scheduler needs that.

    Raises:
        InvalidInputError: it has no parameter ``checkpoint``.
    """
    if isinstance(scheduler, (Halving, StartupHalving)) and not takes_checkpoint(evaluate):
        name = "halving" if isinstance(scheduler, Halving) else "bayes"
        raise InvalidInputError(
            f"{name} pauses trials, so they must save: give evaluate a third parameter named checkpoint, or use asha"
        )


def check_startup(scheduler: Scheduler, n_trials: int) -> None:
    """Check that a run has more trials than short ones begin it.

    Raises:
        InvalidInputError: all of its trials would be short.
    """
    if isinstance(scheduler, StartupHalving) and n_trials <= scheduler.n_paused:
        raise InvalidInputError(
            f"{scheduler.n_paused} short trainings begin the run, so n_trials must be larger, but is {n_trials}; "
            f"n_short={n_trials // 2} would do"
        )


def check_can_copy(evaluate: Evaluate) -> None:
    """Check that a function trains in parts, as population based training needs it.

    Raises:
        InvalidInputError: it reports no steps, or cannot save.
    """
    if not takes_checkpoint(evaluate):
        lacks = "can save" if takes_report(evaluate) else "report steps and save"
        raise InvalidInputError(
            f"searcher population needs trainings that {lacks}: give evaluate a second parameter named report and a "
            "third one named checkpoint, or choose another searcher"
        )


def _check_population(rules: RunRules, evaluate: Evaluate | Executor) -> None:
    if rules.population is None:
        return
    check_trials(rules.population, rules.n_trials)
    if not isinstance(evaluate, Executor):
        check_can_copy(evaluate)
    if rules.confirm is not None:
        raise InvalidInputError(
            "confirm trains configurations again, but members of a population change theirs on the way: leave it out "
            "with searcher population"
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
    _check_population(rules, evaluate)
    if rules.scheduler is not None:
        check_can_stop(evaluate, objectives)
        check_startup(rules.scheduler, rules.n_trials)
        if not isinstance(evaluate, Executor):
            check_can_pause(rules.scheduler, evaluate)
    if rules.budget is not None:
        check_budget(rules.budget, evaluate)
    if rules.checkpoints is not None:
        check_folder(rules.checkpoints)
