"""The steps of running trials that a tracker has received, so that the end of a trial does not repeat them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from paretune.tracking.logged_trial import LoggedTrial


class SentSteps:
    """Remembers which metrics of which steps were sent, by the key of the trial.

    A metric of a step is sent once, since trackers add a repeated one to the curve instead of replacing it.
    """

    def __init__(self) -> None:
        self._sent: dict[str, set[tuple[int, str]]] = {}

    def __contains__(self, key: str) -> bool:
        """Whether steps of a trial were sent."""
        return key in self._sent

    def new_steps(self, trial: LoggedTrial) -> list[tuple[int, dict[str, float]]]:
        """The steps of a trial without the metrics that were sent, and without steps that have no other."""
        sent = self._sent.get(trial.key, set())
        steps = (
            (step, {name: value for name, value in metrics.items() if (step, name) not in sent})
            for step, metrics in trial.steps
        )
        return [(step, metrics) for step, metrics in steps if metrics]

    def add(self, key: str, steps: Iterable[tuple[int, Mapping[str, float]]]) -> None:
        """Remember steps of a trial as sent."""
        self._sent.setdefault(key, set()).update((step, name) for step, metrics in steps for name in metrics)

    def forget(self, key: str) -> None:
        """Forget the steps of a trial that has ended."""
        self._sent.pop(key, None)
