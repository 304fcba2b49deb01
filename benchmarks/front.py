"""How long does the front of a million points take? Run it: ``python benchmarks/front.py``."""

from __future__ import annotations

import time

import moocore
import numpy as np

from paretune import pareto

N, REPEATS = 1_000_000, 3


def cloud(seed: int) -> np.ndarray:
    """``N x 2`` independent losses: a front of a dozen points."""
    return np.random.default_rng(seed).random((N, 2))


def arc(seed: int) -> np.ndarray:
    """``N x 2`` losses on a quarter of a circle: all of them are the front."""
    angle = np.random.default_rng(seed).random(N) * np.pi / 2
    return 1 - np.column_stack([np.cos(angle), np.sin(angle)])


def seconds(function, losses: np.ndarray) -> float:  # noqa: ANN001 (any of three)
    """The least of a few runs."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        function(losses)
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    """Print the seconds of a front and a hypervolume, and their ratio to moocore's alone."""
    reference = np.array([2.0, 2.0])
    for points in (cloud, arc):
        losses = points(seed=0)
        alone = seconds(lambda x: moocore.is_nondominated(x, keep_weakly=True), losses)
        mask, front = seconds(pareto.is_nondominated, losses), seconds(pareto.front, losses)
        volume = seconds(lambda x: pareto.hypervolume(x, reference), losses)
        volume_alone = seconds(lambda x: moocore.hypervolume(x, ref=reference), losses)
        print(  # noqa: T201 (a command)
            f"{points.__name__}, a front of {pareto.is_nondominated(losses).sum():,}: is_nondominated {mask:.2f} s, "
            f"{mask / alone:.2f} times moocore alone; front {front:.2f} s, {front / alone:.2f} times; "
            f"hypervolume {volume:.2f} s, {volume / volume_alone:.2f} times"
        )


if __name__ == "__main__":
    main()
