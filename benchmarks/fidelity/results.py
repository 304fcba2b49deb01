"""Write the table of results from the rows of all runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from result_files import table_line
from simulate import BUDGETS, METHODS

QUESTION = """# Early stopping against whole trainings

`run_all.py` wrote this page from `runs.csv`. Each number is the hypervolume of the true losses of the recommended
trials, those on the front of what was measured, after a cost of so many whole trainings: the mean over seeds and its
standard error. The cost counts the epochs of stopped trials too. `late` is made up: the accuracy is near chance for
half of the epochs, while the loss already ranks, and most configurations are hopeless. `lcbench` are surrogates without
noise.

**Rule, written before the runs.** On a problem, stopping pays if random search with `asha` by predictor has more
hypervolume than random search at 12 and at 24 whole trainings, by more than one standard error of the difference. With
`bayes` it is recommended only if it is nowhere below `bayes` by more than one standard error.
"""


def write_results(rows: Sequence[dict[str, str]], path: Path) -> None:
    """Write one table a problem, and how many trials were started and finished."""
    parts = [QUESTION]
    for problem in dict.fromkeys(row["problem"] for row in rows):
        header = ["method", "seeds", *map(str, BUDGETS), "started", "whole"]
        parts.append(f"\n## {problem}\n\n{table_line(header)}\n{table_line(['---'] * len(header))}")
        for method in METHODS:
            chosen = [row for row in rows if (row["problem"], row["method"]) == (problem, method)]
            if chosen:
                parts.append(table_line(_cells(method, chosen)))
        parts.append(_judgement([row for row in rows if row["problem"] == problem]))
    path.write_text("\n".join(parts) + "\n")


def _cells(method: str, rows: Sequence[dict[str, str]]) -> list[str]:
    cells = [method, str(len(rows))]
    for budget in BUDGETS:
        values = np.array([float(row[f"at_{budget}"]) for row in rows])
        error = values.std(ddof=1) / len(values) ** 0.5 if len(values) > 1 else np.nan
        cells.append("" if np.isnan(values).any() else f"{values.mean():.3f} ({error:.3f})")
    return [*cells, *(f"{np.mean([float(row[name]) for row in rows]):.0f}" for name in ("started", "finished"))]


def _judgement(rows: Sequence[dict[str, str]]) -> str:
    lines = [""]
    for one, other in ((METHODS[2], METHODS[0]), (METHODS[2], METHODS[1]), (METHODS[4], METHODS[3])):
        pairs = []
        for budget in BUDGETS:
            by_seed = [
                {row["seed"]: float(row[f"at_{budget}"]) for row in rows if row["method"] == m} for m in (one, other)
            ]
            found = np.array([by_seed[0][seed] - by_seed[1][seed] for seed in by_seed[0].keys() & by_seed[1].keys()])
            if len(found) > 1 and not np.isnan(found).any():
                pairs.append(f"{found.mean():+.3f} ({found.std(ddof=1) / len(found) ** 0.5:.3f}) at {budget}")
        if pairs:
            lines.append(f"- {one}, less {other}: {', '.join(pairs)}")
    return "\n".join(lines)
