"""The command line: parse, call, print."""

from __future__ import annotations

import errno
import os
import signal
import sys
import warnings
from typing import Annotated, Any

import typer

from paretune.cli import compare, import_csv, measure, read, refit, report, run, watch
from paretune.cli.sanitize import one_line
from paretune.errors import ParetuneError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_DAMAGED = ("malformed", "not a database", "no such column")  # what SQLite says of such a file
app = typer.Typer(
    name="paretune",
    help="Find the best trade-offs between a model's metrics, such as accuracy and time, in few trainings.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("run")(run.run)
app.command("refit")(refit.refit)
app.command("import")(import_csv.import_csv)
app.command("export")(read.export)
app.command("report")(report.report)
app.command("compare")(compare.compare)
app.command("status")(watch.status)
app.command("stop")(watch.stop)
app.command("log")(watch.log)
app.command("workloads")(read.workloads)
app.command("measure-lock")(measure.measure_lock)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"paretune {version('paretune')}")
        raise typer.Exit


@app.callback()
def _main(
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """Run the command line: a user's mistake is one line and exit code 2, an interruption 130."""
    signal.signal(signal.SIGTERM, _interrupt)
    warnings.filterwarnings("ignore", "Choices for a categorical distribution")  # Optuna's, of whoever made the study
    try:
        app(standalone_mode=True)
    except ParetuneError as error:
        sys.exit(_complain(str(error)))
    except OSError as error:
        if error.errno not in _FULL:
            raise
        sys.exit(_complain(_unwritten(error)))
    except Exception as error:
        if not _is_of_storage(error):
            raise
        cause = str(error.__cause__ or error).partition("\n")[0]
        if any(word in cause for word in _DAMAGED):
            sys.exit(_complain(f"the storage's file is damaged ({cause}): go on from a copy of it, or begin another"))
        sys.exit(_complain(f"the storage no longer answers ({cause}): what it holds is kept; see to it and run again"))


def _is_of_storage(error: Exception) -> bool:
    """Whether Optuna's storage raised it, or the database below; told by name, as Optuna may not be loaded."""
    return type(error).__name__ == "StorageInternalError" or type(error).__module__.startswith("sqlalchemy.")


def _unwritten(error: OSError) -> str:
    """What could not be written, in words; what standard output has not taken is not tried again at the end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    what = error.filename or "the output"
    return f"{what} cannot be written ({error.strerror}): make room, or write elsewhere, and run again"


def _interrupt(_number: int, _frame: Any) -> None:
    raise KeyboardInterrupt


def _complain(message: str) -> int:
    typer.echo(f"paretune: {one_line(message)}", err=True)
    return 2
