"""Compare ablated variants with the whole engine, and write `ablation.md`.

Run it: ``python benchmarks/efficiency/ablation_table.py ROWS``. Each run of a variant is paired with the run of the
whole engine on the same problem and seed in the same file. Each file has runs of the whole engine from its time.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from compact_rows import read_runs
from problems.registry import PROBLEMS
from render_results import half_width

HERE = Path(__file__).parent
WHOLE_ENGINE, FINAL = "paretune", "hv_60"
HEAD = """\
# Ablation: the effect of each part of the engine

Made by `ablation_table.py`. A cell is the ratio of two mean hypervolumes after 60 trials, variant over whole engine,
on the same problems and seeds ({seeds} seeds per problem), ± half the width of the ratio's 95 % interval.
Below 1 the part helps. `failed` is the number of additional failures in 60 trials. The last two columns are over all
problems: the geometric mean of the ratios, and the share of pairs of runs in which the whole engine has the larger
hypervolume (a tie counts half).

- In fours: batches of four suggestions. The closed form replaces the outcomes of pending trials with their expected
  values; qLogNEHVI samples them.
- With the usual noise prior: BoTorch's noise prior (decision 10).
- With usual lengths and exploration: the engine before decision 11. It is also the whole engine that the usual noise
  prior is compared with.
- With a lower border: the penalty begins at 0.6 of the highest p (decision 2), as in the runs of the previous two
  variants.
- With usual choices and Laplace's approximation: the engine before decision 12. It is also the whole engine that the
  lower border is compared with.
- Penalty as measured: a failure returns 1e6, and the engine takes 1e6 as a loss (decision 14).
- Without bolder models: the engine before decision 15. The problem `gmm` has no column, because only
  this variant was measured on it (0.82 ± 0.20).
- Bent scales: logarithmic transforms of the outcomes (decision 6).
- All other variants, and the whole engine they are compared with, have that noise prior and a penalty that begins at
  p = 1/2 (decision 2).
"""


def pair_with_whole(runs: pd.DataFrame) -> pd.DataFrame:
    """Return one row per run of a variant, with the whole engine's hypervolume and the additional failures."""
    whole = runs.loc[runs["peer"] == WHOLE_ENGINE, ["problem", "seed", FINAL, "failed"]]
    variants = runs[runs["peer"].str.startswith(f"{WHOLE_ENGINE}_")].dropna(subset=[FINAL])
    pairs = variants.merge(whole, on=["problem", "seed"], suffixes=("", "_whole"))
    return pairs.assign(more_failed=pairs["failed"] - pairs["failed_whole"])


def ratio(runs: pd.DataFrame) -> float:
    """Return the ratio of mean hypervolumes on a problem. Ratios of single runs vary too much if a run finds little."""
    return float(runs[FINAL].mean() / runs[f"{FINAL}_whole"].mean())


def render_table(pairs: pd.DataFrame) -> list[str]:
    """Return a table with one row per variant, the largest loss first. Problems with one variant get no column."""
    n_variants = pairs.groupby("problem")["peer"].nunique()
    problems = [name for name in PROBLEMS if n_variants.get(name, 0) > 1]
    lines = [
        f"| | {' | '.join(problems)} | all | whole is better |",
        "|---|" + "---|" * (len(problems) + 2),
    ]
    ratios = {key: ratio(runs) for key, runs in pairs.groupby(["peer", "problem"])}
    overall = np.exp(np.log(pd.Series(ratios)).groupby(level=0).mean()).sort_values()
    for peer in overall.index:
        variant = pairs[pairs["peer"] == peer]
        cells = [_format_cell(variant[variant["problem"] == name]) for name in problems]
        ours, whole = variant[FINAL], variant[f"{FINAL}_whole"]
        better = float((ours < whole).mean() + (ours == whole).mean() / 2)
        name = peer.removeprefix(f"{WHOLE_ENGINE}_").replace("_", " ")
        lines.append(f"| {name} | {' | '.join(cells)} | **{overall[peer]:.3f}** | {better:.0%} of {len(variant)} |")
    return lines


def _format_cell(runs: pd.DataFrame) -> str:
    """Format the ratio with half the width of its interval by the delta method."""
    if runs.empty:
        return ""
    failed = f", failed {runs['more_failed'].mean():+.1f}" if runs["more_failed"].any() else ""
    residual = (runs[FINAL] - ratio(runs) * runs[f"{FINAL}_whole"]) / runs[f"{FINAL}_whole"].mean()
    width = f" ± {half_width(residual):.3f}" if len(runs) > 1 else ""
    return f"{ratio(runs):.3f}{width}{failed}"


def main() -> None:
    """Write the table to a Markdown file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sources", nargs="+", type=Path, help="CSV files that include the whole engine")
    parser.add_argument("--out", type=Path, default=HERE / "ablation.md")
    arguments = parser.parse_args()
    pairs = pd.concat([pair_with_whole(read_runs([source])) for source in arguments.sources])
    per_problem = pairs.groupby(["peer", "problem"]).size()
    seeds = (
        f"{per_problem.min()} to {per_problem.max()}" if per_problem.min() < per_problem.max() else per_problem.min()
    )
    arguments.out.write_text("\n".join([HEAD.format(seeds=seeds), *render_table(pairs), ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
