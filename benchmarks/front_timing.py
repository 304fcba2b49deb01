"""Time the front and the hypervolume of a million points: ``python benchmarks/front_timing.py``."""

from __future__ import annotations

import time

import moocore
import numpy as np

from paretune import pareto

N, REPEATS = 1_000_000, 3


def cloud(seed: int) -> np.ndarray:
    """Draw ``N x 2`` independent losses, with a front of about a dozen points."""
    return np.random.default_rng(seed).random((N, 2))


def arc(seed: int) -> np.ndarray:
    """Draw ``N x 2`` losses on a quarter of a circle. All of them are on the front."""
    angle = np.random.default_rng(seed).random(N) * np.pi / 2
    return 1 - np.column_stack([np.cos(angle), np.sin(angle)])


def best_seconds(function, losses: np.ndarray) -> float:  # noqa: ANN001 (any function of losses)
    """Return the shortest time of a few calls."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        function(losses)
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    """Print the seconds of front and hypervolume, and their ratios to the seconds of moocore."""
    reference = np.array([2.0, 2.0])
    for points in (cloud, arc):
        losses = points(seed=0)
        moocore_mask = best_seconds(lambda x: moocore.is_nondominated(x, keep_weakly=True), losses)
        mask, front = best_seconds(pareto.is_nondominated, losses), best_seconds(pareto.front, losses)
        volume = best_seconds(lambda x: pareto.hypervolume(x, reference), losses)
        moocore_volume = best_seconds(lambda x: moocore.hypervolume(x, ref=reference), losses)
        print(  # noqa: T201 (a command)
            f"{points.__name__}, a front of {pareto.is_nondominated(losses).sum():,}: is_nondominated {mask:.2f} s, "
            f"{mask / moocore_mask:.2f} times moocore; front {front:.2f} s, {front / moocore_mask:.2f} times; "
            f"hypervolume {volume:.2f} s, {volume / moocore_volume:.2f} times"
        )


if __name__ == "__main__":
    main()
