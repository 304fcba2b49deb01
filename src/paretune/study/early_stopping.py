"""Ask a scheduler at the reports of running trials, and end the trials that it stops."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from optuna.trial import FrozenTrial

from paretune.adapters.optuna.attributes import is_paused
from paretune.adapters.optuna.scheduler_trials import read_scheduler_trials
from paretune.errors import InvalidInputError
from paretune.evaluation.checkpoint import has_checkpoint
from paretune.evaluation.contract import Evaluate, takes_report
from paretune.evaluation.outcome import Outcome
from paretune.execution import Executor
from paretune.objectives import Objectives
from paretune.schedulers import PausingScheduler, Scheduler
from paretune.schedulers.known_objectives import known_values
from paretune.schedulers.step_decision import check_objectives
from paretune.study.curve_writer import CurveWriter
from paretune.study.ledger import Ledger
from paretune.study.retry import without_retry
from paretune.trials import Trials

_READ_SECONDS = 1.0  # between two readings of the storage
_N_PROMPT_DECISIONS = 100  # about one trial; further ones take at most a tenth of the time
_DECIDING_SHARE = 0.1
_log = logging.getLogger("paretune")


def check_can_stop(evaluate: Evaluate | Executor, objectives: Objectives) -> None:
    """Check that a scheduler can stop the trials of a function. What an executor evaluates is not known here.

    Raises:
        InvalidInputError: the function has no parameter ``report``, or there are too many objectives.
    """
    check_objectives(objectives)
    if not isinstance(evaluate, Executor) and not takes_report(evaluate):
        raise InvalidInputError(
            "a scheduler needs trials that report steps: give evaluate a second parameter named report, "
            "or leave the scheduler out"
        )


@dataclass(frozen=True)
class StepLimit:
    """A step at which a trial stops in any case.

    Args:
        step: the step.
        reason: why, for people.
        is_pause: whether the scheduler set it, so that the trial may go on later.
    """

    step: int
    reason: str
    is_pause: bool = False


@dataclass
class _WatchedTrial:
    """A running trial: its newest step, the step at its last decision, and why it was stopped."""

    last_step: int = -1
    decided_at: int = -1
    stop_reason: str = ""
    known: Mapping[str, float] = field(default_factory=dict)
    n_decisions: int = 0
    next_decision: float = 0.0
    limit: StepLimit | None = None
    checkpoint: Path | None = None
    is_exempt: bool = False

    @property
    def is_at_limit(self) -> bool:
        """Whether the trial has reached the step at which it stops in any case."""
        return self.limit is not None and self.last_step >= self.limit.step


class EarlyStopping:
    """Decides which running trials of this process stop, by the curves of all trials of the study.

    The curves of this process are the newest. Those of other processes are read from the storage, at most once a
    second. While the storage does not answer, every trial goes on.

    Args:
        scheduler: the rule; None if trials stop for other causes only.
        ledger: the study's trials.
        curves: of the trials that run in this process.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        scheduler: Scheduler | None,
        ledger: Ledger,
        curves: CurveWriter,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._scheduler, self._ledger, self._curves, self._clock = scheduler, ledger, curves, clock
        self._watched: dict[int, _WatchedTrial] = {}
        self._stored: Sequence[FrozenTrial] | None = None
        self._read_at = 0.0
        self._has_warned = False  # that a trial has reported no step
        self._can_save = True  # whether no trial of this run had to pause without a checkpoint
        self._stop_all = ""  # why every trial of this run has to stop

    def begin(
        self,
        number: int,
        last_step: int,
        limit: StepLimit | None = None,
        checkpoint: Path | None = None,
        *,
        is_exempt: bool = False,
    ) -> None:
        """Begin to watch a trial, or go on with it.

        Args:
            number: the trial's number.
            last_step: the last step of the earlier part of its training; -1 if there is none.
            limit: the step at which it stops in any case.
            checkpoint: the folder that it saves to.
            is_exempt: whether the scheduler does not decide about it.
        """
        self._watched[number] = _WatchedTrial(
            last_step, last_step, limit=limit, checkpoint=checkpoint, is_exempt=is_exempt
        )

    def pause_step(self, number: int, last_step: int) -> int | None:
        """The step at which the scheduler lets a trial pause in any case; None without one, or if nothing is saved."""
        scheduler = self._scheduler
        if not isinstance(scheduler, PausingScheduler) or not self._can_save:
            return None
        return scheduler.pause_step(number, last_step)

    def promoted(self) -> list[int]:
        """The paused trials that the scheduler lets go on now."""
        stored = self._read() if isinstance(self._scheduler, PausingScheduler) else None
        paused = [trial.number for trial in stored or () if is_paused(trial)]
        if stored is None or not paused or not isinstance(self._scheduler, PausingScheduler):
            return []
        trials = read_scheduler_trials(stored, self._ledger.objectives, self._curves.table())
        return self._scheduler.promoted(trials, paused)

    def stop_all(self, reason: str) -> None:
        """Stop every trial at its next report."""
        self._stop_all = reason

    def should_stop(self, number: int, step: int) -> bool:
        """Decide about a trial at its report of a step, which the curves already have."""
        watched = self._watched.setdefault(number, _WatchedTrial())
        watched.last_step = max(watched.last_step, step)
        reason = watched.limit.reason if watched.limit is not None and watched.is_at_limit else self._stop_all
        if not watched.stop_reason and reason:
            trials = read_scheduler_trials(self._read() or (), self._ledger.objectives, self._curves.table())
            self._stop(number, watched, reason, trials)
        elif not watched.stop_reason and self._is_due(watched):
            self._decide(number, watched)
        return bool(watched.stop_reason)

    def end(self, number: int, outcome: Outcome) -> Outcome:
        """Return the outcome of a trial that has ended: a stopped one, unless it was trained to its end.

        It is paused if it has saved a checkpoint, and the scheduler or a later run may let it go on.
        """
        self._stored = None  # the next decision knows this trial
        watched = self._watched.pop(number, _WatchedTrial())
        if not watched.stop_reason:
            self._warn_of_silence(number, watched, outcome)
            return outcome
        can_pause = self._can_pause(watched)  # then nothing is lost if it has reported another step before it stopped
        if outcome.values is None or ((outcome.has_stopped or can_pause) and not self._has_whole_curve(watched)):
            self._warn_of_lost_pause(number, watched, can_pause=can_pause)
            stopped = outcome.as_stopped(watched.stop_reason, self._ledger.objectives, watched.known)
            return replace(stopped, is_paused=can_pause)
        _log.warning("trial %d was asked to stop, but was trained to its end: it counts as whole", number)
        return outcome

    def _warn_of_lost_pause(self, number: int, watched: _WatchedTrial, *, can_pause: bool) -> None:
        """Warn once if a trial had to pause and has saved nothing, and let further ones train without pauses."""
        is_pause = watched.limit is not None and watched.limit.is_pause and watched.is_at_limit
        if not is_pause or can_pause or not self._can_save:
            return
        self._can_save = False
        _log.warning(
            "trial %d has saved nothing by step %d, so it was stopped and could not pause; later trials of this run do "
            "not pause either: let the training save to its checkpoint (docs/curves.md)",
            number,
            watched.last_step,
        )

    def _warn_of_silence(self, number: int, watched: _WatchedTrial, outcome: Outcome) -> None:
        """Warn once if a trial has ended with its metrics, but has reported no step."""
        needs_steps = self._scheduler is not None or watched.limit is not None
        if self._has_warned or not needs_steps or outcome.values is None or watched.last_step >= 0:
            return
        self._has_warned = True
        _log.warning(
            "trial %d has reported no step, so no scheduler can stop it and a budget of steps counts it as whole: "
            "print or report the metrics of each step with its number, or leave scheduler and budget out",
            number,
        )

    def _is_due(self, watched: _WatchedTrial) -> bool:
        is_prompt = watched.n_decisions < _N_PROMPT_DECISIONS or self._clock() >= watched.next_decision
        scheduler = self._scheduler
        if scheduler is None or watched.is_exempt or not is_prompt:
            return False
        return scheduler.is_due(watched.last_step, watched.decided_at)

    def _can_pause(self, watched: _WatchedTrial) -> bool:
        """Whether a trial that stops may go on later."""
        is_final = not isinstance(self._scheduler, PausingScheduler) and not self._stop_all and not watched.is_at_limit
        return not is_final and has_checkpoint(watched.checkpoint)

    def _has_whole_curve(self, watched: _WatchedTrial) -> bool:
        length = getattr(self._scheduler, "max_resource", None)
        return length is not None and watched.last_step >= length

    def _decide(self, number: int, watched: _WatchedTrial) -> None:
        start = self._clock()
        stored = self._read()
        if stored is None or self._scheduler is None:  # at the next report it is still due
            return
        trials = read_scheduler_trials(stored, self._ledger.objectives, self._curves.table())
        decision = self._scheduler.decide(trials, number, watched.decided_at)
        watched.decided_at = watched.last_step
        watched.n_decisions += 1
        if decision.is_stop:
            self._stop(number, watched, decision.reason, trials)
        now = self._clock()
        watched.next_decision = now + (now - start) / _DECIDING_SHARE

    def _stop(self, number: int, watched: _WatchedTrial, reason: str, trials: Trials) -> None:
        watched.stop_reason, watched.known = reason, known_values(trials, number)
        with suppress(Exception), without_retry():  # the end of the trial stores it, too
            steps = self._curves.steps(number)
            self._ledger.record_stop(number, reason, steps, is_pause=self._can_pause(watched))

    def _read(self) -> Sequence[FrozenTrial] | None:
        """The stored trials; None while the storage does not answer."""
        now = self._clock()
        if self._stored is None or now - self._read_at >= _READ_SECONDS:
            self._stored = None
            with suppress(Exception), without_retry():
                self._stored, self._read_at = self._ledger.study.get_trials(deepcopy=False), now
        return self._stored
