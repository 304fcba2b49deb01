"""Compare the searchers on the table of NAS-Bench-201.

``python benchmarks/efficiency/nas_bench_201.py --out rows.csv`` does the runs that the file lacks, one after another,
and prints the tables of `nas_bench_201.md`. With ``--render FILE`` they are printed from a file of rows or of runs.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd
from compact_rows import read_runs
from problems.registry import load_problem
from run_all import Run, finished_runs, parse_seeds, run_process

SEARCHERS = ("paretune", "random", "evolution", "annealing", "cma_es", "pshe2", "hazero", "optuna_tpe", "optuna_nsga2")
PROBLEMS = ("nb201_cifar10", "nb201_cifar100")
N_TRIALS, COUNTS = 60, (20, 40, 60)
BASELINE = "random"


def score(runs: pd.DataFrame) -> pd.DataFrame:
    """Divide the hypervolumes of runs by the largest possible one of their problem."""
    largest = {name: load_problem(name).max_hypervolume for name in PROBLEMS}
    columns = [f"hv_{n}" for n in COUNTS]
    kept = runs[runs["peer"].isin(SEARCHERS) & runs["problem"].isin(PROBLEMS)].copy()
    kept[columns] = kept[columns].div(kept["problem"].map(largest), axis=0)
    return kept


def table(scores: pd.DataFrame, problem: str) -> str:
    """The rows of a Markdown table: for each searcher the mean score with its standard error, and the wins."""
    own = scores[scores["problem"] == problem]
    baseline = own[own["peer"] == BASELINE].set_index("seed")["hv_60"]
    lines = [f"| `{problem}` | 20 | 40 | 60 | better than random at 60 | s per suggestion |", "|---" * 6 + "|"]
    for peer in SEARCHERS:
        runs = own[own["peer"] == peer].set_index("seed")
        cells = [f"{runs[f'hv_{n}'].mean():.3f} ± {runs[f'hv_{n}'].sem():.3f}" for n in COUNTS]
        wins = int((runs["hv_60"] > baseline.reindex(runs.index)).sum())
        seconds = f"{runs['ask_median_s'].median():.3f}"
        name = "bayes" if peer == "paretune" else peer.removeprefix("optuna_").replace("cma_es", "cma-es")
        lines.append(f"| `{name}` | {' | '.join(cells)} | {wins} of {len(runs)} | {seconds} |")
    return "\n".join(lines)


def main() -> None:
    """Do the missing runs, and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=parse_seeds, default=parse_seeds("300-302"), help="300-302, or 300,302")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, help="the CSV file that rows are added to")
    where.add_argument("--render", type=Path, help="a CSV file of rows or of runs")
    arguments = parser.parse_args()
    path = arguments.render or arguments.out
    if arguments.out:
        planned = [Run(peer, name, seed) for seed in arguments.seeds for name in PROBLEMS for peer in SEARCHERS]
        done = finished_runs(path, N_TRIALS)
        succeeded = [run_process(run, N_TRIALS, path) for run in planned if run not in done]
        if not all(succeeded):
            sys.exit(1)
    scores = score(read_runs([path]))
    print("\n\n".join(table(scores, name) for name in PROBLEMS))  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
