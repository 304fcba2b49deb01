"""`paretune status`: show the state of a study, once or until it ends."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from paretune.app.known_names import DEFAULT_STORAGE, check_stored
from paretune.cli import options

_REFRESH_SECONDS = 2.0


def status(
    study: options.StudyName,
    storage: options.Storage = DEFAULT_STORAGE,
    watch: Annotated[
        bool, typer.Option("--watch", help="Refresh until the study has ended or you press Ctrl-C.")
    ] = False,
    recommend: Annotated[
        bool,
        typer.Option(
            "--recommend",
            help="Show the configurations that the models recommend: the front without noise. Loads PyTorch, seconds.",
        ),
    ] = False,
) -> None:
    """Show a study: trials by state, busy workers, hypervolume, rate, failures and the front so far."""
    check_stored(storage, [study])
    from paretune.study import open_storage, quiet_optuna_logging

    quiet_optuna_logging()
    opened = open_storage(storage, must_exist=True)
    if watch:
        _watch(study, opened)
    else:
        typer.echo(_describe(study, opened)[0])
    if recommend:
        from paretune.app.status import study_status
        from paretune.cli.recommendation import describe_recommendation

        typer.echo(describe_recommendation(study_status(study, opened).run.trials))


def _watch(study: str, storage: Any) -> None:
    from rich.live import Live
    from rich.text import Text

    try:
        with Live(auto_refresh=False) as live:
            while True:
                text, is_over = _describe(study, storage)
                live.update(Text(text), refresh=True)
                if is_over:
                    return
                time.sleep(_REFRESH_SECONDS)
    except KeyboardInterrupt:
        return


def _describe(study: str, storage: Any) -> tuple[str, bool]:
    """Describe a study; also return whether it is over."""
    from paretune.app.status import study_status
    from paretune.cli.display import describe_study

    found = study_status(study, storage)
    return describe_study(found.run, found.activity), found.is_over
