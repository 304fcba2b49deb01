"""Paretune as a peer: its function `suggest`, called as any program calls it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from peers import FailuresAsPenalties, Task
from problems.base import Losses

from paretune import Minimize, Objectives, Trials, suggest
from paretune.space import Params


class Paretune:
    """The function `suggest` and the trials so far.

    Args:
        task: the task.
        with_reference: whether `suggest` gets the reference point.
        q: number of suggestions per call. All trials of one call end before the next call.
    """

    def __init__(self, task: Task, *, with_reference: bool, q: int = 1) -> None:
        self._space, self._seed = task.problem.space, task.seed
        self._objectives = Objectives([Minimize(f"loss_{i}") for i in range(len(task.problem.reference))])
        self._reference = task.problem.reference if with_reference else None
        self._params: list[Params] = []
        self._losses: list[Losses] = []
        self._violations: list[Sequence[float]] = []
        self._q = q
        self._suggestions: list[Params] = []

    def ask(self) -> Params:
        """Return the next suggestion."""
        if not self._suggestions:
            self._suggestions = self._suggest()
        return self._suggestions.pop(0)

    def _suggest(self) -> list[Params]:
        return suggest(
            self.trials(), self._space, self._objectives, q=self._q, seed=self._seed, reference_point=self._reference
        )

    def trials(self) -> Trials:
        """Return the trials so far."""
        losses, violations = np.array(self._losses), np.array(self._violations)
        return Trials(self._space, self._objectives, tuple(self._params), losses=losses, violations=violations)

    def tell(self, params: Params, losses: Losses | None, violations: Sequence[float] = ()) -> None:
        """Add a trial. A failed trial has NaN losses; its constraints may be known."""
        self._params.append(params)
        self._violations.append(violations)
        self._losses.append([np.nan] * len(self._objectives) if losses is None else losses)


def paretune(task: Task) -> Paretune:
    """Create Paretune with the reference point."""
    return Paretune(task, with_reference=True)


def paretune_no_reference(task: Task) -> Paretune:
    """Create Paretune without the reference point."""
    return Paretune(task, with_reference=False)


def in_fours(task: Task) -> Paretune:
    """Create Paretune with batches of four suggestions, for four workers that wait for each other."""
    return Paretune(task, with_reference=True, q=4)


def penalty(task: Task) -> FailuresAsPenalties:
    """Create Paretune with a penalty for a failure, which Paretune has to recognize by itself."""
    return FailuresAsPenalties(paretune(task), task)
