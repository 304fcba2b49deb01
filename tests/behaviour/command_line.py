"""The command line in this process, as a user calls it in a folder."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import sys
import warnings
from pathlib import Path

from command_output import without_times


def call(folder: Path, *words: object) -> tuple[int, str, str]:
    """Return the exit code, the standard output and the standard error of a command in a folder."""
    from paretune.cli import main  # suggestions can be compared without it

    out, err = io.StringIO(), io.StringIO()
    with _as_before(), contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        os.environ.pop("PARETUNE_DATA", None)
        sys.argv = ["paretune", *map(str, words)]
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
    return code, _portable(out.getvalue(), folder), _portable(err.getvalue(), folder)


def _portable(text: str, folder: Path) -> str:
    """Return a text without the folder's place, the name of the program that started Python, and times of lines."""
    return without_times(re.sub(r"python -m [\w.]*?paretune", "paretune", text.replace(str(folder), "<folder>")))


@contextlib.contextmanager
def _as_before():
    """Restore what a command sets in the process: arguments, environment, signal handlers and warning filters."""
    argv, environment = sys.argv, dict(os.environ)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with warnings.catch_warnings():
            yield
    finally:
        sys.argv = argv
        os.environ.clear()
        os.environ.update(environment)
        for number, handler in handlers.items():
            signal.signal(number, handler)
