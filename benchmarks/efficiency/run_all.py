"""Run optimizers on problems: ``python benchmarks/efficiency/run_all.py --peers paretune random --out rows.csv``.

Each run is a process with one thread. Its rows are added to the file in one write when it ends. Runs with rows in the
file are skipped, so the same command continues after an interruption.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from peers import PEERS
from problems.registry import HELD_OUT, OPEN, PROBLEMS
from run_one import COLUMNS

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")
SETS = {"open": tuple(OPEN), "held_out": tuple(HELD_OUT), "all": tuple(PROBLEMS)}


class Run(NamedTuple):
    """One run: a peer, a problem and a seed."""

    peer: str
    problem: str
    seed: int


def finished_runs(
    out: Path, n_trials: int, columns: Sequence[str] = COLUMNS, *, until_feasible: bool = False
) -> set[Run]:
    """Return the runs in a file that have this many trials, or a feasible one. Incomplete lines are ignored."""
    if not out.exists():
        return set()
    rows = [line.split(",") for line in out.read_text().splitlines()]
    complete = [row for row in rows if len(row) == len(columns) and row[3].isdigit()]
    return {
        Run(row[0], row[1], int(row[2]))
        for row in complete
        if int(row[3]) >= n_trials or (until_feasible and row[4] == "0")
    }


def append_rows(out: Path, text: str, columns: Sequence[str] = COLUMNS) -> None:
    """Add rows to the file in one write, because other processes may write to it too."""
    head = "" if out.exists() and out.stat().st_size else ",".join(columns) + "\n"
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, (head + text).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def run_process(run: Run, n_trials: int, out: Path, *, until_feasible: bool = False) -> bool:
    """Do one run in a new process, and return whether it succeeded."""
    started = time.monotonic()
    script = Path(__file__).with_name("run_one.py")
    process = subprocess.run(  # noqa: S603 (our own script)
        [
            *(sys.executable, str(script), run.peer, run.problem, str(run.seed), str(n_trials)),
            *(["until_feasible"] if until_feasible else []),
        ],
        env={**os.environ, **dict.fromkeys(THREADS, "1")},
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode == 0:
        append_rows(out, process.stdout)
    output = process.stdout if process.returncode == 0 else process.stderr
    print(f"{time.monotonic() - started:.0f} s: {output.strip().splitlines()[-1]}", flush=True)  # noqa: T201 (a command)
    return process.returncode == 0


def parse_seeds(text: str) -> list[int]:
    """Parse ``0-2`` or ``0,1,2``."""

    def numbers() -> Iterator[int]:
        for part in text.split(","):
            first, _, last = part.partition("-")
            yield from range(int(first), int(last or first) + 1)

    return list(numbers())


def make_parser(description: str, problems: Iterable[str]) -> argparse.ArgumentParser:
    """Make the parser of a command that runs optimizers on problems or sets of them."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=["paretune"], metavar="PEER")
    parser.add_argument("--problems", nargs="+", choices=list(problems), default=["all"], metavar="PROBLEM")
    parser.add_argument("--seeds", type=parse_seeds, default=parse_seeds("0-4"), help="0-4, or 0,2,5 (default: 0-4)")
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--out", type=Path, required=True, help="the CSV file that rows are added to")
    return parser


def planned_runs(arguments: argparse.Namespace, sets: Mapping[str, Sequence[str]]) -> list[Run]:
    """Return the runs of a command line. All peers and problems get a seed before the next seed starts."""
    problems = [name for word in arguments.problems for name in sets.get(word, (word,))]
    return [Run(peer, name, seed) for seed in arguments.seeds for name in problems for peer in arguments.peers]


def parse_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = make_parser((__doc__ or "").partition("\n")[0], [*SETS, *PROBLEMS])
    parser.add_argument("--jobs", type=int, default=1, help="number of processes at a time")
    parser.add_argument("--until-feasible", action="store_true", help="end each run with its first feasible trial")
    return parser.parse_args()


def main() -> None:
    """Do the missing runs."""
    arguments = parse_arguments()
    planned = planned_runs(arguments, SETS)
    finished = finished_runs(arguments.out, arguments.trials, until_feasible=arguments.until_feasible)
    missing = [run for run in planned if run not in finished]
    print(f"{len(missing)} runs of {len(planned)} to do", flush=True)  # noqa: T201 (a command)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        finish = partial(
            run_process, n_trials=arguments.trials, out=arguments.out, until_feasible=arguments.until_feasible
        )
        succeeded = list(pool.map(finish, missing))
    sys.exit(0 if all(succeeded) else 1)


if __name__ == "__main__":
    main()
