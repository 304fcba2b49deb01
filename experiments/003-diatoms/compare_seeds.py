"""Compare the seeds of the Bayesian searches: ``python experiments/003-diatoms/compare_seeds.py``.

It prints the hypervolume of each Bayesian seed after 60 trials, with one reference point for all, and the number of
random trials with the same hypervolume. It also prints the mean hypervolume of random search in blocks of 60 trials.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from paretune.pareto import hypervolume, hypervolume_history, reference_point

RESULTS = Path(__file__).parent / "results" / "cpu"
N_TRIALS = 60


def losses(path: Path) -> NDArray[np.float64]:
    """Return the ``n x 2`` losses of the complete trials in a file."""
    trials = pd.read_csv(path)
    complete = trials[trials.state == "complete"]
    return np.column_stack([-complete.accuracy, complete.inference_time])


def main() -> None:
    """Print one line per seed, and one line for random search."""
    random = losses(RESULTS / "random-0.csv.gz")
    seeds = {path.name.split(".")[0]: losses(path) for path in sorted(RESULTS.rglob("bayes-*[0-9].csv.gz"))}
    reference = reference_point(np.vstack([random, *seeds.values()]))
    history = hypervolume_history(random, reference)
    for name, points in seeds.items():
        volume = hypervolume(points[:N_TRIALS], reference)
        n = f"{np.argmax(history >= volume) + 1}" if history[-1] >= volume else f"more than {len(history)}"
        print(f"{name}: {volume:.3f}, as much as {n} random trials")  # noqa: T201 (a command)
    blocks = [hypervolume(random[i : i + N_TRIALS], reference) for i in range(0, len(random) - N_TRIALS + 1, N_TRIALS)]
    print(f"random search, {len(blocks)} blocks of {N_TRIALS}: {np.mean(blocks):.3f}")  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
