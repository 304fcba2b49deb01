"""Print when each peer finds its first feasible trial: ``python first_feasible.py feasibility.csv``.

The table has a row per problem and a column per peer: the mean number of the first feasible trial over seeds, with half
the width of its 95 % interval. A run without one counts as one trial more than it has.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from compact_rows import read_runs
from scipy import stats


def first_feasible_table(runs: pd.DataFrame) -> pd.DataFrame:
    """Return means and half widths as text: one row per problem, one column per peer."""
    first = runs["first_feasible"].fillna(runs["trials"] + 1)
    table = runs.assign(first=first).pivot_table("first", "problem", "peer", aggfunc=_mean_and_half_width)
    return table.fillna("")


def _mean_and_half_width(numbers: Sequence[float]) -> str:
    n = len(numbers)
    half = stats.t.ppf(0.975, n - 1) * np.std(numbers, ddof=1) / np.sqrt(n) if n > 1 else np.nan
    return f"{np.mean(numbers):.1f} ± {half:.1f} ({n})"


def main() -> None:
    """Print the table of the files that are given."""
    table = first_feasible_table(read_runs([Path(name) for name in sys.argv[1:]]))
    print("| problem | " + " | ".join(table.columns) + " |")  # noqa: T201 (a command)
    print("|---" * (len(table.columns) + 1) + "|")  # noqa: T201
    for name, row in table.iterrows():
        print(f"| `{name}` | " + " | ".join(row) + " |")  # noqa: T201


if __name__ == "__main__":
    main()
