"""Is it said what a report waits for, where someone waits?"""

import io

import pytest
from rich.console import Console

from paretune.cli.spinner import stages


@pytest.mark.parametrize(("is_terminal", "said"), [(True, "Drawing [the] front ..."), (False, "")])
def test_a_terminal_is_told_what_is_under_way_and_a_file_is_not(is_terminal, said):
    written = io.StringIO()
    with stages(Console(file=written, force_terminal=is_terminal)) as tell:
        tell("Drawing [the] front")
    assert said in written.getvalue()
    assert bool(written.getvalue()) == is_terminal
