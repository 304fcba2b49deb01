"""`paretune status`, `stop` and `log`: a study that runs, seen and ended from another terminal."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from paretune.cli.options import Storage
from paretune.cli.read import StudyName

_SECONDS = 2.0


def status(
    study: StudyName,
    storage: Storage = "paretune.db",
    watch: Annotated[bool, typer.Option("--watch", help="Go on showing it until it has ended, or Ctrl-C.")] = False,
) -> None:
    """Show what a study does: trials by state, busy workers, hypervolume, rate, failures and the front so far."""
    from paretune.study import open_storage, quieten

    quieten()
    opened = open_storage(storage, must_exist=True)
    if watch:
        _watch(study, opened)
    else:
        typer.echo(_state(study, opened)[0])


def _watch(study: str, storage: Any) -> None:
    from rich.live import Live
    from rich.text import Text

    try:
        with Live(auto_refresh=False) as live:
            while True:
                text, is_over = _state(study, storage)
                live.update(Text(text), refresh=True)
                if is_over:
                    return
                time.sleep(_SECONDS)
    except KeyboardInterrupt:
        return


def _state(study: str, storage: Any) -> tuple[str, bool]:
    """A study in words, and whether nothing runs it any more."""
    from paretune.cli.display import described
    from paretune.report import Run
    from paretune.study import activity, load

    stored, now = load(study, storage), activity(study, storage)
    is_over = bool(now.ended) and not now.running
    return described(Run(stored.name, stored.trials, stored.origin, stored.n_unfit), now), is_over


def stop(study: StudyName, storage: Storage = "paretune.db") -> None:
    """Ask every run of a study to finish what it runs, and to begin no more."""
    from paretune.study import activity, ask_to_stop, quieten

    quieten()
    ask_to_stop(study, storage)
    n = len(activity(study, storage).running)
    typer.echo(
        f"{study}: asked to stop; {n} running trial{'' if n == 1 else 's'} will be finished"
        if n
        else f"{study}: asked to stop; no trial runs"
    )


def log(
    study: StudyName,
    number: Annotated[int, typer.Argument(help="The trial's number.", min=0)],
    storage: Storage = "paretune.db",
) -> None:
    """Print what a trial printed, and how it failed if it did."""
    from paretune.study import log_of, quieten

    quieten()
    files, words = log_of(study, number, storage)
    for path in files:
        content = path.read_bytes()
        heading = b"--- %s\n" % path.name.encode() if len(files) > 1 else b""
        typer.echo(heading + content, nl=not content.endswith(b"\n"))
    if words or not files:
        typer.echo(f"trial {number}: {words or 'it left no log'}", err=True)
