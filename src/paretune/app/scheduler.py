"""The scheduler that the options of a run describe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from paretune.app.run_options import UNLIMITED, RunOptions
from paretune.errors import InvalidInputError
from paretune.evaluation.contract import Evaluate, takes_report
from paretune.schedulers import SCHEDULERS, Scheduler, StartupHalving
from paretune.schedulers.step_decision import check_objectives
from paretune.study.budget import Budget
from paretune.study.run_checks import check_can_pause
from paretune.workloads import Workload


def make_scheduler(options: RunOptions, workload: Workload, settings: Mapping[str, Any]) -> Scheduler | None:
    """Make the scheduler of a run; None if it has none.

    Args:
        options: of the run. What they leave out has the rule's own default, or that of the workload.
        workload: it may know the last step of a whole training.
        settings: all of its options.

    Raises:
        InvalidInputError: the options do not fit together, or the last step is not known.
    """
    chosen = {name: getattr(options, name) for name in ("min_resource", "max_resource", "eta")}
    given = {name: value for name, value in chosen.items() if value is not None}
    if options.scheduler == "none":
        return None
    _check_options(given, options.scheduler)
    if "max_resource" in _options_of(options.scheduler) and "max_resource" not in given:
        given["max_resource"] = _whole_length(workload, settings, f"scheduler {options.scheduler}")
    scheduler: Scheduler = SCHEDULERS[options.scheduler](**given)
    return _fit_to_run(scheduler, options) if isinstance(scheduler, StartupHalving) else scheduler


def _fit_to_run(scheduler: StartupHalving, options: RunOptions) -> StartupHalving:
    """Leave a short run time for whole trainings."""
    n_trials = None if options.trials >= UNLIMITED else options.trials
    n_steps = int(options.budget.amount) if options.budget is not None and options.budget.is_in_steps else None
    return scheduler.within(n_trials, n_steps)


def make_budget(options: RunOptions, workload: Workload, settings: Mapping[str, Any]) -> Budget | None:
    """The budget of a run, with the length of a whole training if it counts steps; None if there is none.

    Raises:
        InvalidInputError: it counts steps, and the last step is not known.
    """
    budget = options.budget
    if budget is None or not budget.is_in_steps:
        return budget
    length = options.max_resource or _whole_length(workload, settings, f"a budget of {budget.resource}")
    return replace(budget, length=length)


def check_scheduler(options: RunOptions, workload: Workload, settings: Mapping[str, Any], evaluate: Evaluate) -> None:
    """Check a run's scheduler and budget before a study is made; the arguments are those of `make_scheduler`.

    Raises:
        InvalidInputError: see `make_scheduler`; or the evaluation reports no steps.
    """
    budget = make_budget(options, workload, settings)
    if budget is not None and budget.is_in_steps and not takes_report(evaluate):
        raise InvalidInputError(
            f"{workload.name} reports no steps, so a budget of {budget.resource} cannot be counted: give it in hours"
        )
    scheduler = make_scheduler(options, workload, settings)
    if scheduler is None:
        return
    check_objectives(workload.objectives)
    if not takes_report(evaluate):
        raise InvalidInputError(
            f"{workload.name} reports no steps, so scheduler {options.scheduler} cannot stop its trials: "
            "leave the scheduler out, or give evaluate a second parameter named report"
        )
    check_can_pause(scheduler, evaluate)


def _options_of(scheduler: str) -> set[str]:
    return {field.name for field in fields(SCHEDULERS[scheduler])}


def _check_options(given: Mapping[str, int], scheduler: str) -> None:
    """Refuse options that a scheduler does not have."""
    for name in given:
        if name not in _options_of(scheduler):
            *most, last = (other for other in SCHEDULERS if name in _options_of(other))
            others = f"{', '.join(most)} and {last}"
            raise InvalidInputError(f"{name} is for {others}: leave it out with scheduler {scheduler}")


def _whole_length(workload: Workload, settings: Mapping[str, Any], rule: str) -> int:
    if workload.last_step is None:
        raise InvalidInputError(
            f"{rule} must know how long a training of {workload.name} is: "
            "give the last step of a whole training as max_resource"
        )
    return workload.last_step(settings)
