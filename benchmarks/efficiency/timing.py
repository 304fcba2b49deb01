"""How long does a suggestion take, side by side? ``python benchmarks/efficiency/timing.py``.

With ``--peers paretune optuna_gp ax`` Ax too, in the environment of the peers.

One thread, in turns, each time with another history of 60 random trials of `mixed_crash`: 12 mixed parameters and two
objectives. Then Paretune alone with long histories, also of four objectives, where much is on the front; each in a
process of its own, and the most memory that it held.
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
from problem import Losses, Problem
from problems import distributions, load

from paretune import Minimize, Objectives, Trials, suggest
from paretune.space import Params

NAME, N = "mixed_crash", 60
LONG = [(name, n) for name in (NAME, "car_side_impact") for n in (500, 5000)]
History: TypeAlias = list[tuple[Params, Losses | None]]
Suggest: TypeAlias = Callable[[], Any]


def history(problem: Problem, n: int, seed: int) -> History:
    """Random trials and what came of them."""
    tried = problem.space.decode(np.random.default_rng(seed).random((n, len(problem.space))))
    return [(params, problem.evaluate(params)) for params in tried]


def paretune(problem: Problem, known: History, seed: int) -> Suggest:
    """The pure function."""
    wanted = Objectives([Minimize(f"loss_{i}") for i in range(len(problem.reference))])
    losses = np.array([y or [np.nan] * len(wanted) for _, y in known])
    trials = Trials(problem.space, wanted, tuple(params for params, _ in known), losses=losses)
    return lambda: suggest(trials, problem.space, wanted, seed=seed, reference_point=problem.reference)


def optuna_gp(problem: Problem, known: History, seed: int) -> Suggest:
    """GPSampler in a study of these trials."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        directions=["minimize"] * len(problem.reference), sampler=optuna.samplers.GPSampler(seed=seed)
    )
    ranges = distributions(problem.space)
    for params, losses in known:
        state = TrialState.FAIL if losses is None else TrialState.COMPLETE
        study.add_trial(create_trial(params=dict(params), distributions=ranges, values=losses, state=state))
    return lambda: suggest_all(study.ask(), problem.space)


def ax(problem: Problem, known: History, seed: int) -> Suggest:
    """Ax's client, told of these trials, and of one more: its first is of a Sobol sequence, whatever is known."""
    from peer_ax import abandoned  # noqa: PLC0415 (it is not installed everywhere)

    peer = abandoned(Task(problem, seed, len(known)))
    for params, losses in known:
        peer.attach(params, losses)
    first = peer.ask()
    peer.tell(first, problem.evaluate(first))
    return peer.ask


PREPARED = {"paretune": paretune, "optuna_gp": optuna_gp, "ax": ax}


def seconds(function: Suggest) -> float:
    """Of one call."""
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def side_by_side(peers: list[str], repeats: int) -> dict[str, np.ndarray]:
    """Seconds of each peer's suggestions, taken in turns; a first turn is left out."""
    problem = load(NAME)
    taken: dict[str, list[float]] = {peer: [] for peer in peers}
    for seed in range(repeats + 1):
        known = history(problem, N, seed)
        for peer in peers:
            taken[peer].append(seconds(PREPARED[peer](problem, known, seed)))
    return {peer: np.array(values[1:]) for peer, values in taken.items()}


def long(name: str, n: int, repeats: int) -> None:
    """Print the seconds of suggestions after ``n`` trials of a problem, and the memory of this process.

    Each time with another history; a first one is left out.
    """
    problem = load(name)
    taken = [seconds(paretune(problem, history(problem, n, seed), seed)) for seed in range(repeats + 1)][1:]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"paretune after {n:,} trials of {name}: {_seconds(taken)}, at most {memory:.2f} GiB")  # noqa: T201 (a command)


def _seconds(taken: Any) -> str:
    return f"median {np.median(taken):.2f} s, worst {np.max(taken):.2f} s"


def main() -> None:
    """Print seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--peers", nargs="*", choices=PREPARED, default=["paretune", "optuna_gp"])
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--long", nargs=2, metavar=("PROBLEM", "N"), help="only this: Paretune after so many trials")
    given = parser.parse_args()
    torch.set_num_threads(1)
    if given.long:
        long(given.long[0], int(given.long[1]), given.repeats)
        return
    taken = side_by_side(given.peers, given.repeats)
    ours = np.median(taken["paretune"]) if "paretune" in taken else np.nan
    for peer, values in taken.items():
        ratio = np.median(values) / ours
        print(f"{peer} after {N} trials: {_seconds(values)}, {ratio:.1f} times paretune's")  # noqa: T201 (a command)
    for name, n in LONG if "paretune" in taken else ():
        command = [sys.executable, __file__, "--long", name, str(n), "--repeats", str(given.repeats)]
        subprocess.run(command, check=True)  # noqa: S603 (our own script)


if __name__ == "__main__":
    main()
