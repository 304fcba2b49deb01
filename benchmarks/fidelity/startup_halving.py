"""Many short trainings begin a search, and the most promising of them go on to the end."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from early_order import EarlyOrder
from numpy.typing import NDArray

from paretune.schedulers.ranking import places
from paretune.trials import Trials

SHORT_SHARE = 10  # a short training has one of so many steps
MAX_COST = 3  # whole trainings that all short ones may cost together
N_UNSELECTED = 2  # trials that go on whatever they report, so that others can be compared with them


@dataclass(frozen=True)
class StartupHalving:
    """The first trials pause early; a few of them go on to the end, and every later trial is trained to its end.

    A search with models, such as ``bayes``, begins with some trials that follow no model, and most of them are far from
    the front. So more are begun, and pause after a tenth of the steps. The first two of them go on, and those that
    promise most (`early_order`), until ``n_whole`` have ended; the others stay paused. It is a sketch of a
    `paretune.schedulers.PausingScheduler`, and not in the package: decision 26 says why.

    Args:
        max_resource: the last step of a whole training.
        min_resource: the step at which the first trials pause; by default a tenth of the last step.
        n_short: how many trials begin with a short training; fewer where these would cost more than three whole ones.
        n_whole: how many of them go on to the end.

    Example:
        >>> rule = StartupHalving(max_resource=60)
        >>> rule.pause_step(number=5, last_step=-1), rule.pause_step(number=5, last_step=6), rule.pause_step(24, -1)
        (6, None, None)
    """

    max_resource: int
    min_resource: int | None = None
    n_short: int = 24
    n_whole: int = 6

    @cached_property
    def rung(self) -> int:
        """The step at which the first trials pause."""
        return self.min_resource or max(1, round(self.max_resource / SHORT_SHARE))

    @cached_property
    def n_paused(self) -> int:
        """How many trials pause; none where too few could to choose from them."""
        n = min(self.n_short, MAX_COST * self.max_resource // self.rung)
        return n if n > self.n_whole else 0

    def pause_step(self, number: int, last_step: int) -> int | None:
        """The step of the first trials' pause; see `paretune.schedulers.PausingScheduler`."""
        return self.rung if number < self.n_paused and last_step < self.rung else None

    def promoted(self, trials: Trials, paused: Collection[int]) -> list[int]:
        """The first two trials, then the most promising ones; see `paretune.schedulers.PausingScheduler`.

        None goes on before all short trainings have begun.
        """
        trials = trials[~trials.is_lost]
        if not len(trials) or trials.numbers.max() < self.n_paused - 1:
            return []
        reached = {number for number, last in trials.curves.last_steps.items() if last >= self.rung}
        waiting = sorted(reached & {int(number) for number in paused if number < self.n_paused})
        n_gone_on = int(self._goes_on(trials, paused).sum())
        first = [number for number in waiting if number < N_UNSELECTED]
        rest = [number for number in waiting if number >= N_UNSELECTED]
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
