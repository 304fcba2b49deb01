"""The contract of an executor, and the executor that evaluates in this process."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self, runtime_checkable

from paretune.evaluation.contract import Evaluate
from paretune.evaluation.outcome import Outcome
from paretune.objectives import Objectives


@dataclass(frozen=True)
class Finished:
    """A trial that has ended.

    Args:
        number: the trial's number.
        outcome: its metrics, or its failure.
        durations: seconds by what they were spent on, such as ``set_up``.
    """

    number: int
    outcome: Outcome
    durations: Mapping[str, float] = field(default_factory=dict)


@runtime_checkable
class Executor(Protocol):
    """A number of slots, each of which evaluates one trial at a time.

    It is a context manager: it is entered before the first trial, and at its exit it ends all that it has started.
    """

    @property
    def is_out_of_process(self) -> bool:
        """Whether trials run outside of this process, so that an interruption of this process need not stop them."""

    @property
    def n_slots(self) -> int:
        """The number of trials that can run at the same time."""

    @property
    def n_free(self) -> int:
        """The number of slots that wait for a trial."""

    def submit(self, number: int, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Start a trial in a free slot.

        Returns:
            Where the trial runs: ``worker``, and ``device`` and ``log`` if there are any.
        """

    def wait(self, seconds: float) -> list[Finished]:
        """Wait until a trial has ended, for at most so many seconds, and return the trials that have ended."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class Inline:
    """An executor that evaluates in this process, one trial at a time.

    Args:
        evaluate: a function from a configuration to its metrics.
        objectives: the metrics that every trial must report.
    """

    n_slots, is_out_of_process = 1, False

    def __init__(self, evaluate: Evaluate, objectives: Objectives) -> None:
        self._evaluate, self._objectives = evaluate, objectives
        self._submitted: tuple[int, Mapping[str, Any]] | None = None

    @property
    def n_free(self) -> int:
        """One, or none after a trial was submitted."""
        return int(self._submitted is None)

    def submit(self, number: int, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep a trial until `wait` evaluates it."""
        self._submitted = number, params
        return {}

    def wait(self, seconds: float) -> list[Finished]:
        """Evaluate the submitted trial, however long it takes."""
        if self._submitted is None:
            time.sleep(seconds)
            return []
        number, params = self._submitted
        outcome = run_evaluation(self._evaluate, params, self._objectives)
        self._submitted = None
        return [Finished(number, outcome)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._submitted = None


def run_evaluation(evaluate: Evaluate, params: Mapping[str, Any], objectives: Objectives) -> Outcome:
    """Evaluate a configuration and measure the seconds; whatever it raises becomes a failed outcome."""
    start = time.perf_counter()
    try:
        outcome = Outcome.from_metrics(evaluate(dict(params)), objectives)
    except (Exception, SystemExit) as error:  # noqa: BLE001 (any exception of a training is a failed trial)
        outcome = Outcome.from_error(error)
    return replace(outcome, seconds=time.perf_counter() - start)
