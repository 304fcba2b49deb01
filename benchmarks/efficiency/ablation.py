"""What is each part of the engine worth? ``python benchmarks/efficiency/ablation.py ROWS`` writes `ablation.md`.

A run without a part is paired with the whole engine's run on the same problem and seed, of the same file: each file has
the whole engine of its time.
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
and seeds ({seeds} a problem), ± half the width of that ratio's 95 % interval; below 1 the part helps. `failed` is how
many more of 60 trials failed. The last columns are over all problems, each counting once: the geometric mean; and in
how many pairs of runs the whole engine has more (ties count half). In fours: four suggestions are asked for together,
which by the closed form count as if they had given what is expected; qLogNEHVI draws what they give. With the usual
noise prior: BoTorch's (decision 10). With usual lengths and exploration: the engine before decision 11, which is the
whole one beside the usual noise prior. With a lower border: the penalty begins at 0.6 of the highest p (decision 2), as
it did in the runs of the two parts before. With usual choices and Laplace's approximation: the engine before decision
12, which is the whole one beside the lower border. Penalty as measured: 1e6 is told for a failure, and taken as a loss
(decision 14). Without doubt: the engine before decision 15; `gmm`, which no other part was left out on, has no column
(0.82 ± 0.20). The runs without other parts, and their whole engine, are of the engine with that noise prior and a
penalty that began at p = 1/2 (decision 2).
"""


def paired(runs: pd.DataFrame) -> pd.DataFrame:
    """One line a run without a part, with the whole engine's hypervolume, and how many more trials failed."""
    whole = runs.loc[runs["peer"] == WHOLE, ["problem", "seed", AT, "failed"]]
    parts = runs[runs["peer"].str.startswith(f"{WHOLE}_")].dropna(subset=[AT])
    parts = parts.merge(whole, on=["problem", "seed"], suffixes=("", "_whole"))
    return parts.assign(more=parts["failed"] - parts["failed_whole"])


def ratio(runs: pd.DataFrame) -> float:
    """Of the mean hypervolumes on a problem: of single runs it is at the mercy of those that found next to nothing."""
    return float(runs[AT].mean() / runs[f"{AT}_whole"].mean())


def table(pairs: pd.DataFrame) -> list[str]:
    """A line a part, a column a problem that more than one was left out on; what matters most first."""
    n_parts = pairs.groupby("problem")["peer"].nunique()
    problems = [name for name in PROBLEMS if n_parts.get(name, 0) > 1]
    lines = [
        f"| | {' | '.join(problems)} | all | whole is better |",
        "|---|" + "---|" * (len(problems) + 2),
    ]
    ratios = {key: ratio(runs) for key, runs in pairs.groupby(["peer", "problem"])}
    overall = np.exp(np.log(pd.Series(ratios)).groupby(level=0).mean()).sort_values()
    for peer in overall.index:
        mine = pairs[pairs["peer"] == peer]
        cells = [_cell(mine[mine["problem"] == name]) for name in problems]
        better = float((mine[AT] < mine[f"{AT}_whole"]).mean() + (mine[AT] == mine[f"{AT}_whole"]).mean() / 2)
        name = peer.removeprefix(f"{WHOLE}_").replace("_", " ")
        lines.append(f"| {name} | {' | '.join(cells)} | **{overall[peer]:.3f}** | {better:.0%} of {len(mine)} |")
    return lines


def _cell(runs: pd.DataFrame) -> str:
    """The ratio, with half the width of its interval by the delta method."""
    if runs.empty:
        return ""
    failed = f", failed {runs['more'].mean():+.1f}" if runs["more"].any() else ""
    residual = (runs[AT] - ratio(runs) * runs[f"{AT}_whole"]) / runs[f"{AT}_whole"].mean()
    width = f" ± {half_width(residual):.3f}" if len(runs) > 1 else ""
    return f"{ratio(runs):.3f}{width}{failed}"


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sources", nargs="+", type=Path, help="rows or runs, each with the whole engine's")
    parser.add_argument("--out", type=Path, default=HERE / "ablation.md")
    given = parser.parse_args()
    pairs = pd.concat([paired(read([source])) for source in given.sources])
    per_problem = pairs.groupby(["peer", "problem"]).size()
    seeds = (
        f"{per_problem.min()} to {per_problem.max()}" if per_problem.min() < per_problem.max() else per_problem.min()
    )
    given.out.write_text("\n".join([HEAD.format(seeds=seeds), *table(pairs), ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
