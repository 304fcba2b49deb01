"""The members of a population, and which of them have reached a step where members pause."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from paretune.trials import Trials
from paretune.trials.birth import Birth


@dataclass(frozen=True, eq=False)
class Members:
    """All members of a population so far, those included that were replaced.

    Args:
        trials: the members with their curves.
        paused: the numbers of those that wait with a checkpoint.
        births: of the members that began as copies, by number.
        released: by number, the last step at which a member was let go on.
    """

    trials: Trials
    paused: Collection[int] = ()
    births: Mapping[int, Birth] = field(default_factory=dict)
    released: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def known(self) -> Trials:
        """The members without those that were lost."""
        return self.trials[~self.trials.is_lost]

    @cached_property
    def last_steps(self) -> dict[int, int]:
        """The last step of each member, -1 before the first one."""
        last = self.known.curves.last_steps
        return {number: last.get(number, -1) for number in self.known.numbers.tolist()}

    @property
    def n_begun(self) -> int:
        """How many members began from the start."""
        return sum(number not in self.births for number in self.last_steps)

    def born(self, number: int) -> int:
        """The step at which a member began."""
        return self.births[number].step if number in self.births else 0

    def waits_at(self, number: int, boundaries: Sequence[int]) -> int | None:
        """The boundary at which a paused member waits; None if it has paused between two boundaries."""
        reached = max((step for step in boundaries if step <= self.last_steps[number]), default=0)
        return reached if reached > self.released.get(number, self.born(number)) else None


@dataclass(frozen=True)
class Boundary:
    """The members at a step where members pause.

    Args:
        step: the step.
        reached: those that have reached it.
        waiting: those of them that wait there.
        failed: those that failed on the way to it, in ascending order.
        is_complete: whether no other member is still on the way to it.
    """

    step: int
    reached: frozenset[int]
    waiting: frozenset[int]
    failed: tuple[int, ...]
    is_complete: bool


def find_boundary(members: Members, boundaries: Sequence[int]) -> Boundary | None:
    """Find the first boundary at which members wait; None if nobody waits.

    A member that has ended before a boundary is no longer one there. One that began as a copy at a boundary is a member
    from the next one on.

    Args:
        members: of the population.
        boundaries: the steps at which members pause, in ascending order and equally far apart.
    """
    paused = [number for number in members.paused if number in members.last_steps]
    places = {number: step for number in paused if (step := members.waits_at(number, boundaries)) is not None}
    if not places:
        return None
    step, last = min(places.values()), members.last_steps
    here = [number for number in last if members.born(number) < step]
    reached = frozenset(number for number in here if last[number] >= step)
    before, is_failed = step - boundaries[0], set(members.known.numbers[members.known.is_failed].tolist())
    ended = {n for n in here if n in is_failed and n not in reached}
    failed = tuple(sorted(n for n in ended if max(last[n], members.born(n)) >= before))
    going = {*members.known.numbers[members.known.is_pending].tolist(), *paused}
    waiting = frozenset(number for number, place in places.items() if place == step)
    return Boundary(step, reached, waiting, failed, not any(n in going for n in here if n not in reached))
