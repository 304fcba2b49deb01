"""The `paretune` program: its commands, and one line for each error."""

from __future__ import annotations

import errno
import os
import signal
import sys
import warnings
from collections.abc import Callable
from typing import Annotated, Any

import typer

from paretune.cli.compare import compare
from paretune.cli.export import export
from paretune.cli.import_ import import_csv
from paretune.cli.inspect_ import inspect_csv
from paretune.cli.log import log
from paretune.cli.measure_lock import measure_lock
from paretune.cli.refit import refit
from paretune.cli.report import report
from paretune.cli.run import EXIT_ERROR, run
from paretune.cli.sanitize import one_line
from paretune.cli.status import status
from paretune.cli.stop import stop
from paretune.cli.workloads import workloads
from paretune.errors import ParetuneError

_WRITE_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_DAMAGE_SIGNS = ("malformed", "not a database", "no such column")  # in SQLite's messages about a damaged file
_COMMANDS: dict[str, Callable[..., None]] = {
    "run": run,
    "refit": refit,
    "inspect": inspect_csv,
    "import": import_csv,
    "export": export,
    "report": report,
    "compare": compare,
    "status": status,
    "stop": stop,
    "log": log,
    "workloads": workloads,
    "measure-lock": measure_lock,
}
app = typer.Typer(
    name="paretune",
    help="Find the best trade-offs between a model's metrics, such as accuracy and time, in few trainings.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _name, _command in _COMMANDS.items():
    app.command(_name)(_command)


def _print_version(is_given: bool) -> None:
    if is_given:
        from importlib.metadata import version

        typer.echo(f"paretune {version('paretune')}")
        raise typer.Exit


@app.callback()
def _read_global_options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Read the options before the command; each acts in its own callback."""


def main() -> None:
    """Run the command line. An error of the user is one line and exit code 2; an interrupt is exit code 130."""
    signal.signal(signal.SIGTERM, _interrupt)
    warnings.filterwarnings("ignore", "Choices for a categorical distribution")  # Optuna's, about foreign studies
    try:
        app(standalone_mode=True)
    except ParetuneError as error:
        sys.exit(_print_error(str(error)))
    except OSError as error:
        if error.errno not in _WRITE_ERRORS:
            raise
        sys.exit(_print_error(_describe_write_error(error)))
    except Exception as error:
        if not _is_storage_error(error):
            raise
        sys.exit(_print_error(_describe_storage_error(error)))


def _is_storage_error(error: Exception) -> bool:
    """Whether Optuna's storage or its database raised the error; compared by name, without loading Optuna."""
    return type(error).__name__ == "StorageInternalError" or type(error).__module__.startswith("sqlalchemy.")


def _describe_storage_error(error: Exception) -> str:
    cause = str(error.__cause__ or error).partition("\n")[0]
    if any(sign in cause for sign in _DAMAGE_SIGNS):
        return f"the file of the storage is damaged ({cause}): continue from a copy of it, or start a new one"
    return f"the storage no longer answers ({cause}): its content is kept; repair it and run the same command again"


def _describe_write_error(error: OSError) -> str:
    """Describe what could not be written; output that is still buffered is dropped, as it would fail again."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    target = error.filename or "the output"
    return f"{target} cannot be written ({error.strerror}): free some space, or write elsewhere, and run again"


def _interrupt(_number: int, _frame: Any) -> None:
    raise KeyboardInterrupt


def _print_error(message: str) -> int:
    typer.echo(f"paretune: {one_line(message)}", err=True)
    return EXIT_ERROR
