"""Whole searches: each searcher through `Study`, and `ParetoSampler` in Optuna."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping
from typing import Any

import optuna
from optuna.storages import InMemoryStorage

import paretune  # which loads `Study` where it is used: the other scenarios do without it
from behaviour.histories import CONDITIONAL, MIXED, SMALL, branches, grid_losses, net
from paretune import Maximize, Minimize, TrialFailedError, Trials

NET = [Maximize("accuracy", at_least=0.2), Minimize("time", unit="s")]
TWO = [Minimize("f"), Minimize("g")]


@contextlib.contextmanager
def quiet_optuna():
    """Silence Optuna, which reports every trial."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)


def train(params: Mapping[str, Any]) -> dict[str, float]:
    """Accuracy and time of `net`; large ones are out of memory, fast learners diverge."""
    if params["width"] * params["depth"] > 150:
        raise TrialFailedError("out_of_memory", "too large")
    error, seconds = net(params)
    is_diverged = params["rate"] > 0.4
    return {"accuracy": math.nan if is_diverged else 1 - error, "time": seconds, "time_se": 0.02 * seconds}


def _small(params: Mapping[str, Any]) -> dict[str, float]:
    return dict(zip("fg", grid_losses(params), strict=True))


def _branches(params: Mapping[str, Any]) -> dict[str, float]:
    return dict(zip("fg", branches(params), strict=True))


def rows(trials: Trials) -> list[dict[str, Any]]:
    """Return what a search tried and what came of it."""
    return [
        {
            "params": dict(params),
            "values": [None if math.isnan(value) else float(value) for value in values],
            "state": str(state),
            "reason": str(reason),
        }
        for params, values, state, reason in zip(
            trials.params, trials.values, trials.states, trials.reasons, strict=True
        )
    ]


def _study(space: Any, objectives: Any, evaluate: Any, n: int, **options: Any) -> list[dict[str, Any]]:
    study = paretune.Study(space, objectives, storage=InMemoryStorage(), **options)
    study.run(evaluate, n_trials=n)
    return rows(study.trials)


def _ask_and_tell() -> list[dict[str, Any]]:
    """A search with trials that are pending, lost, enqueued and failed."""
    study = paretune.Study(CONDITIONAL, TWO, storage=InMemoryStorage(), searcher="bayes", seed=2)
    study.enqueue({"kind": "b", "x": 0.5, "k": 3, "mode": "u"})
    for i in range(10):
        asked = study.ask()
        if i == 4:
            study.tell(asked, reason="crashed", message="it fell")
        elif i == 5:
            study.tell(asked, reason="lost", message="its machine went away")
        elif i != 7:
            study.tell(asked, _branches(asked.params))
    study.ask()
    return rows(study.trials)


def _optuna() -> list[dict[str, Any]]:
    """A define-by-run search with a condition, failures, pruning, constraints and an enqueued trial."""
    study = optuna.create_study(directions=["maximize", "minimize"], sampler=paretune.ParetoSampler(seed=3))
    study.enqueue_trial({"width": 16})

    def objective(trial: optuna.Trial) -> tuple[float, float]:
        width, depth = trial.suggest_int("width", 1, 64, log=True), trial.suggest_int("depth", 1, 4)
        kind = trial.suggest_categorical("kind", ["a", "b"])
        rate = trial.suggest_float("rate", 1e-4, 1.0, log=True) if kind == "a" else 0.02
        trial.set_constraint("size", width * depth - 120.0)
        if rate > 0.3:
            trial.set_user_attr("reason", "not_finite")
            raise ValueError("diverged")
        error, seconds = net({"width": width, "depth": depth, "rate": rate, "kind": kind, "size": 32})
        return 1 - error, seconds

    study.optimize(objective, n_trials=11, catch=ValueError)
    return [{"params": trial.params, "values": trial.values, "state": trial.state.name} for trial in study.trials]


SEARCHES: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "sobol": lambda: _study(MIXED, NET, train, 8, searcher="sobol", seed=1),
    "grid": lambda: _study(SMALL, TWO, _small, 6, searcher="grid"),
    "grid of a space with conditions": lambda: _study(CONDITIONAL, TWO, _branches, 8, searcher="grid", seed=3),
    "random": lambda: _study(MIXED, NET, train, 8, searcher="random", seed=2),
    "bayes": lambda: _study(MIXED, NET, train, 11, searcher="bayes", seed=0),
    "bayes over conditions": lambda: _study(CONDITIONAL, TWO, _branches, 10, searcher="bayes", seed=1),
    "asked and answered one by one": _ask_and_tell,
    "Optuna's define-by-run": _optuna,
}


def search(name: str) -> list[dict[str, Any]]:
    """Return the trials of a search."""
    with quiet_optuna():
        return SEARCHES[name]()
