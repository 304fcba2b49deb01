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
_MAX_DAYS = 36_500


def token(
    name: Annotated[str | None, typer.Argument(help="What the token is for; without it, all are listed.")] = None,
    tokens: Annotated[Path, typer.Option(help="File of tokens.", dir_okay=False)] = Path("paretune-tokens.json"),
    scope: Annotated[str, typer.Option(help="What it may do: read, write (the default) or admin.")] = "write",
    study: Annotated[
        options.Words, typer.Option(metavar="PATTERN", help="Studies that it may use, such as nets-*; all by default.")
    ] = None,
    days: Annotated[
        float | None,
        typer.Option(
            help="When it expires; never by default.",
        ),
    ] = None,
    revoke: Annotated[bool, typer.Option("--revoke", help="Revoke the token. Services notice it at once.")] = False,
) -> None:
    """Make a token for `paretune serve --tokens FILE`. It is shown once; the file has only its hash."""
    from paretune.server.security.tokens import Scope, TokenFile, new_token

    if name is not None and not name.strip():
        raise InvalidInputError("the name of the token is empty (is a shell variable not set?): say what it is for")
    file = TokenFile(tokens)
    if name is None and revoke:
        raise InvalidInputError("--revoke needs the name of a token: `paretune token` lists them")
    if name is None:
        _list(file)
    elif revoke:
        file.revoke(name)
        typer.echo(printable(f"{name} is revoked"))
    else:
        if scope not in list(Scope):
            raise InvalidInputError(f"--scope must be one of {', '.join(Scope)}, but is {scope!r}")
        if study and not all(map(str.strip, study)):
            raise InvalidInputError("--study is empty (is a shell variable not set?): give a pattern, or leave it out")
        text, made = new_token(name, Scope(scope), study or (), _expiry(days))
        file.add(made)
        typer.echo(text)


def _expiry(days: float | None) -> float | None:
    """Return when a token expires, in POSIX seconds; None for never."""
    if days is None:
        return None
    if not 0 < days <= _MAX_DAYS:
        raise InvalidInputError(f"--days must be between 0 and {_MAX_DAYS:,}, but is {days:g}")
    return time.time() + days * _DAY_SECONDS


def _list(file: TokenFile) -> None:
    for known in file.tokens():
        until = "" if known.expires is None else time.strftime(", until %Y-%m-%d %H:%M UTC", time.gmtime(known.expires))
        studies = f", only {', '.join(known.studies)}" if known.studies else ""
        typer.echo(printable(f"{known.name}: {known.prefix}..., {known.scope}{studies}{until}"))
