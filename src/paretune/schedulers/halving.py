"""Synchronous successive halving (Jamieson and Talwalkar 2016), as in Dive into Deep Learning, chapter 19.4."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from paretune.schedulers.exemption import DEFAULT_SHARE, check_share, is_exempt
from paretune.schedulers.expected_losses import expected_or_current_losses
from paretune.schedulers.ranking import places
from paretune.schedulers.rungs import check_resources, passed_rungs, rung_steps
from paretune.schedulers.scheduler import Decision
from paretune.schedulers.step_decision import Selection, check_trial, decide_at_step, go_on
from paretune.trials import Trials


@dataclass(frozen=True)
class Halving:
    """All trials of a round pause at a rung; once the last one is there, the best of them go on.

    A round has ``eta`` to the power of the number of rungs trials, with numbers in a row. At each rung one of ``eta``
    goes on, so that one trial of a round trains to its end. Trials need checkpoints. Where they cannot pause, such as
    in `paretune.should_prune`, this is `Asha`.

    Args:
        max_resource: the last step of a whole training.
        min_resource: the step of the first rung, at least 1.
        eta: one of this many trials goes on, at least 2.
        exempt: the share of trials that go on in addition.

    Raises:
        InvalidInputError: an argument does not fit.

    Example:
        >>> rule = Halving(max_resource=27)
        >>> rule.rungs, rule.n_in_round, rule.pause_step(number=5, last_step=3)
        ((1, 3, 9), 27, 9)
    """

    max_resource: int
    min_resource: int = 1
    eta: int = 3
    exempt: float = DEFAULT_SHARE

    def __post_init__(self) -> None:
        check_resources(self.min_resource, self.max_resource, self.eta, is_length_needed=True)
        check_share(self.exempt)

    @cached_property
    def rungs(self) -> tuple[int, ...]:
        """The steps at which trials pause."""
        return rung_steps(self.min_resource, self.max_resource, self.eta)

    @property
    def n_in_round(self) -> int:
        """How many trials a round has."""
        return int(self.eta ** len(self.rungs))

    def is_due(self, last_step: int, decided_at: int) -> bool:
        """Check whether a rung lies between two steps; see `paretune.schedulers.Scheduler`."""
        return bool(passed_rungs(self.rungs, last_step, decided_at))

    def decide(self, trials: Trials, number: int, decided_at: int | None = None) -> Decision:
        """Decide about a trial that cannot pause; see `paretune.schedulers.Scheduler`."""
        before, last_step = check_trial(trials, number)
        rungs = passed_rungs(self.rungs, last_step, before if decided_at is None else decided_at)
        if not rungs:
            return go_on(f"step {last_step} is between two rungs")
        return decide_at_step(trials, number, rungs[-1], Selection(lambda n: n // self.eta, self.eta, self.exempt))

    def pause_step(self, number: int, last_step: int) -> int | None:  # noqa: ARG002 (all trials have the same rungs)
        """The next rung; see `paretune.schedulers.PausingScheduler`."""
        return next((rung for rung in self.rungs if rung > last_step), None)

    def promoted(self, trials: Trials, paused: Collection[int]) -> list[int]:
        """The paused trials that may go on, by round; see `paretune.schedulers.PausingScheduler`."""
        trials = trials[~trials.is_lost]
        rounds = sorted({number // self.n_in_round for number in paused})
        return [number for k in rounds for number in self._promoted_of(trials, k, frozenset(paused))]

    def _promoted_of(self, trials: Trials, k: int, paused: frozenset[int]) -> list[int]:
        """The paused trials of a round that may go on."""
        first, beyond = k * self.n_in_round, (k + 1) * self.n_in_round
        if not len(trials) or trials.numbers.max() < beyond - 1:  # the round is not full yet
            return []
        members = trials.numbers[(trials.numbers >= first) & (trials.numbers < beyond)].tolist()
        last, ended = trials.curves.last_steps, set(trials.numbers[trials.is_complete].tolist())
        unfinished = set(trials.numbers[trials.is_pending].tolist()) | paused
        promoted, n_kept = list[int](), self.n_in_round
        for rung in self.rungs:
            if any(number in unfinished and last.get(number, -1) < rung for number in members):
                break
            n_kept //= self.eta
            reached = [number for number in members if number in ended or last.get(number, -1) >= rung]
            ahead = [number for number in reached if number in ended or last[number] > rung]
            rest = self._best(trials, rung, [number for number in reached if number not in ahead])
            chosen = rest[: max(0, n_kept - len(ahead))]
            chosen += [number for number in rest if is_exempt(number, self.exempt) and number not in chosen]
            promoted += [number for number in chosen if number in paused]
            members = [*ahead, *chosen]
        return promoted

    @staticmethod
    def _best(trials: Trials, rung: int, numbers: list[int]) -> list[int]:
        """Some trials at a rung, the best first; those without the metrics last."""
        expected = expected_or_current_losses(trials, rung)
        is_compared = np.isin(expected.numbers, numbers)
        compared = expected.numbers[is_compared]
        order = compared[np.argsort(places(expected.losses[is_compared]), kind="stable")].tolist()
        return [*order, *(number for number in numbers if number not in order)]
