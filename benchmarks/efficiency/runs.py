"""One line a run instead of one an evaluation: ``python benchmarks/efficiency/runs.py rows.csv --out runs.csv``.

A run has its hypervolumes at some numbers of trials, how many of its first 60 trials failed, and the seconds of its
suggestions after the tenth trial.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

KEY = ["peer", "problem", "seed"]
MARKS = (5, 10, 20, 30, 40, 50, 60, 80, 100, 120)
N_START = 10  # the first trials are drawn without a model, by every peer
N_FAILED = 60


def compact(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a run; of an evaluation that is there twice, the later one."""
    latest = rows.drop_duplicates([*KEY, "n"], keep="last")
    return pd.DataFrame([{**dict(zip(KEY, key, strict=True)), **_run(run)} for key, run in latest.groupby(KEY)])


def _run(rows: pd.DataFrame) -> dict[str, float]:
    by_n = rows.set_index("n").sort_index()
    seconds = by_n["ask_s"].loc[N_START + 1 :]
    return {
        "trials": int(by_n.index[-1]),
        "failed": int(by_n["failed"].loc[:N_FAILED].sum()),
        **{f"hv_{n}": by_n["hv"].get(n, float("nan")) for n in MARKS},
        "ask_median_s": round(float(seconds.median()), 4),
        "ask_p95_s": round(float(seconds.quantile(0.95)), 4),
    }


def read(paths: Sequence[Path]) -> pd.DataFrame:
    """The runs of files of either kind; of a run that is there twice, the longer one, then the later one."""
    tables = [pd.read_csv(path) for path in paths]
    runs = pd.concat([compact(table) if "n" in table else table for table in tables], ignore_index=True)
    return runs.sort_values("trials", kind="stable").drop_duplicates(KEY, keep="last").sort_values(KEY)


def main() -> None:
    """Write the runs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("rows", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    read(given.rows).to_csv(given.out, index=False, float_format="%.7g")


if __name__ == "__main__":
    main()
