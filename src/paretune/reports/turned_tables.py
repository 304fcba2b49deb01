"""Wide tables for paper: a row becomes a column, a few of them in each table."""

from __future__ import annotations

from collections.abc import Sequence

MAX_COLUMNS = 8  # of a table that fits on a page of paper
N_TURNED = 6  # rows that stand side by side in a turned table


def turned_tables(rows: Sequence[dict[str, str]], n: int = N_TURNED) -> list[list[dict[str, str]]]:
    """Turn a table: each of its columns becomes a row, and ``n`` of its rows are the columns of each new table.

    Args:
        rows: texts by column; the first column names the rows.
        n: number of rows in each new table.

    Returns:
        Tables with texts by column; no table if the rows are not too wide for paper.

    Example:
        >>> turned_tables([{"trial": "1", "x": "5", **{c: "" for c in "abcdefg"}}])[0][0]
        {'trial': 'x', '1': '5'}
    """
    if not rows or len(rows[0]) <= MAX_COLUMNS:
        return []
    head, *names = rows[0]
    parts = [rows[i : i + n] for i in range(0, len(rows), n)]
    return [
        [{head: name} | {_key(part, i, head): row[name] for i, row in enumerate(part)} for name in names]
        for part in parts
    ]


def _key(part: Sequence[dict[str, str]], i: int, head: str) -> str:
    """Return a heading that differs from those before it; zero-width spaces follow equal ones."""
    text = part[i][head]
    return text + "\u200b" * sum(row[head] == text for row in part[:i])
