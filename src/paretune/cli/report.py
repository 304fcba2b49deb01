"""`paretune report`: show what a study found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paretune.app.known_names import DEFAULT_STORAGE, check_output_folder, check_sources
from paretune.cli import options
from paretune.cli.completion import complete_source
from paretune.cli.help_sections import OUTPUT
from paretune.cli.parse import parse_limits, parse_numbers, parse_units
from paretune.cli.sanitize import printable
from paretune.cli.spinner import spinner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paretune.reports import Run, Summary

SUMMARIZING = "Estimating the uncertainty of the front"
MODELLING = "Estimating unknown noise by models (loads PyTorch, several seconds)"


def report(
    study: Annotated[
        str,
        typer.Argument(
            metavar="STUDY", autocompletion=complete_source, help="The study's name, or a CSV file with trials."
        ),
    ],
    storage: options.Storage = DEFAULT_STORAGE,
    baseline: Annotated[
        options.Words,
        typer.Option(
            metavar="STUDY",
            rich_help_panel=OUTPUT,
            autocompletion=complete_source,
            help="A study or CSV file to compare with. Repeat it, or quote a pattern, for several seeds.",
        ),
    ] = None,
    out: options.ReportFolder = None,
    csv: options.Csv = False,
    maximize: options.Maximize = None,
    minimize: options.Minimize = None,
    unit: options.Unit = None,
    parameter: options.Parameter = None,
    metric: options.Metric = None,
    ignore: options.Ignore = None,
    at_least: options.ReportAtLeast = None,
    at_most: options.ReportAtMost = None,
    reference: options.ReferencePoint = None,
    utility: options.Utility = "",
    title: options.Title = "",
    film: options.Film = False,
    models: options.Models = True,
) -> None:
    """Write a report: report.html, report.md, report.json and the pictures."""
    check_output_folder(out)
    check_sources([study, *(baseline or [])], storage, is_csv=csv)
    point = parse_numbers("--reference", reference)
    parse_units(unit)  # first: what is wrong is said before slow imports
    parse_limits(at_least, at_most)
    from paretune.app.folders import check_report_folder, report_folder
    from paretune.app.report import SummaryOptions, summarize_sources
    from paretune.reports import join_run_names

    columns = (parameter, metric, ignore)
    sources = options.make_sources(storage, csv, (maximize, minimize, unit), (at_least, at_most), columns)

    def check_folder(ours: Sequence[Run], _theirs: Sequence[Run]) -> None:
        check_report_folder(out or report_folder(join_run_names(ours)))

    with spinner() as show:
        show(MODELLING if models else SUMMARIZING)
        how = SummaryOptions(point, title, models, utility)
        summary = summarize_sources(sources, [study], baseline or [], options=how, on_found=check_folder)
    print_columns(sources.describe_columns([study], baseline or []))
    write_and_print(summary, out or report_folder(summary.name), film=film)


def print_columns(text: str) -> None:
    """Print what columns are taken as, if there is something to say."""
    if text:
        typer.echo(printable(text), err=True)


def report_study(study: str, storage: str, folder: Path) -> Path:
    """Write the report of a stored study, and print its headline and path; return its page."""
    from paretune.app.report import summarize_study

    with spinner() as show:
        show(SUMMARIZING)
        summary = summarize_study(study, storage)
    return write_and_print(summary, folder)


def write_and_print(summary: Summary, folder: Path, *, film: bool = False) -> Path:
    """Write a report, and print its notices, headline and path; return its page."""
    from paretune.app.report import write_report
    from paretune.reports import headline
    from paretune.workloads.builtin.data import print_notice

    with spinner() as show:
        page = write_report(summary, folder, show, film=film)
    for text in summary.notices:
        print_notice(printable(text))
    typer.echo(printable(headline(summary)))
    typer.echo(printable(f"Report: {page}"))
    return page
