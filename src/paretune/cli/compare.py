"""`paretune compare`: compare two studies, with intervals."""

from __future__ import annotations

from typing import Annotated

import typer

from paretune.app.known_names import DEFAULT_STORAGE, check_output_folder, check_sources
from paretune.cli import options
from paretune.cli.completion import complete_source
from paretune.cli.help_sections import OUTPUT
from paretune.cli.parse import parse_limits, parse_numbers, parse_units
from paretune.cli.report import MODELLING, SUMMARIZING, print_columns, write_and_print
from paretune.cli.sanitize import printable
from paretune.cli.spinner import spinner


def compare(
    candidate: Annotated[
        str,
        typer.Argument(
            metavar="CANDIDATE",
            autocompletion=complete_source,
            help="A study or CSV file. A quoted pattern such as 'bayes-*' stands for several runs.",
        ),
    ],
    baseline: Annotated[
        str,
        typer.Argument(
            metavar="BASELINE",
            autocompletion=complete_source,
            help="The study or CSV file to compare with, or a pattern.",
        ),
    ],
    storage: options.Storage = DEFAULT_STORAGE,
    out: Annotated[
        options.OptionalPath,
        typer.Option(
            metavar="FOLDER",
            rich_help_panel=OUTPUT,
            help="Folder of the report, by default <candidate>-against-<baseline>-report.",
        ),
    ] = None,
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
    title: options.Title = "",
    film: options.Film = False,
    models: options.Models = True,
) -> None:
    """Compare two studies: print numbers with intervals, and write the candidate's report with the comparison."""
    check_output_folder(out)
    check_sources([candidate, baseline], storage, is_csv=csv)
    point = parse_numbers("--reference", reference)
    parse_units(unit)  # first: what is wrong is said before slow imports
    parse_limits(at_least, at_most)
    from paretune.app.compare import compare_runs
    from paretune.app.report import SummaryOptions

    columns = (parameter, metric, ignore)
    sources = options.make_sources(storage, csv, (maximize, minimize, unit), (at_least, at_most), columns)
    with spinner() as show:
        show(MODELLING if models else SUMMARIZING)
        found = compare_runs(sources, candidate, baseline, options=SummaryOptions(point, title, models), out=out)
    print_columns(sources.describe_columns([candidate], [baseline]))
    _print_table(found.rows)
    write_and_print(found.summary, found.folder, film=film)


def _print_table(rows: list[dict[str, str]]) -> None:
    lines = [tuple(row.values()) for row in rows]
    lines = [tuple(rows[0]), *lines] if rows else []
    widths = [max((len(line[i]) for line in lines), default=0) + 2 for i in range(2)]
    for label, ours, theirs in lines:
        typer.echo(printable(f"{label:<{widths[0]}}{ours:<{widths[1]}}{theirs}").rstrip())
