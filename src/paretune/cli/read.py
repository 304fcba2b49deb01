"""`paretune export` and `workloads`: look at what is there."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paretune.cli.options import Storage
from paretune.errors import InvalidInputError

if TYPE_CHECKING:
    from paretune.space import Parameter
    from paretune.trials import Trials


class Format(StrEnum):
    """File formats of an export."""

    csv = "csv"
    json = "json"
    origin = "origin"


StudyName = Annotated[str, typer.Argument(help="The study's name.")]


def export(
    study: StudyName,
    storage: Storage = "paretune.db",
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.csv,  # noqa: A002 (the option's name)
    front: Annotated[bool, typer.Option("--front", help="Only the efficient trials.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="A file, packed if it ends in .gz; standard output by default."),
    ] = None,
) -> None:
    """Write a study's trials: parameters, objectives in your units, state and reason.

    JSON also has all other metrics, and each trial's record: where it ran, how long what took, its error and steps.
    `origin` writes where the trials come from instead: settings, data, objectives, and each run with its searcher,
    seed, command and machine. `paretune import` reads it beside the CSV.
    """
    from paretune import pareto
    from paretune.study import load

    stored = load(study, storage)
    trials = pareto.efficient(stored.trials) if front else stored.trials
    match format:
        case Format.csv:
            text = trials.to_frame().to_csv(index=False)
        case Format.json:
            text = _json(trials, stored.records)
        case Format.origin:
            text = json.dumps({**stored.origin, "objectives": trials.objectives.to_dict()}, indent=1) + "\n"
    if output is None:
        typer.echo(text, nl=False)
        return
    content = text.encode()
    try:
        output.write_bytes(gzip.compress(content, mtime=0) if output.suffix == ".gz" else content)
    except OSError as error:
        raise InvalidInputError(f"cannot write {output}: {error.strerror}; choose another -o") from error


def _json(trials: Trials, records: Mapping[int, Mapping[str, Any]]) -> str:
    """One object a trial; what is not known is null."""
    rows = trials.to_frame().astype(object).to_dict("records")
    found = [
        {
            **row,
            "metrics": trials.metrics[i],
            "record": records[int(trials.numbers[i])],
        }
        for i, row in enumerate(rows)
    ]
    return json.dumps(_plain(found), indent=1, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    """What JSON can hold; what is not finite is null."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if hasattr(value, "isoformat"):
        return None if value != value else value.isoformat()  # noqa: PLR0124 (not a time)
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def workloads() -> None:
    """List what can be tuned, with options and parameters."""
    from paretune.workloads import load
    from paretune.workloads import workloads as installed

    for name in installed():
        workload = load(name)
        typer.echo(f"{name}: {workload.summary}")
        typer.echo(f"  objectives: {', '.join(f'{o.goal} {o.name}' for o in workload.objectives)}")
        for parameter, varied in workload.space.items():
            typer.echo(f"  {parameter}: {_values(varied)}")
        for option, described in workload.options.items():
            typer.echo(f"  --set {option}={described.unset}: {described.help} ({_values(described.values)})")


def _values(parameter: Parameter) -> str:
    """What a parameter may be, in words.

    Example:
        >>> from paretune.space import Categorical, Float, Int
        >>> _values(Float(1e-5, 1, log=True)), _values(Int(8, 64, step=8))
        ('1e-05 to 1, log', '8 to 64 by 8')
        >>> _values(Categorical(["a", "b"], when={"k": 1}))
        'a or b, where k is 1'
    """
    from paretune.space import Categorical

    if isinstance(parameter, Categorical):
        text = " or ".join(map(str, parameter.choices))
    else:
        by = f" by {parameter.step:g}" if parameter.step not in (None, 1) else ""
        text = f"{parameter.low:g} to {parameter.high:g}{by}{', log' if parameter.log else ''}"
    when = [f"{parent} is {' or '.join(map(str, values))}" for parent, values in parameter.when.items()]
    return f"{text}, where {' and '.join(when)}" if when else text
