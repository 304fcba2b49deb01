"""`paretune run`: tune a workload, and leave a database and a report."""

from __future__ import annotations

import logging
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paretune.app.known_names import DEFAULT_STORAGE, check_workload_name
from paretune.app.run_options import read_typed
from paretune.cli import options
from paretune.cli.completion import complete_setting, complete_study, complete_workload
from paretune.cli.help_sections import STUDY
from paretune.cli.log_lines import log_lines, log_message
from paretune.cli.parse import command_line, parse_data_settings, parse_limits, parse_settings
from paretune.cli.run_end import EXIT_ERROR, EXIT_INTERRUPTED, run_end
from paretune.cli.sanitize import one_line, printable
from paretune.cli.spinner import spinner
from paretune.errors import SpaceExhaustedError, TooManyFailuresError, WorkerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paretune.app.plan import StudyRequest
    from paretune.app.run_options import RunOptions
    from paretune.study import StepsCallback, Study, TrialCallback
    from paretune.trials import Trials
    from paretune.workloads.set_up import WorkloadSetup


@options.with_run_options()
def run(
    workload: Annotated[
        str,
        typer.Argument(
            metavar="WORKLOAD",
            autocompletion=complete_workload,
            help="What to tune: a name that `paretune workloads` lists, or the path of a study file.",
        ),
    ],
    at_least: options.StudyAtLeast = None,
    at_most: options.StudyAtMost = None,
    storage: options.Storage = DEFAULT_STORAGE,
    study: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            rich_help_panel=STUDY,
            autocompletion=complete_study,
            help="The study's name, the workload's name by default.",
        ),
    ] = None,
    data_dir: options.DataDir = None,
    set_: Annotated[
        options.Words,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            rich_help_panel=STUDY,
            autocompletion=complete_setting,
            help="An option of the workload, a fixed value of a parameter, or its bounds as LOW:HIGH.",
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|FOLDER|NAME",
            rich_help_panel=STUDY,
            help="The data, for workloads with the option data; the same as --set data=...",
        ),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            rich_help_panel=STUDY,
            help="The column to predict, for workloads with the option target; the same as --set target=...",
        ),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            rich_help_panel=STUDY,
            help="How architectures are searched, for workloads with the option method; the same as --set method=...",
        ),
    ] = None,
    out: options.ReportFolder = None,
    report: options.WithReport = None,
    log_format: options.Log = None,
    **run_options: Any,
) -> None:
    """Tune a workload: search its parameters for the best trade-offs between its metrics."""
    check_workload_name(workload)
    settings, limits = parse_data_settings(parse_settings(set_), data, target, method), parse_limits(at_least, at_most)
    typed = options.typed_run_options(run_options)
    read_typed(typed)

    from paretune.app.read_run_options import read_run_options
    from paretune.workloads.set_up import find_workload

    chosen = find_workload(workload)
    chosen.parse_settings(settings)
    if chosen.tailor is not None:
        from paretune.app.plan import StudyRequest, study_name, tailor_request

        asked = StudyRequest(workload, chosen, study_name(study, chosen.name), storage, data_dir)
        chosen = tailor_request(asked, settings).workload
    chosen.objectives.with_limits(*limits)
    how = read_run_options(typed, chosen.run_defaults, chosen.objectives)

    with spinner() as show:  # on a slow machine this takes seconds
        show("Loading the search")
        from paretune.app.folders import check_report_folder, report_folder
        from paretune.app.plan import StudyRequest, study_name
        from paretune.study import quiet_optuna_logging

    quiet_optuna_logging()
    name = study_name(study, chosen.name)
    folder = out or report_folder(name)
    if report is not False:
        check_report_folder(folder, "choose another --out, or --no-report")
    request = StudyRequest(workload, chosen, name, storage, data_dir, limits=limits, command=command_line())
    with log_lines(log_format):
        exit_code = _run_request(request, settings, how, folder, report)
    if exit_code:
        raise typer.Exit(exit_code)


def _run_request(
    request: StudyRequest, settings: Mapping[str, Any], how: RunOptions, folder: Path, has_report: bool | None
) -> int:
    """Open the study, run it, and write its report; return the exit code."""
    from paretune.app.plan import open_study
    from paretune.app.tracking import TrialTracking

    study, set_up = open_study(request, settings, how)
    with run_end(study, how.on_end, request.storage) as end:
        if study.objectives.notice:
            log_message(study.objectives.notice)
        with TrialTracking(study, how.log, folder) as tracking:
            end.exit_code = run_with_progress(study, set_up, how, tracking.add, on_steps=tracking.add_steps)
        for location in tracking.locations:
            typer.echo(printable(location))
        _log_pending(study.trials)
        end.report = report_at_end(study.name, request.storage, folder, end.exit_code, is_asked=has_report)
    return end.exit_code


def report_at_end(study: str, storage: str, folder: Path, exit_code: int, *, is_asked: bool | None) -> Path | None:
    """Write the report of a run that has ended. After an interrupt it is written only if ``--report`` asks for it.

    Returns:
        The page; None if there is no report.
    """
    if is_asked is False:
        return None
    if exit_code == EXIT_INTERRUPTED and not is_asked:
        log_message(
            f"no report after an interrupt: {shlex.join(['paretune', 'report', study])} writes one", logging.INFO
        )
        return None
    from paretune.cli.report import report_study

    return report_study(study, storage, folder)


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
    from paretune.app.run_options import UNLIMITED
    from paretune.cli.progress import ProgressDisplay
    from paretune.cli.run_end import describe_run_end

    study.release_abandoned_trials()  # a trial of a dead runner must not count
    progress = ProgressDisplay(study, how.trials)
    try:
        with progress:
            run_study(study, set_up, how, progress.show, *listeners, on_steps=on_steps)
    except KeyboardInterrupt:
        done = f"{study.n_counted()} of {how.total}" if how.trials < UNLIMITED else f"{study.n_counted()} trials"
        log_message(f"interrupted with {done}; the same command continues from there")
        return EXIT_INTERRUPTED
    except SpaceExhaustedError as error:
        log_message(str(error))
        return 0
    except (TooManyFailuresError, WorkerError) as error:
        log_message(one_line(str(error)), logging.ERROR)
        return EXIT_ERROR
    if study.ended is not None and (words := describe_run_end(study.ended)):
        log_message(f"ended: {words}", logging.INFO)
    return 0


def _log_pending(trials: Trials) -> None:
    """Name the trials that other runs evaluate; the next run repeats those of a dead run."""
    numbers = trials.numbers[trials.is_pending]
    if len(numbers):
        which = f"trial {numbers[0]} is" if len(numbers) == 1 else f"trials {', '.join(map(str, numbers))} are"
        log_message(f"{which} still running elsewhere; if a run has died, the same command repeats its trials")
