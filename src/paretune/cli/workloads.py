"""`paretune workloads`: list what can be tuned."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from paretune.cli.completion import complete_workload
from paretune.cli.sanitize import printable

if TYPE_CHECKING:
    from paretune.space import Parameter
    from paretune.workloads import Workload


def workloads(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", autocompletion=complete_workload, help="A workload, or a study file, to describe."
        ),
    ] = None,
) -> None:
    """List the workloads with their objectives, parameters and options, or describe one of them."""
    from paretune.workloads import installed_workloads
    from paretune.workloads.set_up import find_workload

    for each in installed_workloads() if name is None else [name]:
        workload = find_workload(each)
        typer.echo(printable(f"{each}: {workload.summary}"))
        if name is not None:
            _describe_more(workload)
        _describe(workload)


def _describe(workload: Workload) -> None:
    """Print the objectives, the parameters and the options."""
    typer.echo(f"  objectives: {', '.join(f'{o.goal} {o.name}' for o in workload.objectives)}")
    for parameter, varied in workload.space.items():
        typer.echo(f"  {parameter}: {_describe_values(varied)}")
    for option_name, option in workload.options.items():
        values = "" if option.values is None else f" ({_describe_values(option.values)})"
        typer.echo(f"  --set {option_name}={option.default_value}: {option.help}{values}")


def _describe_more(workload: Workload) -> None:
    """Print the paragraphs of the workload, and the configurations that a new study tries first."""
    for paragraph in filter(None, workload.description.split("\n\n")):
        typer.echo(f"\n{fill(printable(paragraph), 100)}")
    if workload.first:
        typer.echo("\nA new study tries these first, as far as its space has them:")
        for params in workload.first:
            typer.echo(f"  {' '.join(f'{name}={value}' for name, value in params.items())}")
    typer.echo("\nAll settings, which --set changes one by one:")


def _describe_values(parameter: Parameter) -> str:
    """Describe the values that a parameter can have.

    Example:
        >>> from paretune.space import Categorical, Float, Int
        >>> _describe_values(Float(1e-5, 1, log=True)), _describe_values(Int(8, 64, step=8))
        ('1e-05 to 1, log', '8 to 64 by 8')
        >>> _describe_values(Categorical(["a", "b"], when={"k": 1}))
        'a or b, where k is 1'
    """
    from paretune.space import Categorical, Float, Int

    text = ""
    if isinstance(parameter, Categorical):
        text = " or ".join(map(str, parameter.choices))
    if isinstance(parameter, (Float, Int)):
        by = f" by {parameter.step:g}" if parameter.step not in (None, 1) else ""
        text = f"{parameter.low:g} to {parameter.high:g}{by}{', log' if parameter.log else ''}"
    when = [f"{parent} is {' or '.join(map(str, values))}" for parent, values in parameter.when.items()]
    return f"{text}, where {' and '.join(when)}" if when else text
