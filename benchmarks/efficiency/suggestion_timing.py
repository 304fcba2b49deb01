"""Compare the seconds per suggestion of several optimizers: ``python benchmarks/efficiency/suggestion_timing.py``.

``--peers paretune optuna_gp ax`` includes Ax, in the environment of the peers.

The peers take turns in one thread. Each turn has a new history of 60 random trials of `mixed_crash`: 12 mixed
parameters and two objectives. Then Paretune is timed alone with long histories, also with four objectives and a large
front. Each of these runs in a new process, which also reports its peak memory.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import optuna
import torch
from optuna.trial import TrialState, create_trial
from peer_optuna import suggest_all
from peers import Task
from problems.base import Losses, Problem
from problems.registry import load_problem, optuna_distributions

from paretune import Minimize, Objectives, Trials, suggest
from paretune.space import Params

PROBLEM, N_TRIALS = "mixed_crash", 60
LONG_HISTORIES = [(name, n) for name in (PROBLEM, "car_side_impact") for n in (500, 5000)]
History: TypeAlias = list[tuple[Params, Losses | None]]
Suggest: TypeAlias = Callable[[], Any]


def random_history(problem: Problem, n: int, seed: int) -> History:
    """Return ``n`` random configurations and their losses."""
    configurations = problem.space.decode(np.random.default_rng(seed).random((n, len(problem.space))))
    return [(params, problem.evaluate(params)) for params in configurations]


def paretune(problem: Problem, history: History, seed: int) -> Suggest:
    """Return a call of Paretune's `suggest` with this history."""
    objectives = Objectives([Minimize(f"loss_{i}") for i in range(len(problem.reference))])
    losses = np.array([y or [np.nan] * len(objectives) for _, y in history])
    trials = Trials(problem.space, objectives, tuple(params for params, _ in history), losses=losses)
    return lambda: suggest(trials, problem.space, objectives, seed=seed, reference_point=problem.reference)


def optuna_gp(problem: Problem, history: History, seed: int) -> Suggest:
    """Return a call of Optuna's GPSampler in a study with this history."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        directions=["minimize"] * len(problem.reference), sampler=optuna.samplers.GPSampler(seed=seed)
    )
    distributions = optuna_distributions(problem.space)
    for params, losses in history:
        state = TrialState.FAIL if losses is None else TrialState.COMPLETE
        study.add_trial(create_trial(params=dict(params), distributions=distributions, values=losses, state=state))
    return lambda: suggest_all(study.ask(), problem.space)


def ax(problem: Problem, history: History, seed: int) -> Suggest:
    """Return a call of Ax's client with this history and one more trial: its first suggestion is a Sobol point."""
    from peer_ax import abandoned  # noqa: PLC0415 (Ax is optional)

    peer = abandoned(Task(problem, seed, len(history)))
    for params, losses in history:
        peer.attach(params, losses)
    first = peer.ask()
    peer.tell(first, problem.evaluate(first))
    return peer.ask


SUGGEST_CALLS = {"paretune": paretune, "optuna_gp": optuna_gp, "ax": ax}


def time_call(function: Suggest) -> float:
    """Return the seconds of one call."""
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def time_in_turns(peers: list[str], repeats: int) -> dict[str, np.ndarray]:
    """Return the seconds of each peer's suggestions, timed in turns. The first turn is a warm-up and does not count."""
    problem = load_problem(PROBLEM)
    seconds: dict[str, list[float]] = {peer: [] for peer in peers}
    for seed in range(repeats + 1):
        history = random_history(problem, N_TRIALS, seed)
        for peer in peers:
            seconds[peer].append(time_call(SUGGEST_CALLS[peer](problem, history, seed)))
    return {peer: np.array(values[1:]) for peer, values in seconds.items()}


def time_long_history(name: str, n: int, repeats: int) -> None:
    """Print Paretune's seconds per suggestion after ``n`` trials of a problem, and the peak memory of this process.

    Each suggestion has a new history. The first one is a warm-up and does not count.
    """
    problem = load_problem(name)
    seconds = [time_call(paretune(problem, random_history(problem, n, seed), seed)) for seed in range(repeats + 1)][1:]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"paretune after {n:,} trials of {name}: {_format_seconds(seconds)}, at most {memory:.2f} GiB")  # noqa: T201 (a command)


def _format_seconds(seconds: Any) -> str:
    return f"median {np.median(seconds):.2f} s, worst {np.max(seconds):.2f} s"


def main() -> None:
    """Print the seconds per suggestion and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--peers", nargs="*", choices=SUGGEST_CALLS, default=["paretune", "optuna_gp"])
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument(
        "--long", nargs=2, metavar=("PROBLEM", "N"), help="only time Paretune after N trials of PROBLEM"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.long:
        time_long_history(arguments.long[0], int(arguments.long[1]), arguments.repeats)
        return
    seconds = time_in_turns(arguments.peers, arguments.repeats)
    paretune_median = np.median(seconds["paretune"]) if "paretune" in seconds else np.nan
    for peer, values in seconds.items():
        ratio = np.median(values) / paretune_median
        print(f"{peer} after {N_TRIALS} trials: {_format_seconds(values)}, {ratio:.1f} times the seconds of paretune")  # noqa: T201 (a command)
    for name, n in LONG_HISTORIES if "paretune" in seconds else ():
        command = [sys.executable, __file__, "--long", name, str(n), "--repeats", str(arguments.repeats)]
        subprocess.run(command, check=True)  # noqa: S603 (this script)


if __name__ == "__main__":
    main()
