"""A line on a terminal that shows the current step of a longer job."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def spinner(console: Console | None = None) -> Iterator[Callable[[str], None]]:
    """Yield a function that shows the name of the current step; the line disappears in the end.

    Args:
        console: where to write, standard error by default. Nothing is written if it is not a terminal.
    """
    if console is None and not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.text import Text

    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield lambda step: status.update(Text(f"{step} ..."))
