"""`paretune inspect`: show what the columns of a CSV file are taken as."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from paretune.app.known_names import check_file
from paretune.cli import options
from paretune.cli.sanitize import printable


def inspect_csv(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file with trials, of any tool.")],
    maximize: options.Maximize = None,
    minimize: options.Minimize = None,
    parameter: options.Parameter = None,
    metric: options.Metric = None,
    ignore: options.Ignore = None,
) -> None:
    """Show what each column of a CSV file is taken as, and why. Nothing is changed."""
    check_file(file)
    from paretune.app.columns import inspect_table
    from paretune.trials import ColumnChoice

    choice = ColumnChoice(parameter or (), metric or (), ignore or ())
    table = inspect_table(file, [*(maximize or ()), *(minimize or ())], choice)
    written_by = f", written by {table.tool}" if table.tool else ""
    typer.echo(printable(f"{file}: {table.n_rows} rows{written_by}"))
    rows = [(view.column, view.role, view.reason, ", ".join(view.examples)) for view in table.columns]
    _print_columns([("column", "taken as", "why", "examples"), *rows])
    if not maximize and not minimize:
        typer.echo("Name the objectives with --maximize COLUMN and --minimize COLUMN: no column is one without them.")
    typer.echo("Change the rest with --parameter COLUMN, --metric COLUMN and --ignore COLUMN.")


def _print_columns(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[i]) for row in rows) + 2 for i in range(len(rows[0]))]
    for row in rows:
        typer.echo(printable("".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))).rstrip())
