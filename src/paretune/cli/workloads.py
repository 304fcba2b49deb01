"""`paretune workloads`: list what can be tuned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from paretune.cli.sanitize import printable

if TYPE_CHECKING:
    from paretune.space import Parameter


def workloads() -> None:
    """List the workloads with their objectives, parameters and options."""
    from paretune.workloads import installed_workloads, load_workload

    for name in installed_workloads():
        workload = load_workload(name)
        typer.echo(printable(f"{name}: {workload.summary}"))
        typer.echo(f"  objectives: {', '.join(f'{o.goal} {o.name}' for o in workload.objectives)}")
        for parameter, varied in workload.space.items():
            typer.echo(f"  {parameter}: {_describe_values(varied)}")
        for option_name, option in workload.options.items():
            setting = f"--set {option_name}={option.default_value}"
            typer.echo(f"  {setting}: {option.help} ({_describe_values(option.values)})")


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
