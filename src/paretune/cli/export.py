"""`paretune export`: write a study's trials to a file or to standard output."""

from __future__ import annotations

from typing import Annotated

import typer

from paretune.app.export import ExportFormat, check_ending
from paretune.app.known_names import DEFAULT_STORAGE, check_output_file, check_stored
from paretune.cli import options


def export(
    study: options.StudyName,
    storage: options.Storage = DEFAULT_STORAGE,
    format: Annotated[ExportFormat, typer.Option(help="What to write.")] = ExportFormat.csv,  # noqa: A002 (the option's name)
    front: Annotated[bool, typer.Option("--front", help="Only the efficient trials.")] = False,
    curves: Annotated[
        bool, typer.Option("--curves", help="The metrics that trials reported with a step: one row a trial and step.")
    ] = False,
    output: Annotated[
        options.OptionalPath,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="A file, compressed if its name ends in .gz. Standard output by default.",
        ),
    ] = None,
) -> None:
    """Write a study's trials: parameters, objectives in your units, state and reason.

    JSON also has all other metrics and each trial's record: where it ran, how long each part took, its error and steps.
    `origin` writes where the trials come from instead: settings, data, objectives, and each run with its searcher,
    seed, command and machine. `--curves` writes the learning curves instead. `paretune import` reads both together with
    the CSV.
    """
    if output is not None:
        check_ending(output, format)
        check_output_file(output)
    check_stored(storage, [study])
    from paretune.app.export import curves_text, export_text, write_export
    from paretune.study import load

    text = (curves_text if curves else export_text)(load(study, storage), format, front=front)
    if output is None:
        typer.echo(text, nl=False)
    else:
        write_export(output, text)
