"""Run optimizers on problems: ``python benchmarks/efficiency/run.py --peers paretune random --out rows.csv``.

One process and one thread a run. A run's rows are added to the file when it ends, in one write; runs whose rows are
there are skipped, so the same command goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from one import COLUMNS
from peers import PEERS
from problems import HELD_OUT, OPEN, PROBLEMS

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")
SETS = {"open": tuple(OPEN), "held_out": tuple(HELD_OUT), "all": tuple(PROBLEMS)}


class Run(NamedTuple):
    """What one process does."""

    peer: str
    problem: str
    seed: int


def done(out: Path, n_trials: int) -> set[Run]:
    """The runs of a file that have gone this far; lines that were cut short count for nothing."""
    if not out.exists():
        return set()
    rows = [line.split(",") for line in out.read_text().splitlines()]
    whole = [row for row in rows if len(row) == len(COLUMNS) and row[3].isdigit()]
    return {Run(row[0], row[1], int(row[2])) for row in whole if int(row[3]) >= n_trials}


def append(out: Path, text: str) -> None:
    """Add whole lines at once: other processes may add theirs."""
    head = "" if out.exists() and out.stat().st_size else ",".join(COLUMNS) + "\n"
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, (head + text).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def perform(run: Run, n_trials: int, out: Path) -> bool:
    """One run in a process of its own; whether it ended well."""
    started = time.monotonic()
    one = Path(__file__).with_name("one.py")
    ended = subprocess.run(  # noqa: S603 (our own script)
        [sys.executable, str(one), run.peer, run.problem, str(run.seed), str(n_trials)],
        env={**os.environ, **dict.fromkeys(THREADS, "1")},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode == 0:
        append(out, ended.stdout)
    last = ended.stdout if ended.returncode == 0 else ended.stderr
    print(f"{time.monotonic() - started:.0f} s: {last.strip().splitlines()[-1]}", flush=True)  # noqa: T201 (a command)
    return ended.returncode == 0


def seeds(text: str) -> list[int]:
    """The numbers of ``0-2`` or ``0,1,2``."""

    def numbers() -> Iterator[int]:
        for part in text.split(","):
            first, _, last = part.partition("-")
            yield from range(int(first), int(last or first) + 1)

    return list(numbers())


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=["paretune"], metavar="PEER")
    parser.add_argument("--problems", nargs="+", choices=[*SETS, *PROBLEMS], default=["all"], metavar="PROBLEM")
    parser.add_argument("--seeds", type=seeds, default=seeds("0-4"), help="0-4, or 0,2,5 (default: 0-4)")
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--out", type=Path, required=True, help="a CSV file, added to")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    return parser.parse_args()


def main() -> None:
    """Do what is missing; seeds outermost, so that what is there at any time is even."""
    given = arguments()
    problems = [name for word in given.problems for name in SETS.get(word, (word,))]
    planned = [Run(peer, name, seed) for seed in given.seeds for name in problems for peer in given.peers]
    there = done(given.out, given.trials)
    missing = [run for run in planned if run not in there]
    print(f"{len(missing)} runs of {len(planned)} to do", flush=True)  # noqa: T201 (a command)
    with ThreadPoolExecutor(given.jobs) as pool:
        ended = list(pool.map(lambda run: perform(run, given.trials, given.out), missing))
    sys.exit(0 if all(ended) else 1)


if __name__ == "__main__":
    main()
