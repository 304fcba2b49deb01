"""Texts in cells that a spreadsheet would run as a formula: marked when written, unmarked when read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_RUNS = re.compile(r"\s*'*\s*[=+\-@]")
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
_MARKED = re.compile(r"'\s*'*\s*[=+\-@]")


def mark_formula(value: Any) -> Any:
    """Put an apostrophe before a text that a spreadsheet would run; numbers and other values stay as they are.

    A text that is a number in writing, such as ``-5``, is harmless and stays as it is. A text that begins with
    apostrophes and such a sign gets one more, so that `unmark_formula` gives back every text.

    Example:
        >>> [mark_formula(value) for value in ("=1+1", "-O2", "'=1", "-5", -5, "a-b", "'quoted'")]
        ["'=1+1", "'-O2", "''=1", '-5', -5, 'a-b', "'quoted'"]
    """
    return f"'{value}" if isinstance(value, str) and _RUNS.match(value) and not _is_number(value) else value


def unmark_formula(cell: str) -> str:
    """Remove the apostrophe of `mark_formula` from a cell.

    Example:
        >>> [unmark_formula(cell) for cell in ("'=1+1", "''=1", "-5", "'quoted'")]
        ['=1+1', "'=1", '-5', "'quoted'"]
    """
    return cell[1:].strip() if _MARKED.match(cell) and not _is_number(cell[1:]) else cell


def frame_to_csv(frame: pd.DataFrame) -> str:
    """Return a frame as CSV with marked texts, also those of its header."""
    import pandas as pd  # noqa: PLC0415 (a run needs no pandas, and loading it takes half a second)

    marked = frame.rename(columns=mark_formula)
    for i, (_, column) in enumerate(frame.items()):
        if not pd.api.types.is_numeric_dtype(column):
            marked.isetitem(i, column.map(mark_formula).array)
    return str(marked.to_csv(index=False))


def _is_number(text: str) -> bool:
    """Whether a text is a number in writing. Unlike `float`, without underscores and words such as ``-inf``."""
    return _NUMBER.fullmatch(text.strip()) is not None
