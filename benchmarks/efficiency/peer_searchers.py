"""Paretune's searchers as peers, with their defaults: each is a function of the trials so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from peer_optuna import Optuna
from peers import Task
from problems.base import Losses

from paretune import Minimize, Objectives, Trials
from paretune.searchers import Context, make_searcher
from paretune.space import Params


class SearcherPeer:
    """A searcher of `paretune.searchers` and the trials so far.

    Args:
        task: the task.
        name: the searcher's name.
    """

    def __init__(self, task: Task, name: str) -> None:
        self._searcher = make_searcher(name)
        self._objectives = Objectives([Minimize(f"loss_{i}") for i in range(len(task.problem.reference))])
        self._context = Context(task.problem.space, self._objectives, task.seed)
        self._params: list[Params] = []
        self._losses: list[Losses] = []
        self._violations: list[Sequence[float]] = []

    def ask(self) -> Params:
        """Return the next suggestion."""
        losses, violations = np.array(self._losses), np.array(self._violations)
        trials = Trials(
            self._context.space, self._objectives, tuple(self._params), losses=losses, violations=violations
        )
        return self._searcher.suggest(trials, self._context).params

    def tell(self, params: Params, losses: Losses | None, violations: Sequence[float] = ()) -> None:
        """Add a trial. A failed trial has NaN losses; its constraints may be known."""
        self._params.append(params)
        self._violations.append(violations)
        self._losses.append([np.nan] * len(self._objectives) if losses is None else losses)


def _peer(name: str) -> Callable[[Task], SearcherPeer]:
    return lambda task: SearcherPeer(task, name)


annealing, evolution, cma_es = _peer("annealing"), _peer("evolution"), _peer("cma-es")
pshe2, hazero = _peer("pshe2"), _peer("hazero")


def nsga3(task: Task) -> Optuna:
    """Create Optuna's NSGA-III with its default population."""
    from paretune.study.optuna_searchers import OPTUNA_SEARCHERS  # noqa: PLC0415 (only this peer needs it)

    return Optuna(task.problem, OPTUNA_SEARCHERS["nsga3"].searcher.make(task.seed))
