"""Make text of other programs safe to show on a terminal."""

from __future__ import annotations

import re

# ECMA-48: control sequences, commands to the terminal (such as for its title), and other escapes.
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")


def one_line(text: str) -> str:
    r"""Return a text in one line, without control characters and escape sequences.

    Example:
        >>> one_line("\x1b[31mboom\x1b[0m\r\n  at 3\x07 \x1b]0;title\x07")
        'boom at 3'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in _ESCAPE.sub("", text)).split())
