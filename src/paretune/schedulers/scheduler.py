"""The contract of a scheduler: from trials to the decision whether one of them goes on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable

from paretune.trials import Trials


class Action(Enum):
    """What happens to a running trial."""

    GO_ON = "go on"
    STOP = "stop"


@dataclass(frozen=True)
class Decision:
    """Whether a trial goes on, and why.

    Args:
        action: what happens to the trial.
        reason: one sentence for people.

    Example:
        >>> Decision(Action.STOP, "place 7 of 9 at step 3; the best 3 go on").is_stop
        True
    """

    action: Action
    reason: str

    @property
    def is_stop(self) -> bool:
        """Whether the trial must stop."""
        return self.action is Action.STOP


class Scheduler(Protocol):
    """Decides which trials go on while they train.

    A scheduler has no state of its own: all it knows follows from the trials and their curves. So every process that
    sees the same trials decides the same, also after a restart.
    """

    def is_due(self, last_step: int, decided_at: int) -> bool:
        """Check whether a trial's reports after one step, up to another, can lead to a decision.

        Args:
            last_step: the step of the trial's newest report.
            decided_at: the step of the newest report at its last decision; -1 before the first one.
        """
        ...

    def decide(self, trials: Trials, number: int, decided_at: int | None = None) -> Decision:
        """Decide whether a running trial goes on.

        Args:
            trials: ``n`` trials with their curves; that of the running trial included.
            number: the number of the running trial.
            decided_at: the step of its newest report at its last decision; by default that of its last report but one.

        Raises:
            InvalidInputError: there is no such trial, or it has not reported anything.
        """
        ...


@runtime_checkable
class PausingScheduler(Scheduler, Protocol):
    """A scheduler that lets trials go on later that it has stopped, if they have saved a checkpoint."""

    def pause_step(self, number: int, last_step: int) -> int | None:
        """Return the step at which a trial has to pause in any case; None if each report may lead to a decision.

        Args:
            number: the number of the trial.
            last_step: the last step that it has reported; -1 before the first one.
        """
        ...

    def promoted(self, trials: Trials, paused: Collection[int]) -> list[int]:
        """Return the paused trials that may go on now, the first one first.

        Args:
            trials: ``n`` trials with their curves.
            paused: the numbers of the trials that are paused.
        """
        ...
