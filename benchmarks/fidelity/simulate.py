"""One search, trial after trial, with or without early stopping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from problems import Problem

from paretune import Trials, pareto, suggest
from paretune.schedulers import Action, Asha, Decision
from paretune.schedulers.metrics_at_step import MetricsAtStep
from paretune.schedulers.ranking import standing
from paretune.trials import Curves

BUDGETS = (6, 12, 24, 40)  # whole trainings; bayes has the first three
METHODS = ("random", "random + asha by objective", "random + asha by predictor", "bayes", "bayes + asha by predictor")
FIRST_RUNG, ETA = 2, 3
N_REFERENCE_POINTS = 300


@dataclass(frozen=True)
class SearchResult:
    """Hypervolume at each budget, NaN where it was not reached, and the numbers of started and of whole trainings."""

    volumes: list[float]
    n_started: int
    n_finished: int


@dataclass
class AshaByObjective:
    """Halving as usual: the objectives themselves are compared at each rung, from the first ``eta`` trials on."""

    n_epochs: int
    rule: Asha = field(init=False)

    def __post_init__(self) -> None:
        self.rule = Asha(FIRST_RUNG, self.n_epochs, ETA)

    def is_due(self, last_step: int, decided_at: int) -> bool:
        """As `Asha`."""
        return self.rule.is_due(last_step, decided_at)

    def decide(self, trials: Trials, number: int, decided_at: int | None = None) -> Decision:  # noqa: ARG002 (contract)
        """Compare the objectives at the newest step."""
        reached = MetricsAtStep.of(trials.curves, int(trials.curves.of(number).steps[-1]))
        losses = np.column_stack([o.sign * reached.metrics[o.name] for o in trials.objectives])
        found = standing(losses, int(np.flatnonzero(reached.numbers == number)[0]))
        is_stop = found.n >= ETA and not found.is_on_front and found.place >= max(1, found.n // ETA)
        return Decision(Action.STOP if is_stop else Action.GO_ON, "")


@dataclass
class Search:
    """The trials so far, and what they cost."""

    problem: Problem
    params: list[dict[str, Any]] = field(default_factory=list)
    losses: list[list[float]] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    curves: list[Curves] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)  # epochs that were spent when each trial ended

    def trials(self, running: dict[str, Any] | None = None, curve: Curves | None = None) -> Trials:
        """The table, with one running trial if it is given."""
        m = len(self.problem.objectives)
        extra = [] if running is None else [running]
        return Trials(
            self.problem.space,
            self.problem.objectives,
            (*self.params, *extra),
            losses=np.array([*self.losses, *([[np.nan] * m] * len(extra))]).reshape(-1, m),
            states=np.array([*self.states, *(["pending"] * len(extra))], object),
            curves=Curves.join([*self.curves, *([] if curve is None else [curve])]),
        )

    def run_trial(self, params: dict[str, Any], rule: Any, seed: int) -> None:
        """Train until the end, or until the rule stops."""
        number, metrics = len(self.params), self.problem.curve(params, seed)
        end, is_stopped = self.problem.n_epochs, False
        for epoch in range(1, self.problem.n_epochs):
            if rule is not None and rule.is_due(epoch, epoch - 1):
                decision = rule.decide(self.trials(params, curve_until(number, metrics, epoch)), number)
                if decision.is_stop:
                    end, is_stopped = epoch, True
                    break
        final = [o.sign * metrics[o.name][-1] for o in self.problem.objectives]
        known = [
            loss if np.ptp(metrics[o.name]) == 0 else np.nan
            for o, loss in zip(self.problem.objectives, final, strict=True)
        ]
        self.params.append(params)
        self.losses.append(known if is_stopped else final)
        self.states.append("stopped" if is_stopped else "complete")
        self.curves.append(curve_until(number, metrics, end))
        self.ends.append((self.ends[-1] if self.ends else 0) + end)


def curve_until(number: int, metrics: dict[str, NDArray[np.float64]], end: int) -> Curves:
    """Return the first epochs of a trial's curve."""
    return Curves(np.full(end, number), np.arange(1, end + 1), {name: values[:end] for name, values in metrics.items()})


def simulate(problem: Problem, method: str, seed: int) -> SearchResult:
    """Search with one method, up to the largest budget."""
    search, rng = Search(problem), np.random.default_rng([seed, 1])
    budgets = BUDGETS if method.startswith("random") else BUDGETS[:3]
    rules = {"objective": AshaByObjective(problem.n_epochs), "predictor": Asha(FIRST_RUNG, problem.n_epochs, ETA)}
    rule = rules.get(method.rsplit(maxsplit=1)[-1])
    while not search.ends or search.ends[-1] < budgets[-1] * problem.n_epochs:
        if method.startswith("random"):
            params = problem.space.decode(rng.random((1, len(problem.space))))[0]
        else:
            params = suggest(search.trials(), problem.space, problem.objectives, seed=seed)[0]
        search.run_trial(params, rule, seed=1000 * seed + len(search.params))
    volumes = [volume(search, budget) if budget in budgets else np.nan for budget in BUDGETS]
    return SearchResult(volumes, len(search.params), search.states.count("complete"))


def volume(search: Search, budget: int) -> float:
    """The hypervolume of the true losses of the recommended trials: those on the measured front."""
    is_done = np.array(search.ends) <= budget * search.problem.n_epochs
    rows = np.flatnonzero(is_done & (np.array(search.states) == "complete"))
    if len(rows) == 0:
        return 0.0
    front = rows[pareto.is_nondominated(np.array(search.losses)[rows])]
    return true_volume(search.problem, [search.params[row] for row in front])


def true_volume(problem: Problem, params: Sequence[Mapping[str, Any]]) -> float:
    """The hypervolume of the true losses of some configurations, on the scale of random ones."""
    ideal, reference = scale(problem)
    losses = np.array([problem.true_losses(one) for one in params])
    return pareto.hypervolume((losses - ideal) / (reference - ideal), np.ones(len(ideal)))


@lru_cache
def scale(problem: Problem) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The best, and the 90 % quantile, of each true loss of random configurations."""
    rng = np.random.default_rng(99)
    drawn = problem.space.decode(rng.random((N_REFERENCE_POINTS, len(problem.space))))
    losses = np.array([problem.true_losses(params) for params in drawn])
    return losses.min(axis=0), np.quantile(losses, 0.9, axis=0)
