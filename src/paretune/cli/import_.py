"""`paretune import`: add trials of a CSV file to a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from paretune.app.known_names import DEFAULT_STORAGE, check_file, check_workload_name
from paretune.cli import options
from paretune.cli.completion import complete_workload
from paretune.cli.help_sections import STUDY
from paretune.cli.parse import command_line, parse_limits, parse_settings
from paretune.cli.report import print_columns
from paretune.cli.sanitize import printable


def import_csv(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A CSV file that `paretune export` wrote, or one with fewer columns.")
    ],
    workload: Annotated[
        str | None,
        typer.Argument(
            metavar="WORKLOAD",
            autocompletion=complete_workload,
            help="The workload or study file with the parameters and objectives of these trials.",
        ),
    ] = None,
    study: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            rich_help_panel=STUDY,
            help="The study's name; by default the name of the workload or the file.",
        ),
    ] = None,
    storage: options.Storage = DEFAULT_STORAGE,
    maximize: options.Maximize = None,
    minimize: options.Minimize = None,
    parameter: options.Parameter = None,
    metric: options.Metric = None,
    ignore: options.Ignore = None,
    data_dir: options.DataDir = None,
    set_: Annotated[
        options.Words,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            rich_help_panel=STUDY,
            help="A setting of a new study, as for `paretune run`.",
        ),
    ] = None,
    at_least: options.StudyAtLeast = None,
    at_most: options.StudyAtMost = None,
    origin: Annotated[
        options.OptionalPath,
        typer.Option(
            metavar="FILE",
            rich_help_panel=STUDY,
            help="The file of `paretune export --format origin`: settings, limits and runs of these trials.",
        ),
    ] = None,
    curves: Annotated[
        options.OptionalPath,
        typer.Option(
            metavar="FILE",
            rich_help_panel=STUDY,
            help="The CSV file of `paretune export --curves`: the learning curves of these trials.",
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", rich_help_panel=STUDY, help="Also add trials that the study has already.")
    ] = False,
) -> None:
    """Add the trials of a CSV file to a study. `paretune run` then continues it, and they count towards its total."""
    settings, limits = parse_settings(set_), parse_limits(at_least, at_most)
    for path in (file, origin, curves):
        check_file(path)
    if workload is not None:
        check_workload_name(workload)
    from paretune.app.import_trials import ImportRequest, import_trials
    from paretune.study import quiet_optuna_logging

    quiet_optuna_logging()
    request = ImportRequest(
        file,
        storage,
        workload,
        study,
        maximize=maximize or (),
        minimize=minimize or (),
        ignored=ignore or (),
        parameters=parameter or (),
        metrics=metric or (),
        data_dir=data_dir,
        settings=settings,
        limits=limits,
        origin=origin,
        curves=curves,
        command=command_line(),
        again=again,
    )
    imported = import_trials(request)
    print_columns(imported.columns)
    if imported.notice:
        typer.echo(imported.notice, err=True)
    left_out = f", {imported.n_pending} pending left out" if imported.n_pending else ""
    left_out += f", {imported.n_known} left out that it has already (--again adds them)" if imported.n_known else ""
    typer.echo(printable(f"{imported.study}: {imported.n_added} trials added from {file}{left_out}"))
