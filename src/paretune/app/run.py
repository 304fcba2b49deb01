"""Run a study up to its total number of trials."""

from __future__ import annotations

from paretune.app.executors import open_executor
from paretune.app.propose import find_proposals, left_of_budget
from paretune.app.run_options import UNLIMITED, RunOptions
from paretune.app.scheduler import make_budget, make_scheduler
from paretune.execution import Outcome
from paretune.study import AskedTrial, StepsCallback, Stop, Study, TrialCallback
from paretune.workloads.set_up import WorkloadSetup


def run_study(
    study: Study,
    set_up: WorkloadSetup,
    options: RunOptions,
    *listeners: TrialCallback,
    on_steps: StepsCallback | None = None,
) -> None:
    """Evaluate trials until the study has its total, or a stop rule ends the run.

    Args:
        study: the open study.
        set_up: makes what evaluates a trial, in each worker.
        options: how to run it.
        listeners: called with each finished trial, in this order.
        on_steps: called with new steps of a running trial.

    Raises:
        TooManyFailuresError: too many trials in a row failed.
        SpaceExhaustedError: a finite space has no untried configuration.
        WorkerError: a worker cannot be set up.
        InvalidInputError: the search before the first trial, if the workload has one, costs more than the budget.
        KeyboardInterrupt: the user interrupted the run; finished trials are stored.
    """

    def notify(asked: AskedTrial, outcome: Outcome) -> None:
        for listener in listeners:
            listener(asked, outcome)

    workload = set_up.workload()
    scheduler = make_scheduler(options, workload, set_up.options)
    budget = make_budget(options, workload, set_up.options)
    if workload.proposer is not None:
        budget = left_of_budget(budget, find_proposals(study, workload.proposer, set_up, budget))
    with open_executor(study, set_up, options) as executor:
        study.run(
            executor,
            None if options.trials >= UNLIMITED else options.trials,
            stop=Stop(options.stop_after, options.stop_at, options.stop_growth),
            scheduler=scheduler,
            budget=budget,
            confirm=options.confirm,
            checkpoints=options.checkpoint_dir,
            max_failures=options.max_failures,
            overlap=options.is_asynchronous,
            on_trial=notify,
            on_steps=on_steps,
        )
