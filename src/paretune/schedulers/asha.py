"""Asynchronous successive halving: it pauses trials that have a checkpoint, and stops others (arXiv 1810.05934)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from paretune.schedulers.exemption import DEFAULT_SHARE, check_share
from paretune.schedulers.rungs import check_resources, passed_rungs, rung_steps
from paretune.schedulers.scheduler import Decision
from paretune.schedulers.step_decision import Selection, check_trial, decide_at_step, go_on, promoted_at_rungs
from paretune.trials import Trials


@dataclass(frozen=True)
class Asha:
    """At each rung, a trial goes on if it is among the best of those that have reached it so far.

    The rungs are ``min_resource`` and ``eta`` times each rung before. The best one of ``eta`` trials goes on, those on
    the front of the rung always, and all while fewer than ``eta`` are there. The others pause if they have saved a
    checkpoint, and go on once they are among the best (Algorithm 2 of Li et al. 2020); without one they stop. Trials
    are compared by the metrics that predict their final losses (`paretune.schedulers.predictor`).

    Args:
        min_resource: the step of the first rung, at least 1.
        max_resource: the last step of a whole training. By default it is the last step of the longest training that
            ended, and no trial stops before one has.
        eta: one of this many trials goes on, at least 2.
        exempt: the share of trials that always go on.

    Raises:
        InvalidInputError: an argument does not fit.

    Example:
        >>> Asha(min_resource=2, max_resource=60).is_due(last_step=6, decided_at=5)
        True
        >>> Asha(eta=1)
        Traceback (most recent call last):
        ...
        paretune.errors.InvalidInputError: eta must be at least 2, since one of eta trials goes on at a rung, but is 1
    """

    min_resource: int = 1
    max_resource: int | None = None
    eta: int = 3
    exempt: float = DEFAULT_SHARE

    def __post_init__(self) -> None:
        check_resources(self.min_resource, self.max_resource, self.eta)
        check_share(self.exempt)

    def is_due(self, last_step: int, decided_at: int) -> bool:
        """Check whether a rung lies between two steps; see `paretune.schedulers.Scheduler`."""
        end = last_step + 1 if self.max_resource is None else self.max_resource
        return bool(passed_rungs(self._rungs(end), last_step, decided_at))

    def decide(self, trials: Trials, number: int, decided_at: int | None = None) -> Decision:
        """Decide whether a running trial goes on; see `paretune.schedulers.Scheduler`."""
        before, last_step = check_trial(trials, number)
        end = longest_training(trials) if self.max_resource is None else self.max_resource
        if end is None:
            return go_on("no training has ended yet, so its length is not known")
        rungs = passed_rungs(self._rungs(end), last_step, before if decided_at is None else decided_at)
        if not rungs:
            return go_on(f"step {last_step} is between two rungs")
        return decide_at_step(trials, number, rungs[-1], Selection(lambda n: n // self.eta, self.eta, self.exempt))

    def pause_step(self, number: int, last_step: int) -> int | None:  # noqa: ARG002 (the contract)
        """No step, since each trial is judged as it reports; see `paretune.schedulers.PausingScheduler`."""
        return None

    def promoted(self, trials: Trials, paused: Collection[int]) -> list[int]:
        """The paused trials that are among the best by now; see `paretune.schedulers.PausingScheduler`."""
        end = longest_training(trials) if self.max_resource is None else self.max_resource
        selection = Selection(lambda n: n // self.eta, self.eta, self.exempt)
        return promoted_at_rungs(trials, paused, self._rungs(end or 0), selection)

    def _rungs(self, end: int) -> tuple[int, ...]:
        return rung_steps(self.min_resource, end, self.eta) if end >= self.min_resource else ()


def longest_training(trials: Trials) -> int | None:
    """Return the last step of the longest complete trial; None while there is none."""
    last_steps = trials.curves.select(trials.numbers[trials.is_complete]).last_steps
    return max(last_steps.values(), default=None)
