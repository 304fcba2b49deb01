"""Population based training: which members are replaced by copies of others, and which go on (arXiv 1711.09846)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.schedulers.members import Boundary, Members, find_boundary
from paretune.schedulers.metrics_at_step import MetricsAtStep
from paretune.schedulers.ranking import places
from paretune.schedulers.scheduler import Decision
from paretune.schedulers.step_decision import go_on
from paretune.trials import Trials

_ROUNDING = 1e-9  # 0.3 of 10 members is 3


@dataclass(frozen=True)
class Generation:
    """What happens to the members of a population that wait at a step.

    Args:
        step: the step.
        survivors: the waiting members that go on.
        parents: from each member that is replaced to the member of which a copy replaces it.
        is_early: whether other members have not reached the step: then nobody is replaced yet.
    """

    step: int
    survivors: tuple[int, ...]
    parents: Mapping[int, int]
    is_early: bool = False


@dataclass(frozen=True)
class Population:
    """Members that pause every few steps, when copies of good ones replace the worst.

    At each boundary, a multiple of ``interval``, members are sorted by nondominated layers of the losses that they
    reported there, and within a layer by the hypervolume that each adds to normalised losses. A failed member, and one
    without such losses, is last. The worst ``share`` and all failed ones are replaced: each by a copy of one drawn from
    the best ``parents``.

    A member that dominates as many others as are replaced is certain to go on, and does so before the last one has
    reached the boundary. So fewer slots wait, and no result depends on it.

    Args:
        size: how many members the population has.
        interval: the number of steps between two boundaries.
        generations: into how many parts a training is cut; the last one has no end.
        share: the share that is replaced at each boundary.
        parents: the share that may be copied.
        seed: of the draws.
        length: the last step of a whole training, at which nobody pauses; None if it is not known.

    Example:
        >>> rule = Population(size=8, interval=5, generations=4)
        >>> [rule.pause_step(0, last) for last in (-1, 5, 7, 15)]
        [5, 10, 10, None]
    """

    size: int
    interval: int
    generations: int
    share: float = 0.25
    parents: float = 0.5
    seed: int = 0
    length: int | None = None

    @property
    def boundaries(self) -> range:
        """The steps at which members pause."""
        end = self.generations * self.interval
        return range(self.interval, end if self.length is None else min(end, self.length), self.interval)

    def is_due(self, last_step: int, decided_at: int) -> bool:  # noqa: ARG002 (the contract)
        """Never: members pause at known steps; see `paretune.schedulers.Scheduler`."""
        return False

    def decide(self, trials: Trials, number: int, decided_at: int | None = None) -> Decision:  # noqa: ARG002 (the contract)
        """Let a trial go on to the next boundary; see `paretune.schedulers.Scheduler`."""
        return go_on("members of a population stop at boundaries only")

    def pause_step(self, number: int, last_step: int) -> int | None:  # noqa: ARG002 (all have the same boundaries)
        """The next boundary; see `paretune.schedulers.PausingScheduler`."""
        return next((step for step in self.boundaries if step > last_step), None)

    def promoted(self, trials: Trials, paused: Collection[int]) -> list[int]:  # noqa: ARG002 (the contract)
        """Nobody: members go on together with the copies that replace others; see `next_generation`."""
        return []

    def next_generation(self, members: Members) -> Generation | None:
        """Decide about the members that wait at the first boundary; None while nothing is certain."""
        found = find_boundary(members, self.boundaries)
        if found is None:
            return None
        if found.is_complete and members.n_begun >= self.size:
            return self._generation(members, found)
        certain = self._certain(members.known, found)
        return Generation(found.step, certain, {}, is_early=True) if certain else None

    def _generation(self, members: Members, found: Boundary) -> Generation:
        order = _best_first(members.known, found)
        n = len(order) + len(found.failed)
        n_kept = max(1, len(order) - max(0, _part(self.share, n) - len(found.failed)))
        can_copy = found.waiting | {number for number, step in members.released.items() if step == found.step}
        kept = order[:n_kept]
        candidates = [number for number in kept[: max(1, _part(self.parents, n))] if number in can_copy]
        replaced = sorted([*found.failed, *order[n_kept:]]) if candidates else []
        survivors = found.waiting - set(replaced)
        return Generation(
            found.step, tuple(sorted(survivors)), {n: self._draw(candidates, found.step, n) for n in replaced}
        )

    def _draw(self, candidates: list[int], step: int, replaced: int) -> int:
        """Draw the parent of the copy that replaces a member, whatever was drawn for others."""
        rng = np.random.default_rng([self.seed, step, replaced])
        return candidates[int(rng.integers(len(candidates)))]

    def _certain(self, trials: Trials, found: Boundary) -> tuple[int, ...]:
        """The waiting members that go on, whatever those report that have not reached the boundary."""
        numbers, losses = losses_at(trials, found)
        is_known = np.isfinite(losses).all(axis=1)
        no_worse: NDArray[np.bool_] = np.array((losses[:, None] <= losses[None]).all(axis=2), bool)
        is_worse = (no_worse & ~no_worse.T) | np.logical_not(is_known).reshape(1, -1)
        n_worse = is_worse.sum(axis=1) + len(found.failed)
        n_replaced = _part(self.share, max(self.size, len(numbers) + len(found.failed)))
        is_certain = is_known & (n_worse >= n_replaced)
        return tuple(number for number in numbers[is_certain].tolist() if number in found.waiting)


def _part(share: float, n: int) -> int:
    return int(share * n + _ROUNDING)


def _best_first(trials: Trials, found: Boundary) -> list[int]:
    """The members that reached a boundary, the best first; of equal ones the oldest."""
    numbers, losses = losses_at(trials, found)
    is_known = np.isfinite(losses).all(axis=1)
    known = numbers[is_known]
    order = known[np.argsort(places(losses[is_known]), kind="stable")].tolist()
    return [*order, *numbers[~is_known].tolist()]


def losses_at(trials: Trials, found: Boundary) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The losses of the members that reached a boundary, as they reported them there.

    An objective that no member reports on the way is left out.

    Args:
        trials: the members with their curves.
        found: the boundary.

    Returns:
        ``k`` numbers in ascending order, and ``k x m`` losses; NaN where a member did not report one.
    """
    numbers = np.array(sorted(found.reached), np.int64)
    at = MetricsAtStep.of(trials.curves.select(numbers), found.step)
    reported = [objective for objective in trials.objectives if objective.name in at.metrics]
    columns = [objective.sign * at.metrics[objective.name] for objective in reported]
    return numbers, np.column_stack(columns) if columns else np.zeros((len(numbers), 1))
