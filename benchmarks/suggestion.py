"""How long does a suggestion take, and what would BoTorch's compiled kernel save? ``python benchmarks/suggestion.py``.

60 trials, 12 real parameters, two objectives. The kernel is built first, which takes half a minute and a compiler.
"""

from __future__ import annotations

import time

import numpy as np
from botorch.acquisition.multi_objective import logei

from paretune import Float, Minimize, Objectives, Space, Trials, suggest

REPEATS = 9


def trials(n: int = 60, d: int = 12) -> Trials:
    """Random trials between two corners of the cube that pull apart."""
    rng = np.random.default_rng(0)
    X = rng.random((n, d))
    space = Space({f"x{j}": Float(0, 1) for j in range(d)})
    losses = np.column_stack([(X**2).sum(axis=1), ((X - 1) ** 2).sum(axis=1)])
    return Trials(space, Objectives([Minimize("a"), Minimize("b")]), tuple(space.decode(X)), losses=losses)


def median_seconds(history: Trials) -> float:
    """Of several suggestions, the first one left out."""
    seconds = []
    for seed in range(REPEATS + 1):
        started = time.perf_counter()
        suggest(history, history.space, history.objectives, seed=seed)
        seconds.append(time.perf_counter() - started)
    return float(np.median(seconds[1:]))


def main() -> None:
    """Print the seconds without and with the kernel, and their ratio."""
    history = trials()
    plain = median_seconds(history)
    logei._try_load_fused_kernel()  # noqa: SLF001 (BoTorch has no public switch)
    if logei._C is None:  # noqa: SLF001
        print(f"{plain:.2f} s a suggestion; the kernel could not be built")  # noqa: T201 (a command)
        return
    compiled = median_seconds(history)
    print(f"{plain:.2f} s a suggestion, {compiled:.2f} s with the kernel: {plain / compiled:.2f} times")  # noqa: T201


if __name__ == "__main__":
    main()
