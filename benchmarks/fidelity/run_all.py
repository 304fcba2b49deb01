"""Early stopping against whole trainings: `python benchmarks/fidelity/run_all.py [--yahpo FOLDER]`.

Each run that is missing in ``runs.csv`` is made and appended, so the command can be interrupted and repeated. Then
``results.md`` is written anew. The cost is counted in epochs, and given in whole trainings.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from problems import OPEN_INSTANCES, LateObjective, LCBench
from result_files import append_rows, read_rows
from results import write_results
from simulate import BUDGETS, METHODS, simulate

FOLDER = Path(__file__).parent
ROWS = FOLDER / "runs.csv"
COLUMNS = ("problem", "method", "seed", *(f"at_{budget}" for budget in BUDGETS), "started", "finished", "seconds")
N_SEEDS = {"random": 8, "bayes": 2}  # by the first word of the method


def main() -> None:
    """Make the missing runs and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--yahpo", type=Path, help="folder of YAHPO's data; needs onnxruntime")
    parser.add_argument("--problems", nargs="*", help="names; by default all")
    parser.add_argument("--methods", nargs="*", default=list(METHODS))
    options = parser.parse_args()
    done = {tuple(row.values())[:3] for row in read_rows(ROWS)}
    for problem, method in product(_problems(options.yahpo), options.methods):
        for seed in range(N_SEEDS[method.split()[0]]):
            is_chosen = not options.problems or problem.name in options.problems
            if is_chosen and (problem.name, method, str(seed)) not in done:
                _run(problem, method, seed)
    write_results(read_rows(ROWS), FOLDER / "results.md")


def _problems(yahpo: Path | None) -> Iterator[LateObjective | LCBench]:
    yield from (LateObjective(instance) for instance in range(2))
    if yahpo is not None and importlib.util.find_spec("onnxruntime"):
        yield from (LCBench(yahpo, instance) for instance in OPEN_INSTANCES[:2])


def _run(problem: LateObjective | LCBench, method: str, seed: int) -> None:
    start = time.process_time()
    found = simulate(problem, method, seed)
    row = [problem.name, method, seed, *(f"{v:.4f}" for v in found.volumes), found.n_started, found.n_finished]
    append_rows(ROWS, COLUMNS, [[*row, f"{time.process_time() - start:.1f}"]])
    print(*row, flush=True)  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
