"""What is each part of the engine worth? ``python benchmarks/efficiency/ablation.py ROWS`` writes `ablation.md`.

A run without a part is paired with the whole engine's run on the same problem and seed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from problems import PROBLEMS
from runs import read
from table import half_width

HERE = Path(__file__).parent
WHOLE, AT = "paretune", "hv_60"
HEAD = """\
# What each part is worth

Made by `ablation.py`: the mean hypervolume after 60 trials without a part, over the whole engine's on the same problems
and seeds ({seeds} a problem), ± half the width of that mean's 95 % interval; below 1 the part helps. `failed` is how
many more of 60 trials failed. The last columns are over all problems: the geometric mean, and in how many pairs the
whole engine has more (ties count half).
"""


def paired(runs: pd.DataFrame) -> pd.DataFrame:
    """One line a run without a part: its hypervolume over the whole engine's, and how many more trials failed."""
    whole = runs.loc[runs["peer"] == WHOLE, ["problem", "seed", AT, "failed"]]
    parts = runs[runs["peer"].str.startswith(f"{WHOLE}_with")].dropna(subset=[AT])
    parts = parts.merge(whole, on=["problem", "seed"], suffixes=("", "_whole"))
    ratio = parts[AT] / parts[f"{AT}_whole"]
    return parts.assign(ratio=ratio.clip(lower=0.01), more=parts["failed"] - parts["failed_whole"])


def table(pairs: pd.DataFrame) -> list[str]:
    """A line a part, a column a problem that more than one was left out on; what matters most first."""
    n_parts = pairs.groupby("problem")["peer"].nunique()
    problems = [name for name in PROBLEMS if n_parts.get(name, 0) > 1]
    lines = [
        f"| | {' | '.join(problems)} | all | whole is better |",
        "|---|" + "---|" * (len(problems) + 2),
    ]
    overall = np.exp(pairs.assign(log=np.log(pairs["ratio"])).groupby("peer")["log"].mean()).sort_values()
    for peer in overall.index:
        mine = pairs[pairs["peer"] == peer]
        cells = [_cell(mine[mine["problem"] == name]) for name in problems]
        better = float((mine["ratio"] < 1).mean() + (mine["ratio"] == 1).mean() / 2)
        name = peer.removeprefix(f"{WHOLE}_").replace("_", " ")
        lines.append(f"| {name} | {' | '.join(cells)} | **{overall[peer]:.3f}** | {better:.0%} of {len(mine)} |")
    return lines


def _cell(runs: pd.DataFrame) -> str:
    if runs.empty:
        return ""
    failed = f", failed {runs['more'].mean():+.1f}" if runs["more"].any() else ""
    width = f" ± {half_width(runs['ratio']):.3f}" if len(runs) > 1 else ""
    return f"{runs['ratio'].mean():.3f}{width}{failed}"


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sources", nargs="+", type=Path, help="rows or runs, of the whole engine too")
    parser.add_argument("--out", type=Path, default=HERE / "ablation.md")
    given = parser.parse_args()
    pairs = paired(read(given.sources))
    per_problem = pairs.groupby(["peer", "problem"]).size()
    seeds = (
        f"{per_problem.min()} to {per_problem.max()}" if per_problem.min() < per_problem.max() else per_problem.min()
    )
    given.out.write_text("\n".join([HEAD.format(seeds=seeds), *table(pairs), ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
