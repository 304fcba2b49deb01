"""The line with the current step."""

import io

import pytest
from rich.console import Console

from paretune.cli.spinner import spinner


@pytest.mark.parametrize(("is_terminal", "said"), [(True, "Drawing [the] front ..."), (False, "")])
def test_step_is_shown_on_terminal_only(is_terminal, said):
    written = io.StringIO()
    with spinner(Console(file=written, force_terminal=is_terminal)) as show:
        show("Drawing [the] front")
    assert said in written.getvalue()
    assert bool(written.getvalue()) == is_terminal
