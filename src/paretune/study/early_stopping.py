"""Ask a scheduler at the reports of running trials, and end the trials that it stops."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from optuna.trial import FrozenTrial

from paretune.adapters.optuna.scheduler_trials import read_scheduler_trials
from paretune.errors import InvalidInputError
from paretune.evaluation.contract import Evaluate, takes_report
from paretune.evaluation.outcome import Outcome
from paretune.execution import Executor
from paretune.objectives import Objectives
from paretune.schedulers import Scheduler
from paretune.schedulers.known_objectives import known_values
from paretune.schedulers.step_decision import check_objectives
from paretune.study.curve_writer import CurveWriter
from paretune.study.ledger import Ledger
from paretune.study.retry import without_retry

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


@dataclass
class _WatchedTrial:
    """A running trial: its newest step, the step at its last decision, and why it was stopped."""

    last_step: int = -1
    decided_at: int = -1
    stop_reason: str = ""
    known: Mapping[str, float] = field(default_factory=dict)
    n_decisions: int = 0
    next_decision: float = 0.0


class EarlyStopping:
    """Decides which running trials of this process stop, by the curves of all trials of the study.

    The curves of this process are the newest. Those of other processes are read from the storage, at most once a
    second. While the storage does not answer, every trial goes on.

    Args:
        scheduler: the rule.
        ledger: the study's trials.
        curves: of the trials that run in this process.
        clock: seconds that only grow.
    """

    def __init__(
        self, scheduler: Scheduler, ledger: Ledger, curves: CurveWriter, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._scheduler, self._ledger, self._curves, self._clock = scheduler, ledger, curves, clock
        self._watched: dict[int, _WatchedTrial] = {}
        self._stored: Sequence[FrozenTrial] | None = None
        self._read_at = 0.0

    def should_stop(self, number: int, step: int) -> bool:
        """Decide about a trial at its report of a step, which the curves already have."""
        watched = self._watched.setdefault(number, _WatchedTrial())
        watched.last_step = max(watched.last_step, step)
        if not watched.stop_reason and self._is_due(watched):
            self._decide(number, watched)
        return bool(watched.stop_reason)

    def end(self, number: int, outcome: Outcome) -> Outcome:
        """Return the outcome of a trial that has ended: a stopped one, unless it was trained to its end."""
        self._stored = None  # the next decision knows this trial
        watched = self._watched.pop(number, _WatchedTrial())
        if not watched.stop_reason:
            return outcome
        if outcome.values is None or (outcome.has_stopped and not self._has_whole_curve(watched)):
            return outcome.as_stopped(watched.stop_reason, self._ledger.objectives, watched.known)
        _log.warning("trial %d was asked to stop, but was trained to its end: it counts as whole", number)
        return outcome

    def _is_due(self, watched: _WatchedTrial) -> bool:
        is_prompt = watched.n_decisions < _N_PROMPT_DECISIONS or self._clock() >= watched.next_decision
        return is_prompt and self._scheduler.is_due(watched.last_step, watched.decided_at)

    def _has_whole_curve(self, watched: _WatchedTrial) -> bool:
        length = getattr(self._scheduler, "max_resource", None)
        return length is not None and watched.last_step >= length

    def _decide(self, number: int, watched: _WatchedTrial) -> None:
        start = self._clock()
        stored = self._read()
        if stored is None:  # at the next report it is still due
            return
        trials = read_scheduler_trials(stored, self._ledger.objectives, self._curves.table())
        decision = self._scheduler.decide(trials, number, watched.decided_at)
        watched.decided_at = watched.last_step
        watched.n_decisions += 1
        if decision.is_stop:
            watched.stop_reason, watched.known = decision.reason, known_values(trials, number)
            with suppress(Exception), without_retry():  # the end of the trial stores it, too
                self._ledger.record_stop(number, decision.reason, self._curves.steps(number))
        now = self._clock()
        watched.next_decision = now + (now - start) / _DECIDING_SHARE

    def _read(self) -> Sequence[FrozenTrial] | None:
        """The stored trials; None while the storage does not answer."""
        now = self._clock()
        if self._stored is None or now - self._read_at >= _READ_SECONDS:
            self._stored = None
            with suppress(Exception), without_retry():
                self._stored, self._read_at = self._ledger.study.get_trials(deepcopy=False), now
        return self._stored
