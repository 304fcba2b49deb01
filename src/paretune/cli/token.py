"""`paretune token`: make, list and revoke the tokens of a service."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paretune.cli import options
from paretune.cli.sanitize import printable
from paretune.errors import InvalidInputError

if TYPE_CHECKING:
    from paretune.server.security.tokens import TokenFile

_DAY_SECONDS = 86_400.0


def token(
    name: Annotated[str | None, typer.Argument(help="What the token is for; without it, all are listed.")] = None,
    tokens: Annotated[Path, typer.Option(help="File of tokens.", dir_okay=False)] = Path("paretune-tokens.json"),
    scope: Annotated[str, typer.Option(help="What it may do: read, write (the default) or admin.")] = "write",
    study: Annotated[
        options.Words, typer.Option(metavar="PATTERN", help="Studies that it may use, such as nets-*; all by default.")
    ] = None,
    days: Annotated[float | None, typer.Option(help="When it expires; never by default.", min=0.01)] = None,
    revoke: Annotated[bool, typer.Option("--revoke", help="Revoke the token. Services notice it at once.")] = False,
) -> None:
    """Make a token for `paretune serve --tokens FILE`. It is shown once; the file has only its hash."""
    from paretune.server.security.tokens import Scope, TokenFile, new_token

    file = TokenFile(tokens)
    if name is None:
        _list(file)
    elif revoke:
        file.revoke(name)
        typer.echo(printable(f"{name} is revoked"))
    else:
        if scope not in list(Scope):
            raise InvalidInputError(f"--scope must be one of {', '.join(Scope)}, but is {scope!r}")
        expires = None if days is None else time.time() + days * _DAY_SECONDS
        text, made = new_token(name, Scope(scope), study or (), expires)
        file.add(made)
        typer.echo(text)


def _list(file: TokenFile) -> None:
    for known in file.tokens():
        until = "" if known.expires is None else time.strftime(", until %Y-%m-%d %H:%M UTC", time.gmtime(known.expires))
        studies = f", only {', '.join(known.studies)}" if known.studies else ""
        typer.echo(printable(f"{known.name}: {known.prefix}..., {known.scope}{studies}{until}"))
