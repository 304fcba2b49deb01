"""A line on a terminal that shows the current step of a longer job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text


@contextmanager
def spinner(console: Console | None = None) -> Iterator[Callable[[str], None]]:
    """Yield a function that shows the name of the current step; the line disappears in the end.

    Args:
        console: where to write, standard error by default. Nothing is written if it is not a terminal.
    """
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield lambda step: status.update(Text(f"{step} ..."))
