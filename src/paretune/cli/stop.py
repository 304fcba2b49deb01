"""`paretune stop`: end a study that runs in another terminal."""

from __future__ import annotations

import typer

from paretune.app.known_names import DEFAULT_STORAGE, check_stored
from paretune.cli import options
from paretune.cli.sanitize import printable


def stop(study: options.StudyName, storage: options.Storage = DEFAULT_STORAGE) -> None:
    """Ask every run of a study to finish its running trials and to start no new ones."""
    check_stored(storage, [study])
    from paretune.app.stop import stop_study
    from paretune.study import quiet_optuna_logging

    quiet_optuna_logging()
    n_running = stop_study(study, storage)
    trials = f"{n_running} running trial{'' if n_running == 1 else 's'} will be finished"
    typer.echo(printable(f"{study}: asked to stop; {trials if n_running else 'no trial runs'}"))
