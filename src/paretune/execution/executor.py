"""What does a search need of a place where trials are evaluated?"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self, runtime_checkable

from paretune.evaluation.contract import Evaluate
from paretune.evaluation.outcome import Outcome, failed, judged
from paretune.objectives import Objectives


@dataclass(frozen=True)
class Finished:
    """A trial that has ended.

    Args:
        number: the trial's.
        outcome: what came of it.
        durations: seconds by what they were spent on, such as ``set_up``.
    """

    number: int
    outcome: Outcome
    durations: Mapping[str, float] = field(default_factory=dict)


@runtime_checkable
class Executor(Protocol):
    """A place with slots, each of which evaluates a trial at a time.

    It is entered before its first trial; when it is left, nothing that it started runs any more.
    """

    @property
    def is_apart(self) -> bool:
        """Whether trials run outside of this process, which an interruption of it need not touch."""

    @property
    def n_slots(self) -> int:
        """How many trials run side by side."""

    @property
    def n_free(self) -> int:
        """How many slots wait for a trial."""

    def submit(self, number: int, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Start a trial in a free slot.

        Returns:
            Where it runs: ``worker``, and ``device`` and ``log`` where there is one.
        """

    def wait(self, seconds: float) -> list[Finished]:
        """The trials that have ended, after so many seconds at most."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class Inline:
    """Evaluates in this process, one trial at a time.

    Args:
        evaluate: from a configuration to its metrics.
        objectives: what the metrics must hold.
    """

    n_slots, is_apart = 1, False

    def __init__(self, evaluate: Evaluate, objectives: Objectives) -> None:
        self._evaluate, self._objectives = evaluate, objectives
        self._waiting: tuple[int, Mapping[str, Any]] | None = None

    @property
    def n_free(self) -> int:
        """One, unless a trial was submitted."""
        return int(self._waiting is None)

    def submit(self, number: int, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep a trial until `wait` evaluates it."""
        self._waiting = number, params
        return {}

    def wait(self, seconds: float) -> list[Finished]:
        """Evaluate the trial, however long it takes."""
        if self._waiting is None:
            time.sleep(seconds)
            return []
        number, params = self._waiting
        outcome = evaluated(self._evaluate, params, self._objectives)
        self._waiting = None
        return [Finished(number, outcome)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting = None


def evaluated(evaluate: Evaluate, params: Mapping[str, Any], objectives: Objectives) -> Outcome:
    """The outcome of an evaluation, whatever it returns or raises, with its seconds."""
    start = time.perf_counter()
    try:
        outcome = judged(evaluate(dict(params)), objectives)
    except (Exception, SystemExit) as error:  # noqa: BLE001 (whatever a training raises is a failed trial)
        outcome = failed(error)
    return replace(outcome, seconds=time.perf_counter() - start)
