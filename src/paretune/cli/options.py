"""What can be said, on a command line, of the trials that a report is about?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from paretune.errors import InvalidInputError

if TYPE_CHECKING:
    from paretune.objectives import Objective, Objectives

Storage = Annotated[str, typer.Option(help="An SQLite file, a journal file or a storage URL of Optuna's.")]
Csv = Annotated[
    bool, typer.Option("--csv", help="The names are CSV files, not studies; what ends in .csv is one in any case.")
]
Maximized = Annotated[
    list[str] | None, typer.Option("--maximize", metavar="COLUMN", help="Of a CSV: an objective, the more the better.")
]
Minimized = Annotated[
    list[str] | None, typer.Option("--minimize", metavar="COLUMN", help="Of a CSV: an objective, the less the better.")
]
Units = Annotated[list[str] | None, typer.Option("--unit", metavar="NAME=UNIT", help="Of a CSV: an objective's unit.")]
Ignored = Annotated[
    list[str] | None, typer.Option("--ignore", metavar="COLUMN", help="Of a CSV: a column that is no parameter.")
]
AtLeast = Annotated[
    list[str] | None,
    typer.Option(
        "--at-least", metavar="NAME=VALUE", help="A limit for this report, as accuracy=0.75: less has failed."
    ),
]
AtMost = Annotated[
    list[str] | None,
    typer.Option("--at-most", metavar="NAME=VALUE", help="A limit for this report, as latency=0.1: more has failed."),
]
RunAtLeast = Annotated[
    list[str] | None,
    typer.Option("--at-least", metavar="NAME=VALUE", help="A limit, as accuracy=0.75: a trial with less has failed."),
]
RunAtMost = Annotated[
    list[str] | None,
    typer.Option("--at-most", metavar="NAME=VALUE", help="A limit, as latency=0.1: a trial with more has failed."),
]
Title = Annotated[str, typer.Option(help="The heading of the report; the names of the studies by default.")]
Corner = Annotated[
    list[str] | None,
    typer.Option(
        "--reference",
        metavar="NAME=VALUE",
        help="What hypervolumes are measured from; by default limits, or somewhat beyond the worst trial.",
    ),
]


def limits(at_least: Sequence[str] | None, at_most: Sequence[str] | None) -> tuple[dict[str, float], dict[str, float]]:
    """What ``--at-least`` and ``--at-most`` say."""
    return numbers("--at-least", at_least or ()), numbers("--at-most", at_most or ())


def numbers(option: str, words: Sequence[str]) -> dict[str, float]:
    """The values of ``NAME=VALUE``, several of which may stand in a word, with commas between them.

    Raises:
        InvalidInputError: a word is not so, or a name stands twice.

    Example:
        >>> numbers("--reference", ["accuracy=0.5,latency=1"])
        {'accuracy': 0.5, 'latency': 1.0}
    """
    found: dict[str, float] = {}
    for word in (part for words_ in words for part in words_.split(",")):
        name, _, text = word.rpartition("=")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not name or not math.isfinite(value):
            raise InvalidInputError(f"{option} takes name=number, such as accuracy=0.75, but got {word!r}")
        if name in found:
            raise InvalidInputError(f"{option} gives {name} twice")
        found[name] = value
    return found


def goals_of(
    maximized: Sequence[str] | None, minimized: Sequence[str] | None, units: Sequence[str] | None
) -> Objectives | None:
    """The objectives of ``--maximize``, ``--minimize`` and ``--unit``, in that order; None where there are none."""
    from paretune.objectives import Maximize, Minimize, Objectives

    written = dict(unit.rpartition("=")[::2] for unit in units or ())
    named = {*(maximized or ()), *(minimized or ())}
    unknown = [unit for unit in units or () if unit.rpartition("=")[0] not in named]
    if unknown:
        raise InvalidInputError(
            f"--unit takes name=unit of an objective of a CSV, such as latency=s, not {unknown[0]!r}"
        )
    goals: list[Objective] = [
        *(Maximize(name, unit=written.get(name, "")) for name in maximized or ()),
        *(Minimize(name, unit=written.get(name, "")) for name in minimized or ()),
    ]
    return Objectives(goals) if goals else None
