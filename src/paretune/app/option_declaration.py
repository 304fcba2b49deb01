"""The declaration of one option of a run: its default, reader, help text and the executor that needs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class RunOption:
    """Declaration of one option of a run.

    Args:
        read: makes the value from a name and what the user gave; raises `InvalidInputError`.
        help: one or two sentences for the command line and the docs.
        word: type of the word on a command line: ``int``, ``float``, ``str``, or ``list`` for an option that may be
            repeated.
        metavar: placeholder of the word in help texts; by default that of the type.
        executor: name of the only executor that knows this option; empty if every executor knows it.
        section: section of the help text.
    """

    read: Callable[[str, Any], Any]
    help: str
    word: type = str
    metavar: str | None = None
    executor: str = ""
    section: str = "Search"


def option(default: Any, read: Callable[[str, Any], Any], text: str, **details: Any) -> Any:
    """Declare a field of `RunOptions` that users may set.

    Args:
        default: its value if nothing else is given.
        read: see `RunOption`.
        text: help text.
        **details: the other arguments of `RunOption`.
    """
    return field(default=default, metadata={"option": RunOption(read, text, **details)})
