"""What a start with many short trainings is worth: `python benchmarks/fidelity/startup.py [--yahpo FOLDER] [--digits]`.

It compares `bayes` with whole trainings, the same with fewer startup trials, and `bayes` with `--scheduler bayes`. Each
run that is missing in ``startup.csv`` is made and appended, so the command can be interrupted and repeated. Then
``startup.md`` is written anew.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from problems import DigitsGrid, LateObjective, LCBench, NoisyLateObjective, Problem
from result_files import append_rows, mean_with_error, read_rows, table_line
from simulate import Search, curve_until, volume

from paretune import suggest
from paretune.schedulers import StartupHalving

FOLDER = Path(__file__).parent
ROWS, PAGE = FOLDER / "startup.csv", FOLDER / "startup.md"
INSTANCES = (167104, 167168, 167181, 167152, 167184, 167190)  # of LCBench; no run on any problem here chose the rule
BUDGETS = (4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 28, 32)  # whole trainings
N_STARTUP = {"bayes": 8, "bayes, 4 startup trials": 4, "bayes + scheduler": 8}
METHODS = tuple(N_STARTUP)
COMPARISONS = ((METHODS[0], None), (METHODS[1], METHODS[0]), (METHODS[2], METHODS[0]), (METHODS[2], METHODS[1]))
COLUMNS = ("problem", "method", "seed", *(f"at_{budget}" for budget in BUDGETS), "started", "finished", "seconds")

INTRODUCTION = """# A start with many short trainings

`startup.py` wrote this page from `startup.csv`. Hypervolume of the true losses of the recommended trials after a cost
of so many whole trainings, paused trials included: means over seeds, the same Sobol sequence for all methods, and
standard errors. `bayes + scheduler` is `--scheduler bayes`: 40 trainings pause after a fifteenth of their steps, and
four of them go on. The second method begins with four whole trainings in place of eight: what a shorter start is worth
without curves. No run on these problems chose the settings.

**Rule, written before the first run.** It becomes `--scheduler bayes` if, with four seeds and at each cost from 6 to
32, the mean over the problems is above that of `bayes` and that of `bayes` with four startup trials, and on no problem
the mean over these costs is below `bayes` by more than two standard errors. [Decision
29](../../docs/decisions/0029-short-trainings-begin-a-search.md) says what came.
"""


@dataclass
class PausingSearch(Search):
    """A search in which trainings pause and go on, and what it has cost."""

    metrics: list[dict[str, NDArray[np.float64]]] = field(default_factory=list)
    n_spent: int = 0

    def begin(self, params: dict[str, Any], seed: int) -> int:
        """Add a trial that has no step yet, and return its number."""
        metrics = self.problem.curve(params, seed)
        known = [
            o.sign * metrics[o.name][0] if np.ptp(metrics[o.name]) == 0 else np.nan for o in self.problem.objectives
        ]
        self.params.append(params)
        self.metrics.append(metrics)
        self.losses.append(known)
        self.states.append("stopped")
        self.curves.append(curve_until(len(self.params) - 1, metrics, 0))
        self.ends.append(np.inf)
        return len(self.params) - 1

    def train(self, number: int, until: int) -> None:
        """Go on with a trial up to an epoch."""
        metrics = self.metrics[number]
        self.n_spent += until - len(self.curves[number])
        self.curves[number] = curve_until(number, metrics, until)
        if until == self.problem.n_epochs:
            self.losses[number] = [o.sign * metrics[o.name][-1] for o in self.problem.objectives]
            self.states[number], self.ends[number] = "complete", self.n_spent

    @property
    def paused(self) -> list[int]:
        """The trials that may go on."""
        return [number for number, state in enumerate(self.states) if state == "stopped"]


def search(problem: Problem, method: str, seed: int) -> PausingSearch:
    """Search with one method, up to the largest cost."""
    found, n_epochs = PausingSearch(problem), problem.n_epochs
    rule = StartupHalving(n_epochs) if method == METHODS[2] else None
    while found.n_spent < BUDGETS[-1] * n_epochs:
        trials = found.trials()
        promoted = [] if rule is None else rule.promoted(trials, found.paused)
        if promoted:
            number = promoted[0]
        else:
            params = suggest(trials, problem.space, problem.objectives, seed=seed, n_startup_trials=N_STARTUP[method])[
                0
            ]
            number = found.begin(params, seed=1000 * seed + len(found.params))
        until = None if rule is None else rule.pause_step(number, len(found.curves[number]) or -1)
        found.train(number, until or n_epochs)
    return found


def main() -> None:
    """Make the missing runs and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--yahpo", type=Path, help="folder of YAHPO's data; needs onnxruntime")
    parser.add_argument("--digits", type=Path, help="file for the trainings of the digits; needs scikit-learn")
    parser.add_argument("--methods", nargs="*", default=list(METHODS))
    parser.add_argument("--seeds", type=int, default=4)
    options = parser.parse_args()
    done = {(row["problem"], row["method"], row["seed"]) for row in read_rows(ROWS)}
    for seed in range(options.seeds):
        for problem in _problems(options.yahpo, options.digits):
            for method in options.methods:
                if (problem.name, method, str(seed)) not in done:
                    _run(problem, method, seed)
    write_page(read_rows(ROWS))


