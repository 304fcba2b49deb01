"""`paretune searchers`: list what can choose the trials."""

from __future__ import annotations

import typer


def searchers() -> None:
    """List the searchers: when to take each, what it learns from failures, how it runs in parallel, and its options."""
    from paretune.app.searchers import describe_searchers

    for described in describe_searchers():
        typer.echo(f"{described.name}: {described.when}")
        typer.echo(f"  learns from failures: {described.failures}")
        typer.echo(f"  in parallel: {described.parallel}")
        for name, option in described.options.items():
            typer.echo(f"  --searcher-option {name}={option.default}: {option.help}")
