"""`paretune compare`: is one study better than another, and by how much?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from paretune.cli import options, sources
from paretune.cli.report import SUMMARIZING, write
from paretune.cli.spinner import stages


def compare(
    candidate: Annotated[
        str, typer.Argument(help="A study or CSV file; several with different seeds by a pattern in quotes: 'bayes-*'.")
    ],
    baseline: Annotated[str, typer.Argument(help="What it is compared with, likewise.")],
    storage: options.Storage = "paretune.db",
    out: Annotated[Path | None, typer.Option(help="Folder; <candidate>-against-<baseline>-report by default.")] = None,
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
    """Compare two studies: print the numbers with their intervals, and write the candidate's report with them."""
    from paretune.cli.settings import comparison_folder
    from paretune.report import comparison_table, name_of, summarize

    found = sources.sources(storage, csv, (maximize, minimize, unit), (at_least, at_most), ignore)
    ours, theirs = found.sides([candidate], [baseline])
    corner = options.numbers("--reference", reference or ())
    with stages() as tell:
        tell(SUMMARIZING)
        summary = summarize(ours, theirs, reference=corner, models=True, title=title)
    if summary.comparison is not None:
        rows = comparison_table(summary.comparison)
        widths = [max(len(row[column]) for row in rows) + 2 for column in ("", "candidate")]
        for row in rows:
            typer.echo(f"{row['']:<{widths[0]}}{row['candidate']:<{widths[1]}}{row['baseline']}".rstrip())
    write(summary, out or comparison_folder(name_of(summary.candidate), name_of(summary.baseline)))
