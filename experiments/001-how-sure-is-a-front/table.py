"""The table of the README, from results/runs.csv: ``python experiments/001-how-sure-is-a-front/table.py``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from run import METHODS, RUNS
from truths import TRUTHS

CASE = ["truth", "n", "noise"]
README = Path(__file__).parent / "README.md"
MARK = "<!-- made by table.py -->"


def summary(runs: pd.DataFrame) -> pd.DataFrame:
    """A line for each case and method: shares in per cent, sizes in per cent of the second loss's range."""
    grouped = runs.groupby([*CASE, "method"])
    return pd.DataFrame(
        {
            "runs": grouped.size(),
            "covered": 100 * grouped["covered"].mean(),
            "band": 100 * grouped["simultaneous"].mean(),
            "even": 100 * grouped["n_even_efficient"].sum() / grouped["n_even"].sum(),
            "width": 100 * grouped["width"].median(),
            "shift": 100 * grouped["looks_better_held"].mean(),
            "seconds": grouped["seconds"].median(),
        }
    )


def cell(row: pd.Series) -> str:
    """What is said of one case and method."""
    return f"**{row['covered']:.0f}** · {row['band']:.0f} · {row['even']:.0f} · {row['width']:.1f} ({row['runs']:.0f})"


def table(runs: pd.DataFrame) -> str:
    """In Markdown: a line a case, a column a method."""
    found = summary(runs)
    lines = [f"| losses | n | noise | {' | '.join(METHODS)} |", "|---" * (3 + len(METHODS)) + "|"]
    cases = runs[CASE].drop_duplicates()
    cases = cases.sort_values(CASE, key=lambda c: c.map(list(TRUTHS).index) if c.name == "truth" else c)
    for case in cases.itertuples(index=False, name=None):
        cells = [cell(found.loc[(*case, m)]) if (*case, m) in found.index else "" for m in METHODS]
        truth, n, noise = case
        lines.append(f"| {truth} | {n} | {100 * noise:.0f} % | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Write the table into the README, between its two marks."""
    before, _, after = README.read_text().split(MARK)
    README.write_text(f"{before}{MARK}\n{table(pd.read_csv(RUNS))}\n{MARK}{after}")


if __name__ == "__main__":
    main()
