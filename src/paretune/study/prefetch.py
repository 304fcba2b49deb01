"""Is a trial worth asking for before a slot is free? One that is asked for ahead knows a result less."""

from __future__ import annotations

from dataclasses import dataclass, field

_WORTH = 0.02  # of a slot's time


@dataclass
class Pace:
    """How long a run's suggestions and trainings take.

    Args:
        n_slots: how many trials run side by side.
    """

    n_slots: int
    _suggestion: float = 0.0
    _trainings: list[float] = field(default_factory=list)

    def suggested(self, seconds: float) -> None:
        """A trial was asked for, which took so long."""
        self._suggestion = seconds

    def trained(self, seconds: float | None) -> None:
        """A trial has ended, after so long; None where nobody knows."""
        if seconds is not None:
            self._trainings.append(seconds)

    @property
    def asks_ahead(self) -> bool:
        """Whether slots that wait for their suggestions would wait for more than a fiftieth of their time.

        Suggestions are made one after another: as the slots' demand nears what one process can suggest, they queue, and
        the wait is that of a single server's queue, s / (1 - load). Where a training takes next to no time beside its
        suggestion there is nothing to gain.
        """
        if not self._trainings:
            return False
        training, suggestion = sum(self._trainings) / len(self._trainings), self._suggestion
        if training <= _WORTH * suggestion:
            return False
        free = 1 - self.n_slots * suggestion / (suggestion + training)
        return suggestion > _WORTH * (suggestion + training * free)
