"""What it is worth to learn the mean of the last reports: `python benchmarks/fidelity/last_reports.py --curves FILE`.

It compares `bayes`, which averages the last reports of each training where they jump, with `bayes` that sees no curves,
and so the last report alone; and both with random search. The file has the curves of 99 trainings of the diatoms' net.
Each run that is missing in ``last_reports.csv`` is made and appended, so the command can be interrupted and repeated.
Then ``last_reports.md`` is written anew.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from problems import DiatomsForest, NoisyLateObjective, Problem
from result_files import append_rows, mean_with_error, read_rows, table_line
from simulate import Search, true_volume

from paretune import Trials, pareto, recommend, suggest
from paretune.engine.curves.last_reports import average_last_reports
from paretune.trials import Curves

FOLDER = Path(__file__).parent
ROWS, PAGE = FOLDER / "last_reports.csv", FOLDER / "last_reports.md"
RESULTS = FOLDER.parents[1] / "experiments/003-diatoms/results/cpu"
COUNTS = (8, 12, 16, 20, 24, 32)
RANDOM_COUNTS = (32, 60, 150, 320, 600)
METHODS = ("bayes, last report", "bayes")
RANDOM_METHODS = ("random, last report", "random")
COLUMNS = ("problem", "method", "seed", "n", "volume")

INTRODUCTION = """# The mean of the last reports

`last_reports.py` wrote this page from `last_reports.csv`. Hypervolume of the true losses of what is recommended after
so many whole trainings: means over seeds, and standard errors. `bayes` averages the last reports of a training where
they jump ([decision 30](../../docs/decisions/0030-last-reports-are-averaged.md)), `bayes, last report` sees the last
one alone; both recommend by their models. The random searches recommend the front of the means, or of the last
reports. `diatoms` are trainings like those of experiment 003, `noisy` are made up. No run on these problems chose
anything.

**Rule, written before the runs.** Averaging is kept if the mean over these problems of the difference at 16 to 32
trainings is above 0, and on no problem below 0 by more than two standard errors.
"""


def main() -> None:
    """Make the missing runs and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--curves", type=Path, required=True, help="curves of the diatoms' net, a JSON object a line")
    parser.add_argument("--seeds", type=int, default=4)
    options = parser.parse_args()
    done = {(row["problem"], row["method"], row["seed"]) for row in read_rows(ROWS)}
    for seed in range(options.seeds):
        for problem in _problems(options.curves):
            for method in (*METHODS, *RANDOM_METHODS):
                if (problem.name, method, str(seed)) not in done:
                    run = _run_random if method in RANDOM_METHODS else _run_bayes
                    found = [(problem.name, method, seed, n, f"{v:.4f}") for n, v in run(problem, method, seed)]
                    append_rows(ROWS, COLUMNS, found)
    write_page(read_rows(ROWS))


def _problems(curves: Path) -> Iterator[Problem]:
    yield from (DiatomsForest(RESULTS, curves, instance) for instance in (2, 3))
    yield from (NoisyLateObjective(instance) for instance in (2, 3))


def _run_bayes(problem: Problem, method: str, seed: int) -> Iterator[tuple[int, float]]:
    """Yield the numbers of trainings, and the true hypervolume of what the models recommend after so many."""
    search = Search(problem)
    for n in range(1, COUNTS[-1] + 1):
        trials = _seen(search.trials(), method)
        params = suggest(trials, problem.space, problem.objectives, seed=seed)[0]
        search.run_trial(params, None, seed=1000 * seed + n)
        if n in COUNTS:
            yield n, true_volume(problem, recommend(_seen(search.trials(), method)).params)


def _run_random(problem: Problem, method: str, seed: int) -> Iterator[tuple[int, float]]:
    """Yield the numbers of trainings, and the true hypervolume of the front after so many."""
    drawn = problem.space.decode(np.random.default_rng([seed, 5]).random((RANDOM_COUNTS[-1], len(problem.space))))
    search = Search(problem)
    for n, params in enumerate(drawn, start=1):
        search.run_trial(params, None, seed=1000 * seed + n)
        if n in RANDOM_COUNTS:
            losses = average_last_reports(_seen(search.trials(), method)).losses
            yield n, true_volume(problem, [drawn[row] for row in np.flatnonzero(pareto.is_nondominated(losses))])


def _seen(trials: Trials, method: str) -> Trials:
    """The trials as a method sees them: without their curves if the last report alone counts."""
    return trials if method in ("bayes", "random") else replace(trials, curves=Curves.empty())


def write_page(rows: Sequence[dict[str, str]]) -> None:
    """Write the hypervolumes of each method, and the gain of averaging, by problem."""
    names = list(dict.fromkeys(row["problem"] for row in rows))
    parts = [INTRODUCTION]
    for counts, methods in ((COUNTS, METHODS), (RANDOM_COUNTS, RANDOM_METHODS)):
        parts.append("\n" + table_line(["problem", "method", "seeds", *map(str, counts)]))
        parts.append(table_line(["---"] * (len(counts) + 3)))
        for name in names:
            tables = [_table(rows, name, method, counts) for method in methods]
            shared = sorted(tables[0].keys() & tables[1].keys())
            last, averaged = (np.array([table[seed] for seed in shared]).reshape(-1, len(counts)) for table in tables)
            for label, values in zip((*methods, "difference"), (last, averaged, averaged - last), strict=True):
                parts.append(table_line([name, label, str(len(shared)), *map(mean_with_error, values.T)]))
    PAGE.write_text("\n".join(parts) + "\n")


def _table(
    rows: Sequence[dict[str, str]], problem: str, method: str, counts: Sequence[int]
) -> dict[str, NDArray[np.float64]]:
    """Return the hypervolumes at each count by seed."""
    found: dict[str, NDArray[np.float64]] = {}
    for row in rows:
        if (row["problem"], row["method"]) == (problem, method):
            values = found.setdefault(row["seed"], np.full(len(counts), np.nan))
            values[list(counts).index(int(row["n"]))] = float(row["volume"])
    return found


if __name__ == "__main__":
    main()
