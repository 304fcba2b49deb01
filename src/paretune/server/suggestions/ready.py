"""Suggestions that were computed ahead, and whether they still fit the study."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from paretune.study.revision import Revision

_MAX_TELLS_LATE = 4


@dataclass
class ReadyPoints:
    """Points that were suggested together for a revision of a study.

    Args:
        revision: when they were computed.
        points: the configurations, in order.
        n_taken: how many were taken: these trials are known to be pending.
    """

    revision: Revision | None = None
    points: deque[dict[str, Any]] = field(default_factory=deque)
    n_taken: int = 0

    def n_tells_late(self, now: Revision) -> int | None:
        """How many outcomes the points do not know yet; None if they must not be used any more.

        With one client the points must be those of the present revision: then the search is that of `Study.ask`. With
        several, a point may be as many outcomes late as other trials run, since each of these was known to be pending.

        Args:
            now: the study's present revision.
        """
        before = self.revision
        if before is None or not self.points:
            return None
        n_new = now.n_trials - before.n_trials
        if n_new != self.n_taken or now.n_waiting != before.n_waiting or now.settings != before.settings:
            return None  # somebody else added or deleted trials, or changed the study
        late = now.n_finished - before.n_finished
        n_running = now.n_trials - now.n_finished - now.n_waiting
        return late if 0 <= late <= min(n_running, _MAX_TELLS_LATE) else None

    def take(self) -> dict[str, Any]:
        """Take the next point."""
        self.n_taken += 1
        return self.points.popleft()
