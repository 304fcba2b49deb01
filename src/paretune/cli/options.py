"""Options and arguments that several commands share, and the options of a run."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paretune.app.known_names import check_storage_word
from paretune.app.run_options import RUN_OPTIONS
from paretune.app.source_names import check_study_name
from paretune.cli.completion import complete_run_option, complete_study
from paretune.cli.help_sections import CSV_FILES, OUTPUT, STUDY
from paretune.cli.log_lines import LogFormat
from paretune.cli.parse import parse_limits, parse_objectives, parse_units

if TYPE_CHECKING:
    from paretune.app.sources import Sources

Words = list[str] | None


def _check_study_name(name: str) -> str:
    return check_study_name(name)


def _check_storage(storage: str) -> str:
    return check_storage_word(storage)


OptionalPath = Path | None
StudyName = Annotated[
    str,
    typer.Argument(
        metavar="STUDY", callback=_check_study_name, autocompletion=complete_study, help="The study's name."
    ),
]
Storage = Annotated[
    str,
    typer.Option(
        metavar="FILE|URL",
        envvar="PARETUNE_STORAGE",
        callback=_check_storage,
        show_envvar=True,
        rich_help_panel=STUDY,
        help="Where studies are stored: an SQLite file, a journal file, or a storage URL of Optuna.",
    ),
]
DataDir = Annotated[
    OptionalPath, typer.Option(metavar="FOLDER", rich_help_panel=STUDY, help="Folder with the workload's data.")
]
ReportFolder = Annotated[
    OptionalPath,
    typer.Option(metavar="FOLDER", rich_help_panel=OUTPUT, help="Folder of the report, <study>-report by default."),
]
WithReport = Annotated[
    bool | None,
    typer.Option(
        "--report/--no-report",
        rich_help_panel=OUTPUT,
        help="Write a report at the end, the default. After Ctrl-C only --report writes one.",
    ),
]
Csv = Annotated[
    bool,
    typer.Option(
        "--csv", rich_help_panel=CSV_FILES, help="All names are CSV files. By default only names that end in .csv are."
    ),
]


def _column(option: str, text: str) -> Any:
    """Declare an option that names a column of a CSV file, and may be repeated."""
    return typer.Option(option, metavar="COLUMN", rich_help_panel=CSV_FILES, help=text)


Maximize = Annotated[Words, _column("--maximize", "An objective to maximize.")]
Minimize = Annotated[Words, _column("--minimize", "An objective to minimize.")]
Ignore = Annotated[Words, _column("--ignore", "A column to leave out.")]
Parameter = Annotated[Words, _column("--parameter", "A column that is a parameter.")]
Metric = Annotated[Words, _column("--metric", "A column that is a metric.")]
Unit = Annotated[
    Words, typer.Option("--unit", metavar="NAME=UNIT", rich_help_panel=OUTPUT, help="The unit of an objective.")
]


def _limit(option: str, panel: str, text: str) -> Any:
    return typer.Option(option, metavar="NAME=VALUE", rich_help_panel=panel, help=text)


ReportAtLeast = Annotated[
    Words,
    _limit(
        "--at-least",
        OUTPUT,
        "A lower limit for this report, such as accuracy=0.75. A trial below it counts as failed.",
    ),
]
ReportAtMost = Annotated[
    Words,
    _limit(
        "--at-most",
        OUTPUT,
        "An upper limit for this report, such as latency=0.1. A trial above it counts as failed.",
    ),
]
StudyAtLeast = Annotated[
    Words,
    _limit("--at-least", STUDY, "A lower limit of the study, such as accuracy=0.75. A trial below it fails."),
]
StudyAtMost = Annotated[
    Words,
    _limit("--at-most", STUDY, "An upper limit of the study, such as latency=0.1. A trial above it fails."),
]
Title = Annotated[
    str,
    typer.Option(
        metavar="TEXT", rich_help_panel=OUTPUT, help="Heading of the report, the names of the studies by default."
    ),
]
Film = Annotated[
    bool, typer.Option("--film", rich_help_panel=OUTPUT, help="Also write the search as a film, film.svg.")
]
Models = Annotated[
    bool,
    typer.Option(
        "--models/--no-models",
        rich_help_panel=OUTPUT,
        help="Estimate the noise of objectives without standard errors by models, which takes some seconds.",
    ),
]
ReferencePoint = Annotated[
    Words,
    typer.Option(
        "--reference",
        metavar="NAME=VALUE",
        rich_help_panel=OUTPUT,
        help="Reference point of hypervolumes. By default the limits, or a point slightly worse than every trial.",
    ),
]
Utility = Annotated[
    str,
    typer.Option(
        metavar="EXPRESSION",
        rich_help_panel=OUTPUT,
        help='Sort the efficient configurations by an expression of metrics, such as "accuracy*(latency/0.1)**-0.07".',
    ),
]
Log = Annotated[
    LogFormat | None,
    typer.Option(
        "--log-format",
        metavar="plain|text|json",
        rich_help_panel=OUTPUT,
        help="Lines of the run: plain; text, with time and level; or json. By default plain on a terminal, else text.",
    ),
]


def make_sources(
    storage: str,
    csv: bool,
    objectives: tuple[Words, Words, Words],
    limits: tuple[Words, Words],
    columns: tuple[Words, Words, Words],
) -> Sources:
    """Make the sources of runs that the options describe.

    Args:
        storage: path or URL of the storage.
        csv: whether all names are files.
        objectives: words of ``--maximize``, ``--minimize`` and ``--unit``.
        limits: words of ``--at-least`` and ``--at-most``.
        columns: words of ``--parameter``, ``--metric`` and ``--ignore``.

    Raises:
        InvalidInputError: a word has another form than expected.
    """
    from paretune.app.sources import Sources

    parameters, metrics, ignored = (list(words or ()) for words in columns)
    return Sources(
        storage,
        csv,
        parse_objectives(*objectives),
        *parse_limits(*limits),
        ignored,
        parameters,
        metrics,
        parse_units(objectives[2]),
    )


def with_run_options(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add options of a run to a command that takes them as ``**run_options``.

    Args:
        names: names of the options; all without any. An option that was not typed is None.
    """
    options = [_run_option_parameter(name) for name in names or RUN_OPTIONS]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(command, eval_str=True)
        own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        n_arguments = sum(p.default is p.empty for p in own)
        parameters = [*own[:n_arguments], *options, *own[n_arguments:]]
        command.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {p.name: p.annotation for p in parameters}
        return command

    return decorate


def _run_option_parameter(name: str) -> inspect.Parameter:
    option = RUN_OPTIONS[name]
    word = list[str] if option.word is list else option.word
    default = typer.Option(
        None,
        help=option.help,
        metavar=option.metavar,
        rich_help_panel=option.section,
        autocompletion=complete_run_option(name),
    )
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Parameter(name, kind, default=default, annotation=word | None)


def typed_run_options(run_options: dict[str, Any]) -> dict[str, Any]:
    """Return the run options of a command; an empty list means that the option was not typed."""
    return {name: None if value == [] else value for name, value in run_options.items()}
