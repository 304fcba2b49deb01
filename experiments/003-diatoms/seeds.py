"""How much do seeds differ? ``python experiments/003-diatoms/seeds.py``, of all seeds that are kept.

The hypervolume of each Bayesian seed after its 60 trials, from one corner for all, and after how many trials random
search has as much; and that of random search in blocks of 60 trials.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from paretune.pareto import hypervolume, hypervolume_history, reference_point

RESULTS = Path(__file__).parent / "results" / "cpu"
N = 60


def losses(path: Path) -> NDArray[np.float64]:
    """Of the trials that are complete: ``n x 2``."""
    trials = pd.read_csv(path)
    complete = trials[trials.state == "complete"]
    return np.column_stack([-complete.accuracy, complete.inference_time])


def main() -> None:
    """Print a line a seed, and one of random search."""
    random = losses(RESULTS / "random-0.csv.gz")
    seeds = {path.name.split(".")[0]: losses(path) for path in sorted(RESULTS.rglob("bayes-*[0-9].csv.gz"))}
    corner = reference_point(np.vstack([random, *seeds.values()]))
    grown = hypervolume_history(random, corner)
    for name, points in seeds.items():
        found = hypervolume(points[:N], corner)
        n = f"{np.argmax(grown >= found) + 1}" if grown[-1] >= found else f"more than {len(grown)}"
        print(f"{name}: {found:.3f}, as much as {n} random trials")  # noqa: T201 (a command)
    blocks = [hypervolume(random[i : i + N], corner) for i in range(0, len(random) - N + 1, N)]
    print(f"random search, {len(blocks)} blocks of {N}: {np.mean(blocks):.3f}")  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
