"""Render the tables of the README from results/runs.csv.

Run it: ``python experiments/001-how-sure-is-a-front/render_tables.py``.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from run import METHODS, RUNS
from simulated_losses import EXACT, SMOOTH, TRUTHS

CASE = ["truth", "n", "noise"]
README = Path(__file__).parent / "README.md"
MARKS = "<!-- made by render_tables.py -->", "<!-- averages, made by render_tables.py -->"
AVERAGED_CASES = (
    ("resampled", tuple(TRUTHS)),
    ("shrunk", tuple(TRUTHS)),
    ("shrunk", ("circle", "clusters")),
    ("shrunk", ("strip", EXACT)),
    ("engine", SMOOTH),
    ("engine", ("circle", "clusters", "skewed", "strip", EXACT)),
    ("engine, noise unknown", SMOOTH),
)


def summary(runs: pd.DataFrame) -> pd.DataFrame:
    """Return one row per case and method: shares in percent, widths in percent of the second loss's range."""
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


def format_cell(row: pd.Series) -> str:
    """Format the results of one case and method."""
    return f"**{row['covered']:.0f}** · {row['band']:.0f} · {row['even']:.0f} · {row['width']:.1f} ({row['runs']:.0f})"


def render_cases(runs: pd.DataFrame) -> str:
    """Return a Markdown table with one row per case and one column per method."""
    found = summary(runs)
    lines = [f"| losses | n | noise | {' | '.join(METHODS)} |", "|---" * (3 + len(METHODS)) + "|"]
    cases = runs[CASE].drop_duplicates()
    cases = cases.sort_values(CASE, key=lambda c: c.map(list(TRUTHS).index) if c.name == "truth" else c)
    for case in cases.itertuples(index=False, name=None):
        cells = [format_cell(found.loc[(*case, m)]) if (*case, m) in found.index else "" for m in METHODS]
        truth, n, noise = case
        lines.append(f"| {truth} | {n} | {100 * noise:.0f} % | {' | '.join(cells)} |")
    return "\n".join(lines)


def render_averages(runs: pd.DataFrame) -> str:
    """Return a Markdown table of averages over cases, with one row per method and group of cases."""
    found = summary(runs)
    lines = [
        "| method | cases | intervals | band | efficient of those given 0.4 to 0.6 | optimism covered |",
        "|---|---|---|---|---|---|",
    ]
    for method, truths in AVERAGED_CASES:
        cases = found[[case[0] in truths and case[-1] == method for case in found.index]]
        of = runs[(runs["method"] == method) & runs["truth"].isin(truths)]
        even, efficient = int(of["n_even"].sum()), int(of["n_even_efficient"].sum())
        kinds = f"all {len(cases)}" if truths == tuple(TRUTHS) else ", ".join(truths)
        held, band, shift = cases["covered"], cases["band"].mean(), cases["shift"].mean()
        lines.append(
            f"| {method} | {kinds} | {held.mean():.0f} % ({held.min():.0f} to {held.max():.0f}) | {band:.0f} % | "
            f"{100 * efficient / even:.0f} % of {even:,} | {shift:.0f} % |"
        )
    return "\n".join(lines)


def main() -> None:
    """Write each table into the README between its two marks."""
    runs = pd.read_csv(RUNS)
    for mark, made in zip(MARKS, (render_cases(runs), render_averages(runs)), strict=True):
        before, _, after = README.read_text().split(mark)
        README.write_text(f"{before}{mark}\n{made}\n{mark}{after}")


if __name__ == "__main__":
    main()
