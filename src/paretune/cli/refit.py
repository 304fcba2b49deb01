"""`paretune refit`: train the best configurations again, on all of the data or with other options."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from paretune.cli import options
from paretune.cli.parse import command_line, parse_settings
from paretune.cli.report import report_study
from paretune.cli.run import run_with_progress


@options.with_run_options("workers")
def refit(
    study: options.StudyName,
    top: Annotated[int, typer.Option(help="Number of configurations of the front to train again.", min=1)] = 5,
    set_: Annotated[
        options.Words,
        typer.Option("--set", metavar="NAME=VALUE", help="An option of the workload that replaces the study's."),
    ] = None,
    workload: Annotated[str | None, typer.Option(help="The study file, for a study that was made with one.")] = None,
    storage: options.Storage = "paretune.db",
    data_dir: options.DataDir = None,
    out: options.ReportFolder = None,
    report: Annotated[bool, typer.Option(help="Write a report of the study at the end.")] = True,
    **run_options: Any,
) -> None:
    """Train the best configurations of a study again, with other options, as the study <study>-refit.

    Options under `run` in a study file apply, except those that stop a run early.

    Each configuration is trained three times with different seeds, if the workload has the option `repeats` and --set
    does not change it. The study's report compares both trainings.
    """
    from paretune.app.folders import check_report_folder, report_folder
    from paretune.app.refit import RefitRequest, open_refit
    from paretune.study import quiet_optuna_logging

    quiet_optuna_logging()
    folder = out or report_folder(study)
    if report:
        check_report_folder(folder, "choose another --out, or --no-report")
    typed = options.typed_run_options(run_options)
    request = RefitRequest(study, storage, top, parse_settings(set_), workload, data_dir, typed, command_line())
    again = open_refit(request)
    exit_code = run_with_progress(again.study, again.set_up, again.options)
    if report:
        report_study(study, storage, folder)
    if exit_code:
        raise typer.Exit(exit_code)
