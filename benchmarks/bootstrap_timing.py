"""Time the bootstrap of 800 fronts of 480 trials out of 4,800: ``python benchmarks/bootstrap_timing.py``."""

from __future__ import annotations

import time

import numpy as np

from paretune.confidence import bootstrap_fronts

N_TRIALS, SAMPLE_SIZE, REPEATS = 4800, 480, 800


def draw_losses(m: int, seed: int) -> np.ndarray:
    """Draw ``N_TRIALS x m`` random losses beyond the surface of a sphere. A fifth of them are NaN, for failures."""
    rng = np.random.default_rng(seed)
    direction = np.abs(rng.normal(size=(N_TRIALS, m)))
    losses = (1 + rng.random((N_TRIALS, 1))) * direction / np.linalg.norm(direction, axis=1, keepdims=True)
    losses[rng.random(N_TRIALS) < 0.2] = np.nan
    return losses


def main() -> None:
    """Print the seconds and the sizes of the fronts for two, three and four objectives."""
    for m in (2, 3, 4):
        losses = draw_losses(m, seed=m)
        started = time.perf_counter()
        fronts = bootstrap_fronts(losses, SAMPLE_SIZE, REPEATS, seed=0)
        seconds = time.perf_counter() - started
        sizes = [len(front) for front in fronts]
        size = f"{min(sizes)} to {max(sizes)} points, {np.mean(sizes):.1f} on average"
        print(f"{m} objectives: {seconds:.3f} s, fronts of {size}")  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
