"""Text of other programs on a terminal."""

import pytest

from paretune.cli.sanitize import one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\x1b[1;31mred\x1b[0m and \x1b[?25lhidden", "red and hidden"),
        ("\x1b]8;;http://a.b\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("50 %\r100 %\r\nover", "50 % 100 % over"),
        ("\x1b", ""),
        ("é 漢 \u202e\ud800 x", "é 漢 x"),
    ],
)
def test_output_of_program_cannot_control_terminal(text, line):
    assert one_line(text) == line
