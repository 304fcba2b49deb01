"""Decide when to ask for the next trial before a slot is free.

A trial that was asked for ahead knows one result less, so it must save enough waiting.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_MIN_SAVING = 0.02  # of a slot's time


@dataclass
class PrefetchTimer:
    """Measures how long a run's suggestions and trainings take.

    Args:
        n_slots: how many trials run side by side.
    """

    n_slots: int
    _suggestion: float = 0.0
    _trainings: list[float] = field(default_factory=list)

    def record_suggestion(self, seconds: float) -> None:
        """Record how long the last suggestion took."""
        self._suggestion = seconds

    def record_training(self, seconds: float | None) -> None:
        """Record how long a training took; None where that is not known."""
        if seconds is not None:
            self._trainings.append(seconds)

    @property
    def should_prefetch(self) -> bool:
        """Whether slots would otherwise wait for suggestions for more than a fiftieth of their time.

        Suggestions are made one after another. The more of its time one process spends on them, the longer slots wait:
        as in a queue with a single server, s / (1 - load). There is nothing to gain where a training takes almost no
        time compared with its suggestion.
        """
        if not self._trainings:
            return False
        training, suggestion = sum(self._trainings) / len(self._trainings), self._suggestion
        if training <= _MIN_SAVING * suggestion:
            return False
        free = 1 - self.n_slots * suggestion / (suggestion + training)
        return suggestion > _MIN_SAVING * (suggestion + training * free)
