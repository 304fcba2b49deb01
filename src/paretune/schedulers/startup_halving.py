"""Many short trainings begin a search, and the most promising of them go on to the end."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from paretune.errors import InvalidInputError
from paretune.schedulers.early_order import EarlyOrder
from paretune.schedulers.ranking import places
from paretune.schedulers.rungs import check_resources
from paretune.schedulers.scheduler import Decision
from paretune.schedulers.step_decision import check_trial, go_on
from paretune.space.values import check_whole_number
from paretune.trials import Trials

SHORT_SHARE = 15  # a short training has one of so many steps
MAX_COST = 3  # whole trainings that all short ones may cost together
N_UNSELECTED = 2  # trials that go on whatever they report, so that others can be compared with them


@dataclass(frozen=True)
class StartupHalving:
    """The first trials pause early; a few of them go on to the end, and every later trial is trained to its end.

    A search with models, such as ``bayes``, begins with some trials that follow no model, and most of them are far from
    the front. So many are begun, and pause after a fifteenth of the steps. The first two of them go on, and those that
    promise most (`EarlyOrder`), until ``n_whole`` have ended; the others stay paused, and the models learn from what
    they reported. It is successive halving of the initial design, as in PriMO (Basu et al. 2025, arXiv 2511.08371).

    Trials need checkpoints. One that cannot pause is trained to its end.

    Args:
        max_resource: the last step of a whole training.
        min_resource: the step at which the first trials pause, at least 1; by default a fifteenth of the last step.
        n_short: how many trials begin with a short training; fewer where these would cost more than three whole ones.
        n_whole: how many of them go on to the end.

    Raises:
        InvalidInputError: an argument does not fit.

    Example:
        >>> rule = StartupHalving(max_resource=60)
        >>> rule.pause_step(number=5, last_step=-1), rule.pause_step(number=5, last_step=4), rule.pause_step(40, -1)
        (4, None, None)
    """

    max_resource: int
    min_resource: int | None = None
    n_short: int = 40
    n_whole: int = 4

    def __post_init__(self) -> None:
        check_resources(
            1 if self.min_resource is None else self.min_resource, self.max_resource, 2, is_length_needed=True
        )
        for name in ("n_short", "n_whole"):
            if check_whole_number(name, getattr(self, name)) < 1:
                raise InvalidInputError(f"{name} must be at least 1, but is {getattr(self, name)}")

    def within(self, n_trials: int | None = None, n_steps: int | None = None) -> StartupHalving:
        """Return the rule with fewer or shorter trainings, so that a short run has time for whole ones.

        Args:
            n_trials: the number of trials of the run; at most half of them are short ones.
            n_steps: the steps that all trials may cost together. The short ones may cost a third, and leave enough for
                a whole training.

        Example:
            >>> StartupHalving(max_resource=500).within(n_steps=600)
            StartupHalving(max_resource=500, min_resource=2, n_short=40, n_whole=1)
        """
        n_short, rung, n_whole = self.n_short, self.rung, self.n_whole
        if n_trials is not None:
            n_short = max(1, min(n_short, n_trials // 2))
        if n_steps is not None:
            n_left = max(0, min(n_steps // 3, n_steps - self.max_resource))
            rung = max(1, min(rung, n_left // n_short))
            n_short = max(1, min(n_short, n_left // rung))
            n_whole = max(1, min(n_whole, (n_steps - n_short * rung) // self.max_resource))
        return replace(self, min_resource=rung, n_short=n_short, n_whole=n_whole)

    @cached_property
    def rung(self) -> int:
        """The step at which the first trials pause."""
        return self.min_resource or max(1, round(self.max_resource / SHORT_SHARE))

    @cached_property
    def n_paused(self) -> int:
        """How many trials pause; none where too few could to choose from them."""
        n = min(self.n_short, MAX_COST * self.max_resource // self.rung)
        return n if n > self.n_whole and self.rung < self.max_resource else 0

    @property
    def n_unselected(self) -> int:
        """How many trials go on whatever they report: at most half of those that do."""
        return min(N_UNSELECTED, self.n_whole // 2)

    def is_due(self, last_step: int, decided_at: int) -> bool:  # noqa: ARG002 (the contract)
        """No report leads to a decision, since trials pause; see `paretune.schedulers.Scheduler`."""
        return False

    def decide(self, trials: Trials, number: int, decided_at: int | None = None) -> Decision:  # noqa: ARG002 (the contract)
        """Let a trial go on that cannot pause; see `paretune.schedulers.Scheduler`."""
        check_trial(trials, number)
        return go_on("a trial that cannot pause is trained to its end")

    def pause_step(self, number: int, last_step: int) -> int | None:
        """The step of the first trials' pause; see `paretune.schedulers.PausingScheduler`."""
        return self.rung if number < self.n_paused and last_step < self.rung else None

    def promoted(self, trials: Trials, paused: Collection[int]) -> list[int]:
        """The first trials, then the most promising ones; see `paretune.schedulers.PausingScheduler`.

        None goes on before all short trainings have begun.
        """
        trials = trials[~trials.is_lost]
        if not len(trials) or trials.numbers.max() < self.n_paused - 1:
            return []
        reached = {number for number, last in trials.curves.last_steps.items() if last >= self.rung}
        waiting = sorted(reached & {int(number) for number in paused if number < self.n_paused})
        n_gone_on = int(self._goes_on(trials, paused).sum())
        first = [number for number in waiting if number < self.n_unselected]
        rest = [number for number in waiting if number >= self.n_unselected]
        return [*first, *self._by_promise(trials, rest)][: max(0, self.n_whole - n_gone_on)]

    def _goes_on(self, trials: Trials, paused: Collection[int]) -> NDArray[np.bool_]:
        """``n`` booleans: one of the first trials has ended, or trains again after its pause."""
        last = trials.curves.last_steps
        has_reached = np.array([last.get(int(number), -1) >= self.rung for number in trials.numbers], bool)
        is_running = trials.is_pending & has_reached & ~np.isin(trials.numbers, list(paused))
        return np.asarray((trials.numbers < self.n_paused) & (trials.is_complete | is_running))

    def _by_promise(self, trials: Trials, numbers: list[int]) -> list[int]:
        """Some trials that have reached the step of the pause, the most promising one first."""
        if not numbers:
            return []
        found = EarlyOrder.at(trials, self.rung)
        has_all = np.isfinite(found.losses).all(axis=1)
        place = dict(zip(found.numbers[has_all].tolist(), places(found.losses[has_all]).tolist(), strict=True))
        return sorted(numbers, key=lambda number: (place.get(number, math.inf), number))
