"""`paretune studies`: list the studies of a storage."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from paretune.app.known_names import DEFAULT_STORAGE, check_stored
from paretune.cli import options
from paretune.cli.sanitize import printable

if TYPE_CHECKING:
    from paretune.study import ListedStudy


def studies(
    storage: options.Storage = DEFAULT_STORAGE,
    as_json: Annotated[bool, typer.Option("--json", help="Write a JSON list, for programs.")] = False,
) -> None:
    """List the studies of a storage: state, trials, objectives and last activity."""
    check_stored(storage)
    from paretune.study import list_studies, quiet_optuna_logging

    quiet_optuna_logging()
    found = list_studies(storage)
    if as_json:
        typer.echo(json.dumps([study.to_dict() for study in found], indent=1))
        return
    for study in found:
        for line in _describe(study):
            typer.echo(printable(line))
    if not found:
        typer.echo("no study yet: `paretune run` makes one")


def _describe(study: ListedStudy) -> list[str]:
    """Describe a study in two lines, so that long names and many objectives fit a terminal."""
    total = "" if study.n_trials is None else f" of {study.n_trials}"
    counts = study.counts
    n_counted = sum(counts[state] for state in ("complete", "failed", "stopped", "running"))
    details = [f"{counts[state]} {state}" for state in counts if counts[state]]
    head = f"{study.name}: {study.state}, {n_counted}{total} trials"
    head += f" ({', '.join(details)})" if details else ""
    last = f"; last activity {study.last_activity:%Y-%m-%d %H:%M}" if study.last_activity else ""
    source = f"{study.workload}: " if study.workload and study.workload != study.name else ""
    return [head, f"  {source}{', '.join(study.objectives)}{last}"]
