"""Run optimizers on the noisy problems: ``python benchmarks/efficiency/run_noisy.py --peers paretune --out rows.csv``.

A run is scored by what the optimizer hands over after some numbers of trials, by each of two rules: the front of the
measurements, as the documentation of the optimizers advises, and `paretune.recommend` on the same trials. Each row has

- ``hv``: the hypervolume of the true losses of the configurations handed over;
- ``looks``: the hypervolume of the losses that the rule states for them;
- ``choice``: the mean true loss of what users would choose, in units from the best values (0) to the reference (1).
  A user weights the objectives, and chooses the configuration whose stated losses have the smallest weighted maximum;
- ``n_handed_over`` and ``n_configurations``: the numbers of configurations handed over and tried.

All runs are done in one process, one after the other; runs with rows in the file are skipped. Ablated variants change
the engine of the whole process: give each a command of its own.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from peers import Task, create_optimizer
from problems.noisy import NOISY, NOISY_HELD_OUT, NOISY_OPEN, NoisyProblem, load_noisy_problem
from run_all import append_rows, finished_runs, make_parser, planned_runs

from paretune import Minimize, Objectives, Trials, pareto, recommend
from paretune.space import Params
from paretune.space.keys import configuration_indices

COLUMNS = (
    "peer",
    "problem",
    "seed",
    "n",
    "rule",
    "hv",
    "looks",
    "choice",
    "n_handed_over",
    "n_configurations",
    "ask_s",
)
SETS = {"open": tuple(NOISY_OPEN), "held_out": tuple(NOISY_HELD_OUT), "all": tuple(NOISY)}
TRIAL_COUNTS = (8, 20, 40, 60)
N_WEIGHTS = 21


class HandedOver(NamedTuple):
    """What a rule hands over: the configurations, and the losses that it states for them."""

    params: list[Params]
    stated: NDArray[np.float64]


def measured_front(trials: Trials) -> HandedOver:
    """Hand over the trials that no other trial dominates, with their measurements."""
    front = pareto.efficient_trials(trials)
    return HandedOver(list(front.params), front.losses)


def recommended(trials: Trials) -> HandedOver:
    """Hand over what `paretune.recommend` recommends, with its expected losses."""
    found = recommend(trials)
    return HandedOver(list(found.params), found.losses)


RULES = {"measured": measured_front, "recommended": recommended}


def score(problem: NoisyProblem, handed_over: HandedOver) -> dict[str, float]:
    """Score what is handed over by its true losses."""
    true = np.array([problem.true_losses(params) for params in handed_over.params], float).reshape(
        -1, len(problem.reference)
    )
    return {
        "hv": pareto.hypervolume(true, problem.reference),
        "looks": pareto.hypervolume(handed_over.stated, problem.reference),
        "choice": mean_choice(problem, true, handed_over.stated),
        "n_handed_over": len(true),
    }


def mean_choice(problem: NoisyProblem, true: NDArray[np.float64], stated: NDArray[np.float64]) -> float:
    """Return the mean true loss of the choices of users with different weights; 1 if there is nothing to choose."""
    if not len(true):
        return 1.0
    unit = np.array(problem.reference) - problem.best
    weights = np.linspace(0, 1, N_WEIGHTS)[:, None, None]
    weights = np.concatenate([weights, 1 - weights], axis=-1)  # of two objectives
    of_true, of_stated = ((weights * (y - problem.best) / unit).max(axis=-1) for y in (true, stated))
    chosen = of_stated.argmin(axis=1)
    return float(of_true[np.arange(N_WEIGHTS), chosen].mean())


def run(peer: str, name: str, seed: int, n_trials: int) -> Iterator[dict[str, Any]]:
    """Do one run, and yield a row for each rule and each of `TRIAL_COUNTS` up to ``n_trials``."""
    noisy = load_noisy_problem(name)
    problem = noisy.with_seed(seed)
    optimizer = create_optimizer(peer, Task(problem, seed, n_trials))
    objectives = Objectives([Minimize(f"loss_{i}") for i in range(len(problem.reference))])
    params, losses, seconds = [], [], []
    for n in range(1, n_trials + 1):
        started = time.perf_counter()
        params.append(optimizer.ask())
        seconds.append(time.perf_counter() - started)
        measured = problem.evaluate(params[-1])
        optimizer.tell(params[-1], measured)
        losses.append([np.nan] * len(objectives) if measured is None else measured)
        if n in TRIAL_COUNTS:
            trials = Trials(problem.space, objectives, tuple(params), losses=np.array(losses))
            n_configurations = int(configuration_indices(problem.space, params).max()) + 1
            known = {"n": n, "n_configurations": n_configurations, "ask_s": float(np.median(seconds))}
            for rule, hand_over in RULES.items():
                yield {**known, "rule": rule, **score(noisy, hand_over(trials))}


def format_row(row: Mapping[str, Any]) -> str:
    """Format a row of the CSV file."""
    return ",".join(f"{value:.6g}" if isinstance(value, float) else str(value) for value in map(row.get, COLUMNS))


def main() -> None:
    """Do the missing runs."""
    arguments = make_parser((__doc__ or "").partition("\n")[0], [*SETS, *NOISY]).parse_args()
    finished = finished_runs(arguments.out, arguments.trials, COLUMNS)
    for planned in planned_runs(arguments, SETS):
        peer, name, seed = planned
        if planned not in finished:
            started = time.monotonic()
            with contextlib.redirect_stdout(sys.stderr):
                rows = [
                    {"peer": peer, "problem": name, "seed": seed, **row}
                    for row in run(peer, name, seed, arguments.trials)
                ]
            append_rows(arguments.out, "".join(format_row(row) + "\n" for row in rows), COLUMNS)
            print(f"{time.monotonic() - started:.0f} s: {format_row(rows[-1])}", flush=True)  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
