"""Escape texts of users for Markdown, by the rules of CommonMark and of GitHub's extensions."""

from __future__ import annotations

import re
from typing import Any

# Anywhere: escapes, emphasis, code, links, images, tables, strikethrough, mathematics. An underscore inside a word, and
# a number sign at a letter, have no effect. A colon before a letter or slash begins an address or an emoji.
_SPECIAL = re.compile(
    r"[\\`*\[\]|$~]|(?<![^\W_])_|_(?![^\W_])|(?<![^\s\#])\#(?=[\#\s]|$)|:(?=[^\s\d])|(?<=www)\.", re.IGNORECASE
)
# At the start of a line: headings, quotations, lists, rules and the lines below a heading.
_BLOCK = re.compile(r"^(?:[#>]|[-+](?=\s|$)|-(?=-+\s*$)|=(?==*\s*$))|(?<=^\d)[.)](?=\s|$)")
_NUMBERED = re.compile(r"^(\d{2,9})([.)])(?=\s|$)")
_ENTITY = re.compile(r"&(?=[#\w])")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # controls and directions


def escape_markdown(text: Any) -> str:
    r"""Escape a user's text for one line of Markdown: in a paragraph, a heading, a cell, or the text of an image.

    The text then shows as it is. Only an e-mail address is still a link on GitHub, which has no escape for it.

    Example:
        >>> escape_markdown("$time_{ms}$|<b>"), escape_markdown("training_time * 2, __all__")
        ('\\$time\\_{ms}\\$\\|&lt;b>', 'training_time \\* 2, \\_\\_all\\_\\_')
        >>> escape_markdown("![i](http://a.b) &copy;")
        '!\\[i\\](http\\://a.b) &amp;copy;'
    """
    line = _INVISIBLE.sub("", " ".join(str(text).splitlines()).replace("\t", " ")).strip()
    is_escaped = bool(_SPECIAL.match(line))
    line = _SPECIAL.sub(r"\\\g<0>", line)
    if not is_escaped:
        line = _NUMBERED.sub(r"\1\\\2", _BLOCK.sub(r"\\\g<0>", line))
    return _ENTITY.sub("&amp;", line).replace("<", "&lt;")
