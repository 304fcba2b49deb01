"""Paretune, called as any host calls it."""

from __future__ import annotations

import numpy as np
from peers import Task
from problem import Losses

from paretune import Minimize, Objectives, Trials, suggest
from paretune.space import Params


class Paretune:
    """The pure function, and the trials it is asked with."""

    def __init__(self, task: Task, *, with_reference: bool) -> None:
        self._space, self._seed = task.problem.space, task.seed
        self._objectives = Objectives([Minimize(f"loss_{i}") for i in range(len(task.problem.reference))])
        self._reference = task.problem.reference if with_reference else None
        self._params: list[Params] = []
        self._losses: list[Losses] = []

    def ask(self) -> Params:
        """One suggestion."""
        trials = Trials(self._space, self._objectives, tuple(self._params), losses=np.array(self._losses))
        return suggest(trials, self._space, self._objectives, seed=self._seed, reference_point=self._reference)[0]

    def tell(self, params: Params, losses: Losses | None) -> None:
        """A failure has no losses."""
        self._params.append(params)
        self._losses.append([np.nan] * len(self._objectives) if losses is None else losses)


def paretune(task: Task) -> Paretune:
    """With the reference point, as one who compares hypervolumes has it."""
    return Paretune(task, with_reference=True)


def paretune_no_reference(task: Task) -> Paretune:
    """With nothing but the trials."""
    return Paretune(task, with_reference=False)
