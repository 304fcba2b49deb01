"""`paretune run`: tune a workload, and leave a database and a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from paretune.cli import options
from paretune.cli.parse import command_line, parse_limits, parse_settings
from paretune.cli.sanitize import one_line, printable
from paretune.errors import SpaceExhaustedError, TooManyFailuresError, WorkerError

if TYPE_CHECKING:
    from paretune.app.run_options import RunOptions
    from paretune.study import StepsCallback, Study, TrialCallback
    from paretune.trials import Trials
    from paretune.workloads.set_up import WorkloadSetup

EXIT_ERROR, EXIT_INTERRUPTED = 2, 130


@options.with_run_options()
def run(
    workload: Annotated[
        str, typer.Argument(help="What to tune: a name that `paretune workloads` lists, or the path of a study file.")
    ],
    at_least: options.StudyAtLeast = None,
    at_most: options.StudyAtMost = None,
    storage: options.Storage = "paretune.db",
    study: Annotated[str | None, typer.Option(help="The study's name, the workload's name by default.")] = None,
    data_dir: options.DataDir = None,
    set_: Annotated[
        options.Words,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="An option of the workload, a fixed value of a parameter, or its bounds as LOW:HIGH.",
        ),
    ] = None,
    out: options.ReportFolder = None,
    report: Annotated[bool, typer.Option(help="Write a report at the end.")] = True,
    **run_options: Any,
) -> None:
    """Tune a workload: search its parameters for the best trade-offs between its metrics."""
    from paretune.app.folders import check_report_folder, report_folder
    from paretune.app.plan import StudyRequest, open_study, study_name
    from paretune.app.read_run_options import read_run_options
    from paretune.app.tracking import TrialTracking
    from paretune.cli.report import report_study
    from paretune.study import quiet_optuna_logging
    from paretune.workloads.set_up import find_workload

    quiet_optuna_logging()
    chosen = find_workload(workload)
    how = read_run_options(options.typed_run_options(run_options), chosen.run_defaults, chosen.objectives)
    name = study_name(study, chosen.name)
    folder = out or report_folder(name)
    if report:
        check_report_folder(folder, "choose another --out, or --no-report")
    limits = parse_limits(at_least, at_most)
    request = StudyRequest(workload, chosen, name, storage, data_dir, limits=limits, command=command_line())
    opened, set_up = open_study(request, parse_settings(set_), how)
    if opened.objectives.notice:
        _print_error(opened.objectives.notice)
    with TrialTracking(opened, how.log, folder) as tracking:
        exit_code = run_with_progress(opened, set_up, how, tracking.add, on_steps=tracking.add_steps)
    for location in tracking.locations:
        typer.echo(printable(location))
    _print_pending(opened.trials)
    if report:
        report_study(name, storage, folder)
    if exit_code:
        raise typer.Exit(exit_code)


def run_with_progress(
    study: Study,
    set_up: WorkloadSetup,
    how: RunOptions,
    *listeners: TrialCallback,
    on_steps: StepsCallback | None = None,
) -> int:
    """Run a study, show its progress, and say why it ended.

    Args:
        study: the open study.
        set_up: makes what evaluates a trial.
        how: options of the run.
        listeners: called with each finished trial.
        on_steps: called with new steps of a running trial.

    Returns:
        The exit code.
    """
    from paretune.app.run import run_study
    from paretune.cli.progress import ProgressDisplay
    from paretune.cli.run_end import describe_run_end

    study.release_abandoned_trials()  # a trial of a dead runner must not count
    progress = ProgressDisplay(study, how.trials)
    try:
        with progress:
            run_study(study, set_up, how, progress.show, *listeners, on_steps=on_steps)
    except KeyboardInterrupt:
        done = f"{study.n_counted()} of {how.trials} trials"
        _print_error(f"interrupted with {done}; the same command continues from there")
        return EXIT_INTERRUPTED
    except SpaceExhaustedError as error:
        _print_error(str(error))
        return 0
    except (TooManyFailuresError, WorkerError) as error:
        _print_error(one_line(str(error)))
        return EXIT_ERROR
    if study.ended is not None and (words := describe_run_end(study.ended)):
        _print_error(f"ended: {words}")
    return 0


def _print_error(message: str) -> None:
    typer.echo(printable(f"paretune: {message}"), err=True)


def _print_pending(trials: Trials) -> None:
    """Name the trials that other runs evaluate; the next run repeats those of a dead run."""
    numbers = trials.numbers[trials.is_pending]
    if len(numbers):
        which = f"trial {numbers[0]} is" if len(numbers) == 1 else f"trials {', '.join(map(str, numbers))} are"
        _print_error(f"{which} still running elsewhere; if a run has died, the same command repeats its trials")
