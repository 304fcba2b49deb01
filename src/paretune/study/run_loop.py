"""One run of a search: who is asked, who is waited for, and when is it over?"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import optuna
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.history import trials_of
from paretune.errors import FULLY_EVALUATED_REASONS, InvalidInputError, ParetuneError, SpaceExhaustedError, TooManyFailuresError
from paretune.execution import Executor, Finished, Outcome
from paretune.study import record, runner
from paretune.study.ledger import Asked, Ledger, is_abandoned, is_unsigned, runner_of
from paretune.study.prefetch import Pace
from paretune.study.retry import asking_once
from paretune.study.run_end import EndKind, RunEnd
from paretune.study.stopping import Stop
from paretune.study.storage_file import KeptFile

OnTrial: TypeAlias = Callable[[Asked, Outcome], object]
_LOOK_SECONDS = 2.0  # how often other runners, their trials and the user's wish to stop are looked for
_log = logging.getLogger("paretune")


@dataclass(frozen=True)
class Rules:
    """When a run is over.

    Args:
        n_trials: the study's total.
        stop: what may end it before.
        max_failures: failures in a row that end it; those outside their limits have run, also if given
            up for that; lost ones tell nothing.
        overlap: whether a trial may be asked for before a slot is free.
    """

    n_trials: int
    stop: Stop = field(default_factory=Stop)
    max_failures: int = 20
    overlap: bool = True


class Search:
    """Keeps every slot of an executor busy until the study has its trials, or a rule ends it.

    A slot that is free gets its next trial at once: where slots would else wait for it noticeably, one trial more is
    asked for while all are busy (`paretune.study.prefetch`).

    Args:
        ledger: the study's trials.
        executor: where they are evaluated.
        rules: when it is over.
        on_trial: called after each trial.
    """

    def __init__(self, ledger: Ledger, executor: Executor, rules: Rules, on_trial: OnTrial | None = None) -> None:
        self._ledger, self._executor, self._rules, self._on_trial = ledger, executor, rules, on_trial
        self._running: dict[int, Asked] = {}
        self._next: Asked | None = None
        self._end: RunEnd | None = None
        self._error: BaseException | None = None
        self._pace, self._overlaps = Pace(executor.n_slots), executor.is_apart and rules.overlap
        self._streak, self._looked = 0, -_LOOK_SECONDS
        self._silence = runner.Silence(time.monotonic)
        self._started = time.monotonic()
        self._stops = record.n_stops(ledger.study)
        self._file = KeptFile(ledger.study._storage)  # noqa: SLF001 (as it was opened)

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
            KeyboardInterrupt: it was interrupted, and what ran was finished; or, the second time, given up.
        """
        study, run = self._ledger.study, self._ledger.runner["run"]
        self._end = self._end_by_rule()
        try:
            beating = runner.beating(lambda n: record.beat(study, run, n))
            with self._executor, beating as clock, self._interruptions():
                self._silence = runner.Silence(clock)
                while not self._is_over():
                    self._fill()
                    for finished in self._executor.wait(_LOOK_SECONDS):
                        self._take(finished)
            self._withdraw()
        except BaseException as error:
            self._end = _end_by_error(error)
            with suppress(ParetuneError, optuna.exceptions.OptunaError), asking_once():
                self._ledger.give_up(lambda trial: runner_of(trial).get("run") == run, self._end.stored_text)
            raise
        if self._error is not None:
            raise self._error

    def _is_over(self) -> bool:
        """Whether nothing runs here any more, and nothing that may be lost elsewhere is to be tried again."""
        self._file.check()
        self._look()
        if self._running:
            return False
        if self._end:
            return True
        if self._next is not None:
            return False
        if self._ledger.n_counted() < self._rules.n_trials or any(map(self._may_be_dead, self._ledger.pending())):
            return False
        self._end = RunEnd(EndKind.ALL_TRIALS, {"n_trials": self._rules.n_trials})
        return True

    def _fill(self) -> None:
        """Give every free slot a trial; have the next one ready where that pays."""
        while self._executor.n_free and (asked := self._claimed()) is not None:
            self._next = None
            where = self._executor.submit(asked.number, asked.params)
            self._running[asked.number] = asked
            self._ledger.started(asked.number, where)
        if self._overlaps and not self._executor.n_free and self._next is None and self._pace.asks_ahead:
            self._next = self._claimed()

    def _claimed(self) -> Asked | None:
        if self._end:
            return None
        if self._next is not None:
            return self._next
        try:
            asked = self._ledger.ask(self._rules.n_trials)
        except SpaceExhaustedError as error:
            self._end, self._error = RunEnd(EndKind.EXHAUSTED, {"message": str(error)}), error
            return None
        if asked is not None:
            self._pace.suggested(asked.seconds)
        return asked

    def _take(self, finished: Finished) -> None:
        """Write down what came of a trial."""
        asked = self._running[finished.number]
        self._pace.trained(finished.outcome.seconds)
        try:
            outcome = self._ledger.tell(finished.number, finished.outcome, finished.durations)
        except InvalidInputError:  # this runner was silent for too long, and another has given it up
            _log.warning("trial %d was given up by another runner: what came of it is left out", finished.number)
            return
        finally:
            del self._running[finished.number]
        if self._on_trial is not None:
            self._on_trial(asked, outcome)
        elif outcome.reason not in FULLY_EVALUATED_REASONS:
            _log.warning("trial %d %s: %s", asked.number, outcome.reason, outcome.message)
        self._count(asked, outcome)

    def _count(self, asked: Asked, outcome: Outcome) -> None:
        was_given_up = outcome.reason == "timed_out" and self._ledger.objectives.outside(outcome.metrics)
        if outcome.reason in FULLY_EVALUATED_REASONS or was_given_up:
            self._streak = 0
        elif outcome.reason != "lost":
            self._streak += 1
        if self._end:
            return
        if self._streak >= self._rules.max_failures:
            count = "1 trial has" if self._streak == 1 else f"{self._streak} trials in a row have"
            self._error = TooManyFailuresError(
                f"{count} failed; the last, number {asked.number}, {outcome.reason}: "
                f"{outcome.message or 'no message'}. {self._advice()}"
            )
            self._end = RunEnd(EndKind.FAILURES, {"n_failures": self._streak})
        else:
            self._end = self._end_by_rule()

    def _advice(self) -> str:
        """What to do after failures in a row."""
        if self._ledger.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)):
            return "Mend it and run again to go on"
        return (
            "No trial has completed yet, and these failures stay and count: "
            "after mending a bug of the training itself begin a new study"
        )

    def _end_by_rule(self) -> RunEnd | None:
        """Why a rule ends the run; None where none does."""
        if self._rules.stop == Stop():
            return None
        ledger = self._ledger
        return self._rules.stop.end(trials_of(ledger.study, ledger.space, ledger.objectives), self._seconds())

    def _seconds(self) -> float:
        return time.monotonic() - self._started

    def _look(self) -> None:
        """See, every few seconds, what others do: die, or ask for an end."""
        if time.monotonic() - self._looked < _LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        for run, beat in record.beats(self._ledger.study).items():
            self._silence.listen(run, beat)
        for trial in filter(is_unsigned, self._ledger.pending()):
            self._silence.listen(_voice(trial), "")
        self._ledger.give_up(is_abandoned, "its runner died", blame=True)
        self._ledger.give_up(self._is_silent, "its runner has not been heard of for 45 s", blame=True)
        if not self._end and record.n_stops(self._ledger.study) > self._stops:
            self._end = RunEnd(EndKind.STOP_REQUEST)
        if not self._end and self._rules.stop.seconds is not None and self._seconds() >= self._rules.stop.seconds:
            self._end = RunEnd(EndKind.TIME_LIMIT, {"seconds": self._rules.stop.seconds})

    def _is_silent(self, trial: FrozenTrial) -> bool:
        return not runner.is_here(runner_of(trial)) and self._silence.is_dead(_voice(trial))

    def _may_be_dead(self, trial: FrozenTrial) -> bool:
        """Whether a pending trial may have to be tried again here: its runner shows no life."""
        if runner.is_here(runner_of(trial)):
            return is_abandoned(trial)
        is_heard = is_unsigned(trial) or _voice(trial) in record.beats(self._ledger.study)
        return is_heard and not self._silence.is_alive(_voice(trial))

    def _withdraw(self) -> None:
        """Give back the trial that was ready and not begun."""
        if self._next is not None:
            self._ledger.lose(self._next.number, "not begun: the run was over")
            self._next = None

    @contextmanager
    def _interruptions(self) -> Iterator[None]:
        """At the first Ctrl-C finish what runs, where it runs apart; at the second, or at SIGTERM, stop now."""
        if not self._executor.is_apart or threading.current_thread() is not threading.main_thread():
            yield
            return

        def interrupted(_number: int, _frame: Any) -> None:
            if self._end == RunEnd(EndKind.INTERRUPT) or not self._running:
                raise KeyboardInterrupt
            self._end, self._error = RunEnd(EndKind.INTERRUPT), KeyboardInterrupt()
            n = len(self._running)
            _log.warning("finishing %s; Ctrl-C again stops now", "the trial that runs" if n == 1 else f"{n} trials")

        before = signal.signal(signal.SIGINT, interrupted)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def _end_by_error(error: BaseException) -> RunEnd:
    if isinstance(error, KeyboardInterrupt):
        return RunEnd(EndKind.INTERRUPT)
    return RunEnd(EndKind.ERROR, {"message": str(error) or type(error).__name__})


def _voice(trial: FrozenTrial) -> str:
    """Under what a pending trial's runner is listened for; for one that has not signed, the trial itself."""
    return str(runner_of(trial).get("run") or f"trial {trial.number}")
