"""`paretune report`: what did a study find?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paretune.cli import options, sources
from paretune.cli.spinner import stages

if TYPE_CHECKING:
    from paretune.report import Summary

SUMMARIZING = "Estimating how sure the front is"


def report(
    study: Annotated[str, typer.Argument(help="The study's name, or a CSV file of anyone's trials.")],
    storage: options.Storage = "paretune.db",
    baseline: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STUDY", help="What to compare it with; again, or a pattern in quotes, for several seeds."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the report; <study>-report by default.")] = None,
    csv: options.Csv = False,
    maximize: options.Maximized = None,
    minimize: options.Minimized = None,
    unit: options.Units = None,
    ignore: options.Ignored = None,
    at_least: options.AtLeast = None,
    at_most: options.AtMost = None,
    reference: options.Corner = None,
    title: options.Title = "",
) -> None:
    """Write a report: report.html, report.md, report.json and the pictures."""
    from paretune.cli.settings import report_folder
    from paretune.report import summarize

    found = sources.sources(storage, csv, (maximize, minimize, unit), (at_least, at_most), ignore)
    candidate, others = found.sides([study], baseline or [])
    corner = options.numbers("--reference", reference or ())
    with stages() as tell:
        tell(SUMMARIZING)
        summary = summarize(candidate, others, reference=corner, models=True, title=title)
    write(summary, out or report_folder(summary.name))


def publish(study: str, storage: str, folder: Path) -> None:
    """Write the report of a stored study; print its headline and where it is."""
    from paretune.report import summarize
    from paretune.study import load

    found = sources.sources(storage, False, (None, None, None), (None, None), None)
    with stages() as tell:
        tell(SUMMARIZING)
        summary = summarize(found.of_study(load(study, storage)), models=True)
    write(summary, folder)


def write(summary: Summary, folder: Path) -> None:
    """Write a report; print what a reader must know first, its headline and where it is."""
    from paretune import report as reports
    from paretune.workloads.builtin.data import notice

    with stages() as tell:
        page = reports.write(summary, folder, tell)
    for text in summary.notices:
        notice(text)
    typer.echo(reports.headline(summary))
    typer.echo(f"Report: {page}")
