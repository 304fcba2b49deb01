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
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    r"""Return a text with a space for each control character or line break, and without escape sequences.

    Unlike `one_line`, it keeps spaces: columns stay aligned.

    Example:
        >>> printable("a   \x1b[31mred\x1b[0m\nb")
        'a   red b'
    """
    return "".join(c if c.isprintable() else " " for c in _ESCAPE.sub("", text))


def printable_lines(text: str) -> str:
    r"""Return a text of several lines with `printable` lines and tabs; a carriage return starts a line, too.

    Example:
        >>> printable_lines("10 %\r20 %\r\n\x1b[2Jover\n")
        '10 %\n20 %\nover\n'
    """
    parts = [(printable(line.rstrip("\r\n").replace("\t", " " * 8)), line) for line in _lines(text)]
    return "".join(shown + ("\n" if line.endswith(("\r", "\n")) else "") for shown, line in parts)


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)
