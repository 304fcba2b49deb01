"""The median rule: stop a trial in the worse half (Golovin et al. 2017), for several objectives."""

from __future__ import annotations

from dataclasses import dataclass

from paretune.errors import InvalidInputError
from paretune.schedulers.exemption import DEFAULT_SHARE, check_share
from paretune.schedulers.rungs import check_resources
from paretune.schedulers.scheduler import Decision
from paretune.schedulers.step_decision import Selection, check_trial, decide_at_step, go_on
from paretune.space.values import check_whole_number
from paretune.trials import Trials


@dataclass(frozen=True)
class Median:
    """At each step, a trial goes on if it is in the better half of the trials that have reached it.

    Trials are ordered by nondominated layer, and within a layer by hypervolume; those on the front always go on.

    Args:
        min_resource: the first step at which a trial may stop, at least 1.
        min_trials: with fewer trials at a step all go on.
        exempt: the share of trials that always go on.

    Raises:
        InvalidInputError: an argument does not fit.

    Example:
        >>> Median(min_resource=5).is_due(last_step=4, decided_at=3)
        False
    """

    min_resource: int = 1
    min_trials: int = 8
    exempt: float = DEFAULT_SHARE

    def __post_init__(self) -> None:
        check_resources(self.min_resource, None, 2)
        if check_whole_number("min_trials", self.min_trials) < 2:
            raise InvalidInputError(f"min_trials must be at least 2, but is {self.min_trials}")
        check_share(self.exempt)

    def is_due(self, last_step: int, decided_at: int) -> bool:
        """Check whether a trial may stop at its newest report; see `paretune.schedulers.Scheduler`."""
        return last_step >= self.min_resource and last_step > decided_at

    def decide(self, trials: Trials, number: int, decided_at: int | None = None) -> Decision:
        """Decide whether a running trial goes on; see `paretune.schedulers.Scheduler`."""
        before, last_step = check_trial(trials, number)
        if not self.is_due(last_step, before if decided_at is None else decided_at):
            return go_on(f"step {last_step} is before step {self.min_resource}, or was decided about")
        return decide_at_step(trials, number, last_step, Selection(lambda n: -(-n // 2), self.min_trials, self.exempt))
