"""How long do 800 fronts of 480 trials out of 4,800 take? Run it: ``python benchmarks/bootstrap.py``."""

from __future__ import annotations

import time

import numpy as np

from paretune.confidence import bootstrap_fronts

N, SIZE, REPEATS = 4800, 480, 800


def trade_offs(m: int, seed: int) -> np.ndarray:
    """``N x m`` random losses that compete on a sphere's surface, a fifth of them failed."""
    rng = np.random.default_rng(seed)
    direction = np.abs(rng.normal(size=(N, m)))
    losses = (1 + rng.random((N, 1))) * direction / np.linalg.norm(direction, axis=1, keepdims=True)
    losses[rng.random(N) < 0.2] = np.nan
    return losses


def main() -> None:
    """Print the seconds and the sizes of the fronts."""
    for m in (2, 3, 4):
        losses = trade_offs(m, seed=m)
        started = time.perf_counter()
        fronts = bootstrap_fronts(losses, SIZE, REPEATS, seed=0)
        seconds = time.perf_counter() - started
        sizes = [len(front) for front in fronts]
        size = f"{min(sizes)} to {max(sizes)} points, {np.mean(sizes):.1f} on average"
        print(f"{m} objectives: {seconds:.3f} s, fronts of {size}")  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
