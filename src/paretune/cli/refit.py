"""`paretune refit`: train the best configurations again, on all of the data or with other options."""

from __future__ import annotations

import logging
from typing import Annotated, Any

import typer

from paretune.app.known_names import DEFAULT_STORAGE, check_stored, check_workload_name
from paretune.cli import options
from paretune.cli.completion import complete_workload
from paretune.cli.help_sections import OUTPUT, STUDY
from paretune.cli.log_lines import log_lines, log_message
from paretune.cli.parse import command_line, parse_settings
from paretune.cli.run import report_at_end, run_with_progress
from paretune.cli.run_end import run_end


@options.with_run_options("workers", "on_end")
def refit(
    study: options.StudyName,
    top: Annotated[
        int, typer.Option(metavar="N", help="Number of configurations of the front to train again.", min=1)
    ] = 5,
    set_: Annotated[
        options.Words,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            rich_help_panel=STUDY,
            help="An option of the workload that replaces the study's.",
        ),
    ] = None,
    save: Annotated[
        options.OptionalPath,
        typer.Option(
            metavar="FILE",
            rich_help_panel=OUTPUT,
            help="Train the knee of these configurations on all data and save the model, such as model.skops.",
        ),
    ] = None,
    workload: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=STUDY,
            autocompletion=complete_workload,
            help="The study file, for a study that was made with one.",
        ),
    ] = None,
    storage: options.Storage = DEFAULT_STORAGE,
    data_dir: options.DataDir = None,
    out: options.ReportFolder = None,
    report: options.WithReport = None,
    log_format: options.Log = None,
    **run_options: Any,
) -> None:
    """Train the best configurations of a study again, with other options, as the study <study>-refit.

    Options under `run` in a study file apply, except those that stop a run early.

    Each configuration is trained three times with different seeds, if the workload has the option `repeats` and --set
    does not change it. The study's report compares both trainings.
    """
    check_stored(storage, [study])
    settings = parse_settings(set_)
    if workload is not None:
        check_workload_name(workload)
    from paretune.app.folders import check_report_folder, report_folder
    from paretune.app.refit import RefitRequest, open_refit
    from paretune.study import quiet_optuna_logging

    quiet_optuna_logging()
    folder = out or report_folder(study)
    if report is not False:
        check_report_folder(folder, "choose another --out, or --no-report")
    typed = options.typed_run_options(run_options)
    request = RefitRequest(study, storage, top, settings, workload, data_dir, typed, command_line())
    again = open_refit(request)
    saver = None if save is None else again.saver()
    with log_lines(log_format), run_end(again.study, again.options.on_end, storage) as end:
        end.exit_code = run_with_progress(again.study, again.set_up, again.options)
        if saver is not None and save is not None and not end.exit_code:
            number = again.save_knee(saver, save)
            log_message(f"the model of trial {number} of {again.study.name} is saved in {save}", logging.INFO)
        end.report = report_at_end(study, storage, folder, end.exit_code, is_asked=report)
    if end.exit_code:
        raise typer.Exit(end.exit_code)
