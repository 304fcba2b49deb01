"""Compact rows of evaluations to one row per run.

Run it: ``python benchmarks/efficiency/compact_rows.py rows.csv --out runs.csv``. The row of a run has its
hypervolume after some numbers of trials, the number of failures among its first 60 trials, the number of the first
trial that did not fail, and the seconds per suggestion after the tenth trial.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

KEY = ["peer", "problem", "seed"]
TRIAL_COUNTS = (5, 10, 20, 30, 40, 50, 60, 80, 100, 120)
N_START = 10  # every peer draws the first trials without a model
N_CHECKED_FOR_FAILURE = 60


def compact_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per run. If an evaluation occurs twice, the later row counts."""
    latest = rows.drop_duplicates([*KEY, "n"], keep="last")
    return pd.DataFrame(
        [{**dict(zip(KEY, key, strict=True)), **_summarize_run(run)} for key, run in latest.groupby(KEY)]
    )


def _summarize_run(rows: pd.DataFrame) -> dict[str, float]:
    by_n = rows.set_index("n").sort_index()
    seconds = by_n["ask_s"].loc[N_START + 1 :]
    return {
        "trials": int(by_n.index[-1]),
        "failed": int(by_n["failed"].loc[:N_CHECKED_FOR_FAILURE].sum()),
        "first_feasible": by_n.index[by_n["failed"] == 0].min(),
        **{f"hv_{n}": by_n["hv"].get(n, float("nan")) for n in TRIAL_COUNTS},
        "ask_median_s": round(float(seconds.median()), 4),
        "ask_p95_s": round(float(seconds.quantile(0.95)), 4),
    }


def read_runs(paths: Sequence[Path]) -> pd.DataFrame:
    """Read runs from files of rows or of runs. If a run occurs twice, the longer one counts, then the later one."""
    tables = [pd.read_csv(path) for path in paths]
    runs = pd.concat([compact_rows(table) if "n" in table else table for table in tables], ignore_index=True)
    return runs.sort_values("trials", kind="stable").drop_duplicates(KEY, keep="last").sort_values(KEY)


def main() -> None:
    """Write the runs to a CSV file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("rows", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    read_runs(arguments.rows).to_csv(arguments.out, index=False, float_format="%.7g")


if __name__ == "__main__":
    main()
