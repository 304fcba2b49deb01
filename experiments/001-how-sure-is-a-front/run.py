"""Measure the coverage of the intervals of a front, and add one row per simulated study and method to results/runs.csv.

Run it: ``python experiments/001-how-sure-is-a-front/run.py --runs 200``. It continues after an interruption.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from simulated_losses import EXACT, MIXED, SMOOTH, TRUTHS

from paretune import Minimize, Objectives, Trials, confidence, pareto
from paretune.engine import posterior_draws

HERE = Path(__file__).parent
RUNS = HERE / "results" / "runs.csv"
OBJECTIVES = Objectives([Minimize("first"), Minimize("second")])
SIZES, NOISES, N_PLACES, N_DRAWS = (50, 200), (0.02, 0.05), 20, 500
METHODS = ("resampled", "shrunk", "engine", "engine, noise unknown")
COLUMNS = (
    "truth", "n", "noise", "run", "method", "covered", "simultaneous", "width", "simultaneous_width",
    "n_even", "n_even_efficient", "looks_better", "looks_better_held", "seconds",
)  # fmt: skip


@dataclass(frozen=True)
class Study:
    """A simulated study.

    Args:
        truth: ``n x 2`` noise-free losses.
        trials: the measured losses and their standard errors.
    """

    truth: np.ndarray[Any, np.dtype[np.float64]]
    trials: Trials


def simulate(name: str, n: int, noise: float, run: int) -> Study:
    """Simulate a study. The mean noise is a share of the objectives' ranges; it varies threefold between trials.

    The first objective of `EXACT` has no noise, like the size of a model.
    """
    rng = np.random.default_rng([run, n, int(1000 * noise), list(TRUTHS).index(name)])
    params = MIXED.decode(rng.random((n, len(MIXED))))
    truth = TRUTHS[name](MIXED.encode(params), rng)
    share = rng.uniform(0.5, 1.5, truth.shape)
    errors = noise * np.ptp(truth, axis=0) * share / np.sqrt((share**2).mean(axis=0))
    if name == EXACT:
        errors[:, 0] = 0.0
    losses = truth + errors * rng.normal(size=truth.shape)
    return Study(truth, Trials(MIXED, OBJECTIVES, tuple(params), losses=losses, losses_se=errors))


def draw(method: str, trials: Trials, seed: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Draw ``s x n x 2`` losses by one of `METHODS`."""
    match method:
        case "resampled":
            rng = np.random.default_rng(seed)
            return trials.losses + trials.losses_se * rng.normal(size=(N_DRAWS, *trials.losses.shape))
        case "shrunk":
            return confidence.shrunk_draws(trials, N_DRAWS, seed)
        case "engine":
            return posterior_draws(trials, N_DRAWS, seed)
        case _:
            without_errors = Trials(MIXED, OBJECTIVES, trials.params, losses=trials.losses)
            return posterior_draws(without_errors, N_DRAWS, seed)


def evaluate_method(study: Study, method: str, seed: int) -> dict[str, float]:
    """Compare the results of one method with the truth.

    The places divide the range of the first loss on the true front.
    """
    started = time.perf_counter()
    draws = draw(method, study.trials, seed)
    seconds = time.perf_counter() - started
    is_front = pareto.is_nondominated(study.truth)
    ends = pareto.front(study.truth)[[0, -1], 0]
    places = ends[0] + (np.arange(N_PLACES) + 0.5) / N_PLACES * (ends[1] - ends[0])
    true = np.array([study.truth[study.truth[:, 0] <= place, 1].min() for place in places])
    band = confidence.front_band(study.trials, draws, places)
    found = confidence.front_membership(study.trials, draws)
    on_front = pareto.is_nondominated(study.trials.losses)
    true_optimism = (study.truth - study.trials.losses)[on_front, 1].mean()
    optimism = found.optimism[1]
    is_even = (found.probability >= 0.4) & (found.probability <= 0.6)
    scale = np.ptp(study.truth[:, 1])
    with np.errstate(invalid="ignore"):
        widths = [np.where(np.isfinite(low), high - low, np.inf) / scale for low, high in (
            (band.low, band.high), (band.simultaneous_low, band.simultaneous_high))]  # fmt: skip
    return {
        "covered": float(((band.low <= true) & (true <= band.high)).mean()),
        "simultaneous": float(((band.simultaneous_low <= true) & (true <= band.simultaneous_high)).all()),
        "width": float(np.median(widths[0])),
        "simultaneous_width": float(np.median(widths[1])),
        "n_even": int(is_even.sum()),
        "n_even_efficient": int(is_front[is_even].sum()),
        "looks_better": float(((optimism.value or 0.0) - true_optimism) / scale),
        "looks_better_held": float((optimism.low or 0.0) <= true_optimism <= (optimism.high or 0.0)),
        "seconds": round(seconds, 3),
    }


def finished_rows() -> set[tuple[str, ...]]:
    """Return the keys of the rows in results/runs.csv."""
    if not RUNS.exists():
        return set()
    with RUNS.open(newline="") as file:
        return {tuple(row[name] for name in COLUMNS[:5]) for row in csv.DictReader(file)}


def missing_rows(
    runs: int, truths: Sequence[str], methods: Sequence[str]
) -> Iterator[tuple[int, str, int, float, str]]:
    """Yield the missing rows run by run, so that all cases have equally many runs at any time.

    Cases with unknown noise and losses that do not depend on the parameters are left out: no method can separate noise
    from losses there.
    """
    finished = finished_rows()
    for run, name, n, noise, method in itertools.product(range(runs), truths, SIZES, NOISES, methods):
        is_unidentifiable = method == METHODS[-1] and name not in SMOOTH
        if not is_unidentifiable and (name, str(n), str(noise), str(run), method) not in finished:
            yield run, name, n, noise, method


def main() -> None:
    """Compute the missing rows one by one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--truths", nargs="+", default=list(TRUTHS), choices=list(TRUTHS))
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=METHODS)
    arguments = parser.parse_args()
    RUNS.parent.mkdir(exist_ok=True)
    is_new = not RUNS.exists()
    with RUNS.open("a", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if is_new:
            writer.writeheader()
        for run, name, n, noise, method in missing_rows(arguments.runs, arguments.truths, arguments.methods):
            scores = evaluate_method(simulate(name, n, noise, run), method, run)
            rounded = {key: float(f"{value:.4g}") for key, value in scores.items()}
            writer.writerow({"truth": name, "n": n, "noise": noise, "run": run, "method": method, **rounded})
            file.flush()


if __name__ == "__main__":
    main()