def _problems(yahpo: Path | None, digits: Path | None) -> Iterator[Problem]:
    yield from (LateObjective(instance) for instance in (2, 3, 4))
    yield NoisyLateObjective(1)
    if digits is not None:
        yield DigitsGrid(digits)
    if yahpo is not None and importlib.util.find_spec("onnxruntime"):
        yield from (LCBench(yahpo, instance) for instance in INSTANCES)


def _run(problem: Problem, method: str, seed: int) -> None:
    start = time.process_time()
    found = search(problem, method, seed)
    volumes = [f"{volume(found, budget):.4f}" for budget in BUDGETS]
    row = [problem.name, method, seed, *volumes, len(found.params), found.states.count("complete")]
    append_rows(ROWS, COLUMNS, [[*row, f"{time.process_time() - start:.1f}"]])
    print(*row, flush=True)  # noqa: T201 (a command)


def write_page(rows: Sequence[dict[str, str]]) -> None:
    """Write the hypervolumes of the first method, and the differences of the others, by problem."""
    names = list(dict.fromkeys(row["problem"] for row in rows))
    parts = [INTRODUCTION]
    for method, base in COMPARISONS:
        header = ["problem", "seeds", *map(str, BUDGETS)]
        title = f"{method}: hypervolume" if base is None else f"{method}, less {base}"
        parts.append(f"\n## {title}\n\n{table_line(header)}\n{table_line(['---'] * len(header))}")
        tables = [_table(rows, name, method, base) for name in names]
        parts += [
            table_line([name, str(len(table)), *map(mean_with_error, table.T)])
            for name, table in zip(names, tables, strict=True)
        ]
        parts.append(table_line(["all", str(sum(map(len, tables))), *map(mean_with_error, np.vstack(tables).T)]))
    PAGE.write_text("\n".join(parts) + "\n")


def _table(rows: Sequence[dict[str, str]], problem: str, method: str, base: str | None) -> NDArray[np.float64]:
    """Return hypervolumes of a problem, or differences by seed to another method: seeds x budgets."""
    found = {
        (row["method"], row["seed"]): np.array([float(row[f"at_{budget}"]) for budget in BUDGETS])
        for row in rows
        if row["problem"] == problem
    }
    seeds = [seed for one, seed in found if one == method and (base is None or (base, seed) in found)]
    pairs = [found[method, seed] - (0 if base is None else found[base, seed]) for seed in seeds]
    return np.array(pairs).reshape(-1, len(BUDGETS))


if __name__ == "__main__":
    main()
