"""Paretune, called as any host calls it."""

from __future__ import annotations

import numpy as np
from peers import Task, ToldPenalties
from problem import Losses

from paretune import Minimize, Objectives, Trials, suggest
from paretune.space import Params


class Paretune:
    """The pure function, and the trials it is asked with.

    Args:
        task: what it is told.
        with_reference: whether that holds for the reference point too.
        q: how many suggestions are asked for together; the trials of one call are told before the next.
    """

    def __init__(self, task: Task, *, with_reference: bool, q: int = 1) -> None:
        self._space, self._seed = task.problem.space, task.seed
        self._objectives = Objectives([Minimize(f"loss_{i}") for i in range(len(task.problem.reference))])
        self._reference = task.problem.reference if with_reference else None
        self._params: list[Params] = []
        self._losses: list[Losses] = []
        self._q = q
        self._ahead: list[Params] = []

    def ask(self) -> Params:
        """One suggestion."""
        if not self._ahead:
            self._ahead = self._suggest()
        return self._ahead.pop(0)

    def _suggest(self) -> list[Params]:
        return suggest(
            self.trials(), self._space, self._objectives, q=self._q, seed=self._seed, reference_point=self._reference
        )

    def trials(self) -> Trials:
        """What it was told."""
        return Trials(self._space, self._objectives, tuple(self._params), losses=np.array(self._losses))

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


def in_fours(task: Task) -> Paretune:
    """Four suggestions at a time, for four workers that wait for each other."""
    return Paretune(task, with_reference=True, q=4)


def penalty(task: Task) -> ToldPenalties:
    """Told a penalty for a failure, which it is left to see through."""
    return ToldPenalties(paretune(task), task)
