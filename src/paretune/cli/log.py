"""`paretune log`: print what a trial printed."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from paretune.app.known_names import DEFAULT_STORAGE, check_stored
from paretune.cli import options
from paretune.cli.sanitize import printable_lines


def log(
    study: options.StudyName,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The trial's number.", min=0)],
    storage: options.Storage = DEFAULT_STORAGE,
) -> None:
    """Print the log of a trial, and the reason if it failed. A terminal gets it without control sequences."""
    check_stored(storage, [study])
    from paretune.app.log import read_trial_log
    from paretune.study import quiet_optuna_logging

    quiet_optuna_logging()
    found = read_trial_log(study, number, storage)
    for path in found.files:
        content = path.read_bytes()
        heading = b"--- %s\n" % path.name.encode() if len(found.files) > 1 else b""
        shown = printable_lines(content.decode(errors="replace")).encode() if sys.stdout.isatty() else content
        typer.echo(heading + shown, nl=not content.endswith(b"\n"))
    if found.explanation or not found.files:
        typer.echo(printable_lines(f"trial {number}: {found.explanation or 'it left no log'}"), err=True)
