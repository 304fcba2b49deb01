"""Hyperband: brackets of successive halving that begin at different steps (Li et al. 2018, JMLR 18:185)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

from paretune.schedulers.exemption import DEFAULT_SHARE, check_share
from paretune.schedulers.rungs import check_resources, passed_rungs, whole_logarithm
from paretune.schedulers.scheduler import Decision
from paretune.schedulers.step_decision import Selection, check_trial, decide_at_step, go_on, promoted_at_rungs
from paretune.trials import Trials


@dataclass(frozen=True)
class Bracket:
    """A part of the trials, with rungs of its own.

    Args:
        n: how many trials a round of the brackets has here.
        rungs: the steps at which these trials are compared.
    """

    n: int
    rungs: tuple[int, ...]


@dataclass(frozen=True)
class Hyperband:
    """Asynchronous halving in several brackets: the first one begins early, the last one trains all to the end.

    A trial belongs to a bracket by its number, in the proportions of Algorithm 1, and is compared with the trials of
    its bracket only. For other rules see `Asha`.

    Args:
        max_resource: the last step of a whole training.
        min_resource: the first step at which trials may be compared, at least 1.
        eta: one of this many trials goes on, at least 2.
        exempt: the share of trials that always go on.

    Raises:
        InvalidInputError: an argument does not fit.

    Example:
        >>> [(bracket.n, bracket.rungs) for bracket in Hyperband(max_resource=27).brackets]
        [(27, (1, 3, 9)), (12, (3, 9)), (6, (9,)), (4, ())]
    """

    max_resource: int
    min_resource: int = 1
    eta: int = 3
    exempt: float = DEFAULT_SHARE

    def __post_init__(self) -> None:
        check_resources(self.min_resource, self.max_resource, self.eta, is_length_needed=True)
        check_share(self.exempt)

    @cached_property
    def brackets(self) -> tuple[Bracket, ...]:
        """The brackets, the one that begins first in front."""
        s_max = whole_logarithm(self.max_resource // self.min_resource, self.eta)
        return tuple(
            Bracket(
                n=-(-(s_max + 1) * self.eta**s // (s + 1)),  # rounded up
                rungs=tuple(self.max_resource // self.eta**k for k in range(s, 0, -1)),
            )
            for s in range(s_max, -1, -1)
        )

    @cached_property
    def _round(self) -> tuple[int, ...]:
        """The bracket of each trial of a round, evenly mixed, so that a short search has trials in all of them."""
        places = [
            ((k + 0.5) / bracket.n, index) for index, bracket in enumerate(self.brackets) for k in range(bracket.n)
        ]
        return tuple(i for _, i in sorted(places))

    def bracket_of(self, number: int) -> int:
        """Return the index of the bracket that a trial belongs to."""
        return self._round[int(number) % len(self._round)]

    def pause_step(self, number: int, last_step: int) -> int | None:  # noqa: ARG002 (the contract)
        """No step, since each trial is judged as it reports; see `paretune.schedulers.PausingScheduler`."""
        return None

    def promoted(self, trials: Trials, paused: Collection[int]) -> list[int]:
        """The paused trials that are among the best of their bracket; see `paretune.schedulers.PausingScheduler`."""
        return [
            number
            for index, bracket in enumerate(self.brackets)
            for number in promoted_at_rungs(trials, paused, bracket.rungs, self._selection(index))
        ]

    def _selection(self, index: int) -> Selection:
        """Which trials are compared in a bracket, and how many of them go on."""
        return Selection(
            lambda n: n // self.eta, self.eta, self.exempt, is_compared=lambda number: self.bracket_of(number) == index
        )

    def is_due(self, last_step: int, decided_at: int) -> bool:
        """Check whether a rung of any bracket lies between two steps; see `paretune.schedulers.Scheduler`."""
        return bool(passed_rungs(self.brackets[0].rungs, last_step, decided_at))

    def decide(self, trials: Trials, number: int, decided_at: int | None = None) -> Decision:
        """Decide whether a running trial goes on; see `paretune.schedulers.Scheduler`."""
        before, last_step = check_trial(trials, number)
        bracket = self.bracket_of(number)
        rungs = passed_rungs(self.brackets[bracket].rungs, last_step, before if decided_at is None else decided_at)
        if not rungs:
            return go_on(f"step {last_step} is between two rungs of bracket {bracket}")
        selection = self._selection(bracket)
        decision = decide_at_step(trials, number, rungs[-1], selection)
        return replace(decision, reason=f"bracket {bracket}: {decision.reason}")
