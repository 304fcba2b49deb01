"""The contract of an executor, and the executor that evaluates in this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, Self, TypeAlias, runtime_checkable

from paretune.argument_checks import FUNCTION, check_arguments
from paretune.evaluation.checkpoint import Checkpoint
from paretune.evaluation.contract import SEED, Evaluate, call_evaluate, takes_seed
from paretune.evaluation.outcome import Outcome
from paretune.evaluation.reporter import Reporter
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


@dataclass(frozen=True)
class Progress:
    """A step that a running trial has reported.

    Args:
        number: the trial's number.
        step: a whole number >= 0.
        metrics: finite numbers by name.
    """

    number: int
    step: int
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class TrainingPart:
    """The part of a training that runs now.

    Args:
        checkpoint: the folder that the training saves to and goes on from; None if nothing is saved.
        until: the step at which the training should stop; None if that is not known beforehand.
        seed: the trial's seed, for an evaluation that takes one; None if the study's trials have none.
    """

    checkpoint: Path | None = None
    until: int | None = None
    seed: int | None = None


WHOLE_TRAINING = TrainingPart()
OnProgress: TypeAlias = Callable[[Progress], bool]  # returns whether the trial should go on


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

    def submit(self, number: int, params: Mapping[str, Any], part: TrainingPart = WHOLE_TRAINING) -> Mapping[str, Any]:
        """Start a trial in a free slot, or go on with it.

        Args:
            number: the trial's number.
            params: the configuration.
            part: the part of its training that runs now.

        Returns:
            Where the trial runs: ``worker``, and ``device`` and ``log`` if there are any.
        """

    def wait(self, seconds: float, on_progress: OnProgress | None = None) -> list[Finished]:
        """Wait until a trial has ended, for at most so many seconds, and return the trials that have ended.

        Args:
            seconds: the longest wait.
            on_progress: called in this thread with each report of a running trial as it arrives. If it returns False,
                that trial is asked to stop: its next ``report`` returns False, and a command gets SIGTERM and after its
                grace SIGKILL.
        """

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
        check_arguments(evaluate=(evaluate, FUNCTION), objectives=(objectives, Objectives))
        self._evaluate, self._objectives = evaluate, objectives
        self._submitted: tuple[int, Mapping[str, Any], TrainingPart] | None = None

    @property
    def n_free(self) -> int:
        """One, or none after a trial was submitted."""
        return int(self._submitted is None)

    def submit(self, number: int, params: Mapping[str, Any], part: TrainingPart = WHOLE_TRAINING) -> Mapping[str, Any]:
        """Keep a trial until `wait` evaluates it."""
        self._submitted = number, params, part
        return {}

    def wait(self, seconds: float, on_progress: OnProgress | None = None) -> list[Finished]:
        """Evaluate the submitted trial, however long it takes. Its reports call ``on_progress`` from inside."""
        if self._submitted is None:
            time.sleep(seconds)
            return []
        number, params, part = self._submitted

        def deliver(step: int, metrics: Mapping[str, float]) -> None:
            if on_progress is not None and not on_progress(Progress(number, step, metrics)):
                reporter.stop()

        reporter = Reporter(deliver, part.until)
        saved = Checkpoint(part.checkpoint)
        outcome = run_evaluation(self._evaluate, params, self._objectives, reporter, saved, part.seed)
        self._submitted = None
        return [Finished(number, outcome)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._submitted = None


def run_evaluation(
    evaluate: Evaluate,
    params: Mapping[str, Any],
    objectives: Objectives,
    reporter: Reporter | None = None,
    checkpoint: Checkpoint | None = None,
    seed: int | None = None,
) -> Outcome:
    """Evaluate a configuration and measure the seconds; whatever it raises becomes a failed outcome.

    Args:
        evaluate: it gets the reporter if it has a parameter for it.
        params: the configuration.
        objectives: the metrics that the trial must report.
        reporter: takes the steps that the trial reports; the outcome has its curve.
        checkpoint: what the training saves to and goes on from, if it takes one.
        seed: the trial's seed. An evaluation that takes it gets the metric ``seed``, unless that name is taken.
    """
    reporter, checkpoint = reporter or Reporter(), checkpoint or Checkpoint()
    start = time.perf_counter()
    try:
        outcome = Outcome.from_metrics(call_evaluate(evaluate, dict(params), reporter, checkpoint, seed), objectives)
    except (Exception, SystemExit) as error:  # noqa: BLE001 (any exception of a training is a failed trial)
        outcome = Outcome.from_error(error)
    seconds = time.perf_counter() - start
    reporter.close()
    if seed is not None and takes_seed(evaluate) and SEED not in {*params, *objectives.names, *outcome.metrics}:
        outcome = replace(outcome, metrics={**outcome.metrics, SEED: seed})
    return replace(
        outcome.with_curve(reporter.curve),
        seconds=seconds,
        has_stopped=reporter.has_stopped,
        notices=tuple(checkpoint.notices),
    )
