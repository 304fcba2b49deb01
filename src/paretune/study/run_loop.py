"""The loop of one run: keep every slot busy, store what trials give, and end by a rule."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias

import optuna
from optuna.trial import TrialState

from paretune.adapters.optuna.history import read_trials
from paretune.adapters.optuna.internals import study_storage
from paretune.errors import (
    FULLY_EVALUATED_REASONS,
    InvalidInputError,
    ParetuneError,
    SpaceExhaustedError,
)
from paretune.execution import Executor, Finished, Outcome, Progress
from paretune.study import record, runner
from paretune.study.asked_trial import AskedTrial
from paretune.study.confirmation import Confirmation
from paretune.study.curve_writer import CurveWriter, Steps
from paretune.study.early_stopping import EarlyStopping
from paretune.study.failure_streak import FailureStreak
from paretune.study.ledger import Ledger
from paretune.study.population import PopulationRun, describe_useless_member
from paretune.study.prefetch import PrefetchTimer
from paretune.study.retry import without_retry
from paretune.study.run_end import EndKind, RunEnd
from paretune.study.run_rules import RunRules
from paretune.study.runner_watch import RunnerWatch
from paretune.study.stopping import Stop
from paretune.study.storage_file import StorageFile
from paretune.study.training_parts import TrainingParts
from paretune.study.trial_status import runner_of

TrialCallback: TypeAlias = Callable[[AskedTrial, Outcome], object]
StepsCallback: TypeAlias = Callable[[AskedTrial, Steps], object]
_POLL_SECONDS = 2.0  # how often the storage is read for other runners, their trials and requests to stop
_log = logging.getLogger("paretune")


class RunLoop:
    """Keeps every slot of an executor busy until the study has its trials, or a rule ends it.

    A free slot gets its next trial at once. Where slots would wait for suggestions, one more trial is asked for while
    all are busy (`paretune.study.prefetch`).

    Args:
        ledger: the study's trials.
        executor: where they are evaluated.
        rules: when the run ends.
        on_trial: called after each trial.
        on_steps: called with the new steps of a running trial, whenever its curve was stored.
    """

    def __init__(
        self,
        ledger: Ledger,
        executor: Executor,
        rules: RunRules,
        on_trial: TrialCallback | None = None,
        on_steps: StepsCallback | None = None,
    ) -> None:
        self._ledger, self._executor, self._rules = ledger, executor, rules
        self._on_trial, self._on_steps = on_trial, on_steps
        self._curves = CurveWriter(ledger.record_steps, self._pass_on_steps)
        self._stopping = EarlyStopping(rules.scheduler, ledger, self._curves)
        self._confirmation = Confirmation(ledger, rules.confirm, rules.n_trials, rules.budget)
        self._parts = TrainingParts(ledger, self._stopping, rules.checkpoints, rules.budget)
        population = rules.population
        self._population = None if population is None else PopulationRun(ledger, population, rules.n_trials)
        self._running: dict[int, AskedTrial] = {}
        self._next: AskedTrial | None = None
        self._end: RunEnd | None = None
        self._error: BaseException | None = None
        self._timer, self._overlaps = PrefetchTimer(executor.n_slots), executor.is_out_of_process and rules.overlap
        self._failures, self._last_poll = FailureStreak(), -_POLL_SECONDS
        self._watch = RunnerWatch(ledger, time.monotonic)
        self._started = time.monotonic()
        self._n_stop_requests = record.n_stop_requests(ledger.study)
        self._file = StorageFile(study_storage(ledger.study))

    @property
    def end(self) -> RunEnd | None:
        """Why the run ended; None before."""
        return self._end

    def run(self) -> None:
        """Run to the end.

        Raises:
            TooManyFailuresError: too many trials failed in a row.
            SpaceExhaustedError: a finite space has nothing left to try.
            WorkerError: no worker could be set up.
            DataError: the storage's file was removed or replaced.
            KeyboardInterrupt: it was interrupted. Running trials were finished; after a second Ctrl-C they were lost.
        """
        study, run = self._ledger.study, self._ledger.runner["run"]
        self._end = self._end_by_rule()
        try:
            heartbeat = runner.heartbeat(lambda n: record.write_heartbeat(study, run, n))
            with self._executor, heartbeat as clock, self._interruptions():
                self._watch = RunnerWatch(self._ledger, clock)
                while not self._is_over():
                    self._fill_slots()
                    for finished in self._executor.wait(_POLL_SECONDS, self._record_progress):
                        self._store(finished)
                    self._curves.write_due()
            self._return_next()
        except BaseException as error:
            self._end = _end_by_error(error)
            with suppress(ParetuneError, optuna.exceptions.OptunaError), without_retry():
                self._ledger.release_trials(lambda trial: runner_of(trial).get("run") == run, self._end.stored_text)
            raise
        if self._error is not None:
            raise self._error

    def _is_over(self) -> bool:
        """Whether nothing runs here, and no trial elsewhere may be lost and need a repetition."""
        self._file.check()
        self._poll()
        if self._running:
            return False
        if self._end:
            return True
        if self._next is not None:
            return False
        if self._watch.has_trials_of_doubtful_runners():
            return False
        if self._parts.is_spent():
            self._end = RunEnd(EndKind.BUDGET, {"budget": str(self._rules.budget)})
        elif self._population is not None and self._population.has_ended():
            self._end = RunEnd(EndKind.POPULATION)
        elif self._ledger.n_counted() >= self._rules.n_trials and not self._has_waiting():
            self._end = RunEnd(EndKind.ALL_TRIALS, {"n_trials": self._rules.n_trials})
        return self._end is not None

    def _has_waiting(self) -> bool:
        """Whether a trial waits with a checkpoint and may go on."""
        if self._population is not None:
            self._population.advance()
        return self._ledger.has_interrupted() or bool(self._stopping.promoted())

    def _fill_slots(self) -> None:
        """Give every free slot a trial; ask for one more where that pays."""
        while self._executor.n_free and (asked := self._next_trial()) is not None:
            self._next = None
            part = self._parts.begin(asked)
            if part is None:
                self._ledger.mark_lost(asked.number, "another run met the budget")
                break
            if asked.steps:
                self._curves.begin(asked.number, asked.steps)
            where = self._executor.submit(asked.number, asked.params, part)
            self._running[asked.number] = asked
            self._ledger.record_start(asked.number, where, part.checkpoint)
        if self._overlaps and not self._executor.n_free and self._next is None and self._timer.should_prefetch:
            self._next = self._next_trial()

    def _next_trial(self) -> AskedTrial | None:
        """The trial to start next; None where there is none."""
        if self._end:
            return None
        if self._next is not None:
            return self._next
        if self._parts.is_spent():
            return None
        try:
            asked = self._ask()
        except SpaceExhaustedError as error:
            self._end, self._error = RunEnd(EndKind.EXHAUSTED, {"message": str(error)}), error
            return None
        if asked is not None:
            self._timer.record_suggestion(asked.seconds)
        return asked

    def _ask(self) -> AskedTrial | None:
        """Claim a trial that confirms the front if its time has come, else the searcher's next one."""
        if self._population is not None:
            self._population.advance()
            return self._ledger.ask(self._rules.n_trials if self._population.has_room() else 0)
        confirmed = self._confirmation.choose()
        confirm = self._rules.confirm
        if confirmed is None and confirm is not None and confirm.is_all:
            if not self._running:
                self._end = RunEnd(EndKind.CONFIRMED)
            return None
        return self._ledger.ask(self._rules.n_trials, self._stopping.promoted(), confirmed)

    def _record_progress(self, progress: Progress) -> bool:
        """Record a step of a running trial, and return whether the trial goes on."""
        if progress.number not in self._running:
            return True
        self._curves.add(progress.number, progress.step, progress.metrics)
        return not self._stopping.should_stop(progress.number, progress.step)

    def _pass_on_steps(self, number: int, steps: Steps) -> None:
        if self._on_steps is not None:
            self._on_steps(self._running[number], steps)

    def _store(self, finished: Finished) -> None:
        """Store the outcome of a finished trial."""
        asked = self._running[finished.number]
        self._timer.record_training(finished.outcome.seconds)
        complete = self._curves.end(finished.number, finished.outcome)
        complete = self._stopping.end(finished.number, complete)
        for notice in complete.notices:
            _log.warning("trial %d: %s", finished.number, notice)
        try:
            outcome = self._ledger.tell(finished.number, complete, finished.durations)
        except InvalidInputError:  # this runner was silent for too long, and another released its trial
            _log.warning("trial %d was released by another runner: its outcome is ignored", finished.number)
            return
        finally:
            del self._running[finished.number]
        if self._on_trial is not None:
            self._on_trial(asked, outcome)
        elif outcome.reason not in FULLY_EVALUATED_REASONS:
            _log.warning("trial %d %s: %s", asked.number, outcome.reason, outcome.message)
        self._check_rules(asked, outcome)

    def _check_rules(self, asked: AskedTrial, outcome: Outcome) -> None:
        self._failures.count(outcome, self._ledger.objectives)
        if self._end:
            return
        if self._population is not None and (problem := describe_useless_member(asked.number, outcome)):
            self._error = InvalidInputError(problem)
            self._end = RunEnd(EndKind.ERROR, {"message": problem})
            return
        if self._failures.n_in_a_row >= self._rules.max_failures:
            is_any_complete = self._ledger.stored_trials(TrialState.COMPLETE)
            self._error = self._failures.error(asked.number, outcome, is_any_complete=bool(is_any_complete))
            self._end = RunEnd(EndKind.FAILURES, {"n_failures": self._failures.n_in_a_row})
        else:
            self._end = self._end_by_rule()

    def _end_by_rule(self) -> RunEnd | None:
        """Why a rule ends the run; None where none does."""
        if self._rules.stop == Stop():
            return None
        ledger = self._ledger
        return self._rules.stop.end(read_trials(ledger.study, ledger.space, ledger.objectives), self._seconds())

    def _seconds(self) -> float:
        return time.monotonic() - self._started

    def _poll(self) -> None:
        """Every few seconds, release the trials of dead runners and notice a request to stop."""
        if time.monotonic() - self._last_poll < _POLL_SECONDS:
            return
        self._last_poll = time.monotonic()
        self._watch.release_trials()
        if not self._end and record.n_stop_requests(self._ledger.study) > self._n_stop_requests:
            self._end = RunEnd(EndKind.STOP_REQUEST)
        if not self._end and self._rules.stop.seconds is not None and self._seconds() >= self._rules.stop.seconds:
            self._end = RunEnd(EndKind.TIME_LIMIT, {"seconds": self._rules.stop.seconds})
        budget = self._rules.budget
        if not self._end and budget is not None and not budget.is_in_steps and self._parts.is_spent():
            self._end = RunEnd(EndKind.BUDGET, {"budget": str(budget)})
            self._stopping.stop_all(budget.reason)

    def _return_next(self) -> None:
        """Give back the trial that was asked for and not started."""
        if self._next is not None:
            self._ledger.mark_lost(self._next.number, "not started: the run was over")
            self._next = None

    @contextmanager
    def _interruptions(self) -> Iterator[None]:
        """At the first Ctrl-C finish what runs in workers; at the second, or at SIGTERM, stop now."""
        if not self._executor.is_out_of_process or threading.current_thread() is not threading.main_thread():
            yield
            return

        def handle(_number: int, _frame: Any) -> None:
            if self._end == RunEnd(EndKind.INTERRUPT) or not self._running:
                raise KeyboardInterrupt
            self._end, self._error = RunEnd(EndKind.INTERRUPT), KeyboardInterrupt()
            n = len(self._running)
            trials = "the running trial" if n == 1 else f"{n} running trials"
            _log.warning("finishing %s; press Ctrl-C again to stop now", trials)

        before = signal.signal(signal.SIGINT, handle)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def _end_by_error(error: BaseException) -> RunEnd:
    if isinstance(error, KeyboardInterrupt):
        return RunEnd(EndKind.INTERRUPT)
    return RunEnd(EndKind.ERROR, {"message": str(error) or type(error).__name__})
