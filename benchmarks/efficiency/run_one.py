"""Run one peer on one problem: ``python run_one.py PEER PROBLEM SEED TRIALS`` prints a row for each evaluation.

With a fifth argument, ``until_feasible``, the run ends with its first feasible trial.
"""

from __future__ import annotations

import contextlib
import math
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from peers import Optimizer, Task, create_optimizer
from problems.base import Losses, Problem
from problems.registry import load_problem

from paretune import pareto
from paretune.space import Params

COLUMNS = ("peer", "problem", "seed", "n", "failed", "hv", "ask_s", "tell_s")


def run(
    optimizer: Optimizer, problem: Problem, n_trials: int, *, until_feasible: bool = False
) -> list[tuple[int, int, float, float, float]]:
    """Ask, evaluate and tell for each trial, and return its ``n, failed, hv, ask_s, tell_s``."""
    true_losses, seconds = [], []
    for _ in range(n_trials):
        params, ask_s = _timed(optimizer.ask)
        losses = problem.evaluate(params)
        constraints = () if problem.violations is None else (problem.violations(params),)
        _, tell_s = _timed(lambda p=params, y=losses, c=constraints: optimizer.tell(p, y, *c))
        true_losses.append(_true_losses(problem, params, losses, *constraints))
        seconds.append((ask_s, tell_s))
        if until_feasible and not math.isnan(true_losses[-1][0]):
            break
    volumes = pareto.hypervolume_history(true_losses, problem.reference)
    return [
        (n, int(math.isnan(losses[0])), float(volume), *times)
        for n, (losses, volume, times) in enumerate(zip(true_losses, volumes, seconds, strict=True), start=1)
    ]


def _timed(function: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    value = function()
    return value, time.perf_counter() - started


def _true_losses(problem: Problem, params: Params, losses: Losses | None, violations: Sequence[float] = ()) -> Losses:
    if losses is None or any(violation > 0 for violation in violations):
        return [math.nan] * len(problem.reference)
    return losses if problem.true_losses is None else problem.true_losses(params)


def main() -> None:
    """Print the rows. Output of the peer goes to standard error."""
    peer, name, seed, n_trials = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    problem = load_problem(name)
    with contextlib.redirect_stdout(sys.stderr):
        optimizer = create_optimizer(peer, Task(problem, seed, n_trials))
        rows = run(optimizer, problem, n_trials, until_feasible="until_feasible" in sys.argv[5:])
    for n, failed, volume, ask_s, tell_s in rows:
        print(f"{peer},{name},{seed},{n},{failed},{volume:.8g},{ask_s:.4f},{tell_s:.4f}")  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
