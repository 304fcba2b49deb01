"""Parse the words of a command line: NAME=VALUE settings, limits, reference points and objectives."""

from __future__ import annotations

import math
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paretune.app.value_readers import parse_value
from paretune.errors import InvalidInputError, is_utf8

if TYPE_CHECKING:
    from paretune.objectives import Objectives

Words = Sequence[str] | None


def check_encoding(words: Sequence[str]) -> None:
    """Check that words are UTF-8: others can neither be stored nor printed.

    Raises:
        InvalidInputError: a word is not.
    """
    for word in words:
        if not is_utf8(word):
            shown = word.encode(errors="backslashreplace").decode()
            raise InvalidInputError(f"'{shown}' is not UTF-8 text: rename what it names, or type it again")


def command_line() -> str:
    """Return the command line of this process."""
    return shlex.join(["paretune", *sys.argv[1:]])


def parse_settings(words: Words) -> dict[str, Any]:
    """Parse the words of ``--set``: numbers, true, false and null become values, anything else stays text.

    Raises:
        InvalidInputError: a word has no ``=``, or a name has two different values.

    Example:
        >>> parse_settings(["epochs=20", "learning_rate=1e-3", "framework=tensorflow"])
        {'epochs': 20, 'learning_rate': 0.001, 'framework': 'tensorflow'}
    """
    settings: dict[str, Any] = {}
    for word in words or ():
        name, equals, text = word.partition("=")
        if not equals or not name:
            raise InvalidInputError(f"--set takes name=value, such as epochs=20, but got {word!r}")
        value = parse_value(text)
        if name in settings and settings[name] != value:
            raise InvalidInputError(f"--set gives {name} twice: {settings[name]!r} and {value!r}")
        settings[name] = value
    return settings


def parse_data_settings(
    settings: dict[str, Any], data: str | None, target: str | None, method: str | None = None
) -> dict[str, Any]:
    """Add the words of ``--data``, ``--target`` and ``--method`` to the settings; an existing path becomes absolute.

    Raises:
        InvalidInputError: a name has two different values.

    Example:
        >>> parse_data_settings({"folds": 3}, "wine", None)
        {'folds': 3, 'data': 'wine'}
    """
    if data is not None:
        data = str(Path(data).absolute()) if Path(data).exists() else data
    given = (("data", data), ("target", target), ("method", method))
    words = {name: value for name, value in given if value is not None}
    for name, value in words.items():
        if settings.get(name, value) != value:
            raise InvalidInputError(f"--set and --{name} give {name} twice: {settings[name]!r} and {value!r}")
    return {**settings, **words}


def parse_limits(at_least: Words, at_most: Words) -> tuple[dict[str, float], dict[str, float]]:
    """Parse the words of ``--at-least`` and ``--at-most``; errors are those of `parse_numbers`."""
    return parse_numbers("--at-least", at_least), parse_numbers("--at-most", at_most)


def parse_numbers(option: str, words: Words) -> dict[str, float]:
    """Parse words such as ``NAME=NUMBER,NAME=NUMBER``.

    Args:
        option: name of the option, for messages.
        words: what the user typed; None if nothing.

    Raises:
        InvalidInputError: a word has another form, or a name occurs twice.

    Example:
        >>> parse_numbers("--reference", ["accuracy=0.5,latency=1"])
        {'accuracy': 0.5, 'latency': 1.0}
    """
    numbers: dict[str, float] = {}
    for word in (part for group in words or () for part in _split_group(group)):
        name, _, text = word.rpartition("=")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not name or not math.isfinite(value):
            example = f"{name or 'accuracy'}=0.75"
            raise InvalidInputError(f"{option} takes name=number, such as {example}, but got {word!r}")
        if name in numbers:
            raise InvalidInputError(f"{option} gives {name} twice")
        numbers[name] = value
    return numbers


def _split_group(group: str) -> list[str]:
    """Split at the commas between numbers; those inside of a name such as ``a,b`` or ``f(k=1,l=2)`` stay."""
    parts = [""]
    for piece in group.split(","):
        parts[-1] += piece
        is_whole = "=" in parts[-1] and parts[-1].count("(") == parts[-1].count(")")
        parts[-1:] = [parts[-1], ""] if is_whole else [f"{parts[-1]},"]
    return [*parts[:-1], parts[-1][:-1]] if parts[-1] else parts[:-1]


def parse_units(words: Words) -> dict[str, str]:
    """Parse the words of ``--unit``.

    Raises:
        InvalidInputError: a word has no ``=``.

    Example:
        >>> parse_units(["latency=ms"])
        {'latency': 'ms'}
    """
    units: dict[str, str] = {}
    for word in words or ():
        name, equals, unit = word.rpartition("=")
        if not equals or not name:
            raise InvalidInputError(f"--unit takes name=unit of an objective, such as latency=s, not {word!r}")
        units[name] = unit
    return units


def parse_objectives(maximize: Words, minimize: Words, units: Words) -> Objectives | None:
    """Parse the words of ``--maximize``, ``--minimize`` and ``--unit``; return None if there is no objective.

    Raises:
        InvalidInputError: a unit belongs to none of these objectives.
    """
    from paretune.objectives import Maximize, Minimize, Objectives

    if not maximize and not minimize:
        return None
    unit_of = parse_units(units)
    for name, unit in unit_of.items():
        if name not in {*(maximize or ()), *(minimize or ())}:
            word = f"{name}={unit}"
            raise InvalidInputError(f"--unit takes name=unit of an objective of a CSV, such as latency=s, not {word!r}")
    return Objectives(
        [
            *(Maximize(name, unit=unit_of.get(name, "")) for name in maximize or ()),
            *(Minimize(name, unit=unit_of.get(name, "")) for name in minimize or ()),
        ]
    )
