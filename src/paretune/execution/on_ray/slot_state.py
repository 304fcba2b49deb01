"""What a cluster knows of each of its slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass
class RunningTrial:
    """A trial in a slot, and what was asked of its actor."""

    number: int
    report: Any  # Ray's reference to the `TrialReport`
    since: float
    progress: Any = None  # Ray's reference to the next steps, while they are asked for
    last_progress: float = 0.0
    is_stopping: bool = False


@dataclass
class SlotState:
    """A slot: its number, its actor, the actor's node and location once it has started, and the trial in it."""

    number: int
    actor: Any
    started: Any  # Ray's reference to the location
    node: str = ""
    location: Mapping[str, Any] | None = None
    running: RunningTrial | None = None

    @property
    def awaited(self) -> Any:
        """The reference that becomes ready next; None if the slot waits for a trial."""
        if self.location is None:
            return self.started
        return None if self.running is None else self.running.report

    @property
    def is_free(self) -> bool:
        """Whether the slot waits for a trial."""
        return self.location is not None and self.running is None
