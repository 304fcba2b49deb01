"""Compare the workload ``tabular`` with FLAML: the best model of a table that each finds in the same time.

FLAML needs an environment of its own: ``python -m venv flaml && flaml/bin/pip install "flaml[automl]"``. Then

    OMP_NUM_THREADS=1 python benchmarks/tabular/compare_flaml.py --flaml flaml/bin/python --seconds 60 --out results

runs what the folder ``results`` lacks, and prints the table; the same command goes on after an interrupt. Both get the
same rows, split the same way: a fifth is the test part, which neither sees. Both optimize balanced accuracy (R2 for
numbers) by five folds. Of each the best model by these folds counts, trained on all rows but the test part. The time is
that of the processor, in one thread, so that other users of the machine change nothing; it includes each one's own
search, and not the start of Python.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from numpy.typing import NDArray
from sklearn import datasets, metrics

from paretune import Study, pareto
from paretune.measure import environment
from paretune.workloads.builtin.tabular import WORKLOAD, tailor
from paretune.workloads.builtin.tabular.problem import Problem, open_problem

SETS = ("breast_cancer", "digits", "iris", "wine", "diabetes")
_N_RESAMPLES = 2000
_CHILD = Path(__file__).with_name("flaml_search.py")


def write_table(name: str, split: int, folder: Path) -> Path:
    """Write a set of scikit-learn as CSV with shuffled rows, so that each split has another test part."""
    path = folder / f"{name}-{split}.csv"
    frame = getattr(datasets, f"load_{name}")(as_frame=True).frame
    frame.sample(frac=1, random_state=split).to_csv(path, index=False)
    return path


def run_paretune(options: Mapping[str, Any], quality: str, seconds: float, storage: Path) -> dict[str, Any]:
    """Search for so many seconds; return the best quality by the folds, and that of its model on the test part."""
    workload = tailor(options, None)
    storage.unlink(missing_ok=True)
    study = Study(workload.space, workload.objectives, storage=storage)
    for params in workload.first_configurations(workload.space, {}):
        study.enqueue(params)
    evaluate, start = workload.prepare(options, None).evaluate_for(workload.objectives), time.process_time()
    while time.process_time() - start < seconds:
        study.run(evaluate, n_trials=len(study.trials) + 1)
    trials = study.trials[study.trials.is_complete]
    best = int(np.argmin(trials.losses[:, 0]))
    return {
        "validated": -float(trials.losses[best, 0]),
        "tested": trials.metrics[best][f"test_{quality}"],
        "model": trials.params[best]["model"],
        "n_models": len(trials),
        "n_efficient": int(pareto.is_nondominated(trials.losses).sum()),
    }


def run_flaml(python: str, table: Path, problem: Problem, seconds: float) -> dict[str, Any]:
    """Search with FLAML on the same rows; return what its best model reaches on the test part."""
    arrays, split, y = table.with_suffix(".npz"), problem.split, problem.target.y
    X = np.asarray(problem.X)
    np.savez(arrays, X=X[split.search], y=y[split.search], X_test=X[split.test])
    words = [python, str(_CHILD), str(arrays), problem.target.task, str(seconds)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603
    found = json.loads(done.stdout.splitlines()[-1])
    truth, predicted = y[split.test], np.array(found.pop("predicted"))
    return found | {"tested": _score(truth, predicted, problem), "tested_se": _error(truth, predicted, problem)}


def _score(truth: NDArray[Any], predicted: NDArray[Any], problem: Problem) -> float:
    if problem.target.classes:
        return float(metrics.balanced_accuracy_score(truth, predicted))
    return float(metrics.r2_score(truth, predicted))


def _error(truth: NDArray[Any], predicted: NDArray[Any], problem: Problem) -> float:
    """The standard error of a quality on the test part: that of its classes' shares, or by resampled rows."""
    if problem.target.classes:
        counts = [(np.sum(predicted[truth == k] == k), np.sum(truth == k)) for k in np.unique(truth)]
        shares = [((right + 1) / (n + 2), n) for right, n in counts]
        return float(np.sqrt(sum(share * (1 - share) / n for share, n in shares)) / len(shares))
    rng, n = np.random.default_rng(0), len(truth)
    drawn = [rng.integers(0, n, n) for _ in range(_N_RESAMPLES)]
    return float(np.std([metrics.r2_score(truth[rows], predicted[rows]) for rows in drawn]))


def run_pair(name: str, split: int, options: argparse.Namespace) -> None:
    """Run both on a table, unless the results are there."""
    kept = options.out / f"{name}-{split}.json"
    if kept.exists():
        return
    table = write_table(name, split, options.out)
    settings = {"data": str(table), "target": "target"}
    problem = open_problem(WORKLOAD.parse_settings(settings).options)
    quality = "balanced_accuracy" if problem.target.classes else "r2"
    chosen = WORKLOAD.parse_settings({**settings, "objectives": f"{quality},batch_time"}).options
    ours = run_paretune(chosen, quality, options.seconds, table.with_suffix(".db"))
    theirs = run_flaml(options.flaml, table, problem, options.seconds)
    result = {"data": name, "split": split, "quality": quality, "seconds": options.seconds}
    kept.write_text(json.dumps({**result, "paretune": ours, "flaml": theirs}, indent=1) + "\n")


def render(results: list[Mapping[str, Any]]) -> str:
    """A table of all results: means over the splits, and the standard error of FLAML's mean on its test rows."""
    lines = [
        "| data | quality | Paretune | FLAML | standard error | models tried | within one error |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(result["data"] for result in results):
        rows = [result for result in results if result["data"] == name]
        ours, theirs = (float(np.mean([row[who]["tested"] for row in rows])) for who in ("paretune", "flaml"))
        error = float(np.sqrt(np.sum([row["flaml"]["tested_se"] ** 2 for row in rows]))) / len(rows)
        counts = " / ".join(f"{np.mean([row[who]['n_models'] for row in rows]):.0f}" for who in ("paretune", "flaml"))
        is_near = "yes" if ours >= theirs - error else "no"
        quality = rows[0]["quality"].replace("_", " ")
        lines.append(f"| {name} | {quality} | {ours:.3f} | {theirs:.3f} | {error:.3f} | {counts} | {is_near} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run what is missing, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flaml", default="python", help="the Python that has FLAML")
    parser.add_argument("--seconds", type=float, default=60, help="of the processor, for each search")
    parser.add_argument("--splits", type=int, default=1, help="test parts of each table")
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=SETS)
    parser.add_argument("--out", type=Path, required=True, help="folder of the results")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    print(environment())  # noqa: T201 (a command)
    for split in range(options.splits):
        for name in options.sets:
            run_pair(name, split, options)
            results = [json.loads(path.read_text()) for path in sorted(options.out.glob("*.json"))]
            print(render(results), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
