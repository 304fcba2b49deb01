"""The `paretune` program: its commands, and one line for each error."""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
import warnings
from collections.abc import Callable
from typing import Annotated, Any

import typer

from paretune.cli.compare import compare
from paretune.cli.export import export
from paretune.cli.help_sections import CONTEXT_SETTINGS, SectionedCommand, SectionedGroup
from paretune.cli.import_ import import_csv
from paretune.cli.inspect_ import inspect_csv
from paretune.cli.log import log
from paretune.cli.measure_lock import measure_lock
from paretune.cli.parse import check_encoding
from paretune.cli.predict import predict
from paretune.cli.refit import refit
from paretune.cli.report import report
from paretune.cli.run import run
from paretune.cli.run_end import EXIT_ERROR
from paretune.cli.sanitize import one_line
from paretune.cli.searchers import searchers
from paretune.cli.serve import serve
from paretune.cli.status import status
from paretune.cli.stop import stop
from paretune.cli.studies import studies
from paretune.cli.token import token
from paretune.cli.workloads import workloads
from paretune.errors import ParetuneError

_WRITE_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_DAMAGE_SIGNS = ("malformed", "not a database", "no such column")  # in SQLite's messages about a damaged file
_RUNNING, _RESULTS, _TABLES, _TOOLS = "Tune", "Look at a study", "Trials in tables", "Tools"
_UsageError: Any = typer.BadParameter.__base__  # of Click, of which Typer has its own copy
_USAGE_WORDS = {
    "Input should be a valid integer, unable to parse string as an integer": "it must be a whole number",
    "Input should be a valid number, unable to parse string as a number": "it must be a number",
    "Input should be greater than or equal to": "it must be at least",
    "Input should be less than or equal to": "it must be at most",
    "Value error, ": "",
    "(Possible options: ": "(did you mean ",
}
_COMMANDS: dict[str, tuple[Callable[..., None], str, tuple[str, ...]]] = {
    "run": (
        run,
        _RUNNING,
        (
            "paretune run study.yaml --trials 200 --workers 4",
            "paretune run tabular --data train.csv --target price",
            "paretune run images --data pets --budget hours=1",
            "paretune run diatoms --set epochs=20 --at-most latency=0.01",
            "paretune run study.yaml --on-end 'notify-send \"$PARETUNE_MESSAGE\"'",
        ),
    ),
    "refit": (
        refit,
        _RUNNING,
        ("paretune refit quick --top 5 --set epochs=500", "paretune refit tabular --save model.skops"),
    ),
    "predict": (
        predict,
        _RUNNING,
        ("paretune predict model.skops rows.csv -o predicted.csv", "paretune predict model.pt pets"),
    ),
    "stop": (stop, _RUNNING, ("paretune stop nets",)),
    "workloads": (workloads, _RUNNING, ("paretune workloads", "paretune workloads tabular")),
    "searchers": (searchers, _RUNNING, ("paretune searchers",)),
    "studies": (studies, _RESULTS, ("paretune studies --storage nets.db", "paretune studies --json")),
    "status": (status, _RESULTS, ("paretune status nets --watch",)),
    "log": (log, _RESULTS, ("paretune log nets 17",)),
    "report": (
        report,
        _RESULTS,
        (
            "paretune report nets --out nets-report",
            "paretune report trials.csv --maximize accuracy --minimize latency",
        ),
    ),
    "compare": (compare, _RESULTS, ("paretune compare nets random", "paretune compare 'bayes-*' 'random-*'")),
    "export": (export, _TABLES, ("paretune export nets --front", "paretune export nets --format json -o nets.json")),
    "import": (import_csv, _TABLES, ("paretune import before.csv study.yaml",)),
    "inspect": (inspect_csv, _TABLES, ("paretune inspect trials.csv --maximize accuracy --minimize latency",)),
    "serve": (
        serve,
        _TOOLS,
        (
            "paretune serve --storage nets.db",
            "paretune serve --host 0.0.0.0 --tokens tokens.json --allow-host nets.example",
        ),
    ),
    "token": (token, _TOOLS, ("paretune token worker --study 'nets-*' --days 90", "paretune token worker --revoke")),
    "measure-lock": (measure_lock, _TOOLS, ("paretune measure-lock --device cuda:0 -- ./measure.sh",)),
}
_SUMMARIES = {
    "run": "Tune a workload or a study file.",
    "refit": "Train the best configurations of a study again.",
    "predict": "Predict the rows of a table by a saved model.",
    "stop": "End a study that runs elsewhere.",
    "workloads": "List what can be tuned, or describe one workload.",
    "searchers": "List what can choose the trials.",
    "studies": "List the studies of a storage.",
    "status": "Show the state of a study, once or until it ends.",
    "log": "Print what a trial printed.",
    "report": "Write a report with pictures.",
    "compare": "Compare two studies, with intervals.",
    "export": "Write trials as CSV or JSON.",
    "import": "Add trials of a CSV file to a study.",
    "inspect": "Show what the columns of a CSV file are taken as.",
    "serve": "Serve studies over HTTP, with live pages.",
    "token": "Make, list and revoke tokens of a service.",
    "measure-lock": "Run a command that has a device to itself.",
}
app = typer.Typer(
    name="paretune",
    help="Find the best trade-offs between a model's metrics, such as accuracy and time, in few trainings.",
    epilog="`paretune COMMAND -h` shows the options of a command, with examples.",
    no_args_is_help=True,
    cls=SectionedGroup,
    context_settings=CONTEXT_SETTINGS,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _name, (_command, _section, _examples) in _COMMANDS.items():
    _epilog = "\n".join(["\b", "Examples:", *(f"  {line}" for line in _examples)])
    _declare = app.command(
        _name, cls=SectionedCommand, epilog=_epilog, rich_help_panel=_section, short_help=_SUMMARIES[_name]
    )
    _declare(_command)


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
        check_encoding([*sys.argv[1:], os.environ.get("PARETUNE_STORAGE", "")])
        sys.exit(app(prog_name="paretune", standalone_mode=False))
    except _UsageError as error:
        sys.exit(_print_usage_error(error))
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


def _print_usage_error(error: Any) -> int:
    """Print what is wrong with the words of a command line, in one line; without any word, print the help."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return EXIT_ERROR
    message = error.format_message()
    for text, replacement in _USAGE_WORDS.items():
        message = message.replace(text, replacement)
    message = re.sub(r"\. Did you mean (.*)\?$", r" (did you mean \1?)", message)
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "paretune"
    return _print_error(f"{message.rstrip('.')}; `{command} -h` shows how to use it")


def _interrupt(_number: int, _frame: Any) -> None:
    raise KeyboardInterrupt


def _print_error(message: str) -> int:
    typer.echo(f"paretune: {one_line(message)}", err=True)
    return EXIT_ERROR
