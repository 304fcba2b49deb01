"""`paretune serve`: studies over HTTP, and live pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from paretune.cli import options
from paretune.cli.sanitize import printable
from paretune.errors import InvalidInputError, pip_line

_START = "this start"


def serve(
    storage: options.Storage = "paretune.db",
    host: Annotated[str, typer.Option(help="Address to listen at. Any but this machine's own needs --tokens.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="Port to listen at; 0 for any.", min=0, max=65535)] = 8765,
    tokens: Annotated[
        Path | None, typer.Option(help="File of the tokens that `paretune token` made.", dir_okay=False)
    ] = None,
    allow_host: Annotated[
        options.Words,
        typer.Option(metavar="NAME", help="A name under which it is reached, such as a proxy's."),
    ] = None,
    proxy: Annotated[
        options.Words, typer.Option(metavar="ADDRESS", help="A proxy whose forwarded headers are believed.")
    ] = None,
    base_path: Annotated[str, typer.Option(metavar="/PREFIX", help="Prefix of all addresses behind a proxy.")] = "",
    allow: Annotated[
        options.Words,
        typer.Option(
            metavar="WORKLOAD",
            help="A workload or study file that the service may start, perhaps with settings that only you choose: "
            "'tabular data=train.csv target=price'. May be repeated; without it the service starts nothing.",
        ),
    ] = None,
    processes: Annotated[int, typer.Option(help="Processes for models.", min=1, max=64)] = 1,
    audit: Annotated[
        Path | None, typer.Option(help="Log of all changes, <storage>-audit.jsonl by default for a file.")
    ] = None,
) -> None:
    """Serve studies over HTTP: a JSON interface, and pages that show them live. It runs until Ctrl-C."""
    from paretune.study import quiet_optuna_logging

    try:
        from paretune.server.run import serve as run_server
        from paretune.server.security.tokens import Scope, new_token
        from paretune.server.settings import LOOPBACK, ServerSettings, audit_file
    except ImportError as error:
        raise InvalidInputError(f"paretune serve needs {error.name}: {pip_line('server')}") from error

    quiet_optuna_logging()
    text, start = new_token(_START, Scope.ADMIN) if host in LOOPBACK else ("", None)
    settings = ServerSettings(
        storage,
        host,
        port,
        tokens,
        start,
        tuple(allow_host or ()),
        tuple(proxy or ()),
        base_path,
        audit or audit_file(storage),
        processes,
        allow=tuple(allow or ()),
    )

    def show(address: str) -> None:
        if text:
            typer.echo(printable(f"Open {address}/login?token={text}"))
            typer.echo("Programs send the same token. It ends with Ctrl-C; `paretune token NAME` makes one that stays.")
        else:
            typer.echo(printable(f"Serving {address} with the tokens of {tokens}"))
            typer.echo("This is not encrypted: let a proxy add TLS (docs/service.md).", err=True)

    run_server(settings, show)
