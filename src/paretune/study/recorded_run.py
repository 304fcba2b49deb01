"""Run a study to the end of a run, and write down why it ended."""

from __future__ import annotations

from contextlib import suppress

from optuna.exceptions import OptunaError

from paretune.study.retry import without_retry
from paretune.study.run_entry import RunEntry
from paretune.study.run_loop import RunLoop


def run_recorded(loop: RunLoop, entry: RunEntry, name: str) -> None:
    """Run a loop, and write down its end, also after an error.

    Args:
        loop: the loop of the run.
        entry: the entry of the run in the study's record.
        name: the study's name, for a note to an interruption.

    Raises:
        KeyboardInterrupt: see `RunLoop.run`, as for the other errors.
    """
    try:
        loop.run()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            error.add_note(f"study {name!r} has stored all finished trials; run again to go on")
        with suppress(OptunaError), without_retry():
            entry.end(loop.end)
        raise
    entry.end(loop.end)
