"""Which part of a report is being made? Told to whoever sits before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text


@contextmanager
def stages(console: Console | None = None) -> Iterator[Callable[[str], None]]:
    """A function that says what is under way, in one line that is gone in the end; mute where nobody sees it.

    Args:
        console: where to write; standard error by default. One that is no terminal gets nothing.
    """
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield lambda stage: status.update(Text(f"{stage} ..."))
