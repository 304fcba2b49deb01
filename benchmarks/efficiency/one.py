"""One run of one peer: ``python one.py PEER PROBLEM SEED TRIALS`` prints a row for each evaluation."""

from __future__ import annotations

import contextlib
import math
import sys
import time
from collections.abc import Callable
from typing import Any

from peers import Optimizer, Task, start
from problem import Losses, Problem
from problems import load

from paretune import pareto
from paretune.space import Params

COLUMNS = ("peer", "problem", "seed", "n", "failed", "hv", "ask_s", "tell_s")


def run(optimizer: Optimizer, problem: Problem, n_trials: int) -> list[tuple[int, int, float, float, float]]:
    """Ask, evaluate and tell; ``n, failed, hv, ask_s, tell_s`` for each trial."""
    truths, seconds = [], []
    for _ in range(n_trials):
        params, ask_s = _timed(optimizer.ask)
        losses = problem.evaluate(params)
        _, tell_s = _timed(lambda p=params, y=losses: optimizer.tell(p, y))
        truths.append(_truth(problem, params, losses))
        seconds.append((ask_s, tell_s))
    volumes = pareto.hypervolume_history(truths, problem.reference)
    return [
        (n, int(math.isnan(truth[0])), float(volume), *times)
        for n, (truth, volume, times) in enumerate(zip(truths, volumes, seconds, strict=True), start=1)
    ]


def _timed(function: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    value = function()
    return value, time.perf_counter() - started


def _truth(problem: Problem, params: Params, losses: Losses | None) -> Losses:
    if losses is None:
        return [math.nan] * len(problem.reference)
    return losses if problem.truth is None else problem.truth(params)


def main() -> None:
    """Print the rows; whatever a peer prints goes to the errors."""
    peer, name, seed, n_trials = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    problem = load(name)
    with contextlib.redirect_stdout(sys.stderr):
        rows = run(start(peer, Task(problem, seed, n_trials)), problem, n_trials)
    for n, failed, volume, ask_s, tell_s in rows:
        print(f"{peer},{name},{seed},{n},{failed},{volume:.8g},{ask_s:.4f},{tell_s:.4f}")  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
