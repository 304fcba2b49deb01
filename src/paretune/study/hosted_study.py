"""A stored study that a service reads and writes for many clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import optuna
from optuna.storages import BaseStorage
from optuna.trial import FrozenTrial

from paretune.adapters.optuna.internals import set_trial_user_attr
from paretune.adapters.optuna.keys import TELL_KEY
from paretune.evaluation.outcome import Outcome
from paretune.objectives import Objectives
from paretune.space import Params
from paretune.study import record
from paretune.study.asked_trial import AskedTrial
from paretune.study.claims import add_outcomes, claim_params, claim_waiting, complete_waiting
from paretune.study.hosted_curves import HostedCurves, make_scheduler
from paretune.study.hosted_run import HostedRun, begin_run, check_settings, end_run, read_run
from paretune.study.ledger import Ledger
from paretune.study.run_end import EndKind, RunEnd
from paretune.study.samplers import make_sampler
from paretune.study.stopping import Stop
from paretune.study.storage import find_study
from paretune.study.study_reader import StudyReader
from paretune.study.trial_status import is_abandoned


class HostedStudy(StudyReader):
    """A stored study for a service. Methods that read may be called from any thread.

    Those that write (`begin`, `claim`, `take_waiting`, `tell`, `report`, `enqueue`, `add`, `stop`, `set_limits`,
    `release_abandoned_trials`) must be called from one thread at a time.

    Args:
        name: the study's name.
        reader: the storage to read from.
        writer: the storage to write to; the same one, or a second connection to it.

    Raises:
        StudyNotFoundError: no study has that name.
    """

    def __init__(self, name: str, reader: BaseStorage, writer: BaseStorage) -> None:
        super().__init__(name, reader)
        self._writer = find_study(writer, name)
        self._ledger: Ledger | None = None
        self._curves: HostedCurves | None = None

    @property
    def writer(self) -> optuna.Study:
        """The study in Optuna, to write to."""
        return self._writer

    def begin(self, **settings: Any) -> HostedRun:
        """Begin the service's run, or change its settings; a stopped run goes on.

        Raises:
            InvalidInputError: the scheduler or a stop rule does not fit.
        """
        objectives = self.objectives
        check_settings(settings, objectives)
        ledger = Ledger(self._writer, self.space, objectives)
        begun = begin_run(self._writer, ledger.n_counted(), settings)
        self._ledger = None
        return begun

    def claim(self, params: Params, attributes: Mapping[str, Any]) -> AskedTrial | None:
        """Create a running trial with these parameters, in one transaction; None where the budget is met."""
        return claim_params(self._open(), params, attributes, self._run().n_trials)

    def take_waiting(self) -> tuple[FrozenTrial, dict[str, Any]] | None:
        """Claim the first trial of the queue, see `claim_waiting`. `complete` it with all parameters."""
        return claim_waiting(self._open())

    def complete(self, trial: FrozenTrial, params: Params, attributes: Mapping[str, Any]) -> AskedTrial:
        """Write the parameters of a claimed trial of the queue, see `complete_waiting`."""
        return complete_waiting(self._open(), trial, params, attributes)

    def ask_sampler(self) -> AskedTrial | None:
        """Ask a sampler of Optuna for a trial; None where the budget is met."""
        ledger, run = self._open(), self._run()
        options, n_before = run.searcher_options, len(self.stored_trials())
        ledger.study.sampler = make_sampler(run.searcher, self.space, run.seed, n_before, options)
        return ledger.ask(run.n_trials)

    def tell(self, number: int, outcome: Outcome, request: str = "") -> Outcome:
        """Store the outcome of a trial.

        Args:
            number: the trial's number.
            outcome: how it ended.
            request: the idempotency key of the request, which is stored with the trial.

        Returns:
            The outcome as it was stored.

        Raises:
            InvalidInputError: the trial is not pending.
        """
        ledger = self._open()
        complete = self._hosted_curves().end(self.trial(number), outcome)
        if request and complete.reason == "lost":
            set_trial_user_attr(self._writer, number, TELL_KEY, request)
        elif request:
            complete = replace(complete, metrics={**complete.metrics, TELL_KEY: request})
        return ledger.tell(number, complete)

    def report(self, number: int, step: Any, metrics: Mapping[str, Any]) -> bool:
        """Store a step of a pending trial; return whether its training goes on.

        Raises:
            InvalidInputError: the step is not valid, or a name is reserved.
        """
        self._open()
        return self._hosted_curves().report(self.trial(number), step, metrics)

    def write_curves(self) -> None:
        """Write the curves that have grown and are due."""
        if self._curves is not None:
            self._curves.write_due()

    def enqueue(self, params: Params) -> bool:
        """Put a configuration in the queue; see `Study.enqueue`."""
        ledger = self._ledger or Ledger(self._writer, self.space, self.objectives)  # it needs no run of the service
        return ledger.enqueue(self.space.check(params))

    def add(self, observed: Sequence[tuple[Params, Outcome]], request: str = "") -> list[int]:
        """Add trials that were evaluated elsewhere, in one transaction; return their numbers.

        Args:
            observed: configuration and outcome of each.
            request: the idempotency key of the request, which is stored with the trials.

        Raises:
            InvalidInputError: a configuration is not in the study's space.
        """
        attributes = {TELL_KEY: request} if request else {}
        return add_outcomes(
            self._open(), [(self.space.check(params), outcome, attributes) for params, outcome in observed]
        )

    def stop(self) -> None:
        """Ask every run of the study, and all clients of the service, to begin no more trials."""
        record.request_stop(self._writer)
        end_run(self._writer, RunEnd(EndKind.STOP_REQUEST))

    def end_if_over(self) -> None:
        """Note that the run takes no more trials, if it has all of them or a rule ends it."""
        run, ledger = self._run(), self._open()
        if run.ended:
            return
        end = Stop(**run.stop).end(self.trials_to_learn_from(), run.seconds) if run.stop else None
        if end is None and run.n_trials is not None and ledger.n_counted() >= run.n_trials:
            end = None if ledger.pending_trials() else RunEnd(EndKind.ALL_TRIALS, {"n_trials": run.n_trials})
        if end is not None:
            end_run(self._writer, end)

    def set_limits(self, at_least: Mapping[str, float], at_most: Mapping[str, float]) -> None:
        """Set or move limits of objectives, for all trials, those that have ended included.

        Raises:
            InvalidInputError: there is no objective of a name, or it has the other direction.
        """
        self.replace_limits(self.objectives.with_limits(at_least, at_most))

    def replace_limits(self, objectives: Objectives) -> None:
        """Set the limits to those of the given objectives, which must be the study's own in all else."""
        self.space  # noqa: B018 (raises for a study of plain Optuna)
        record.set_limits(self._writer, objectives)
        self._ledger = None

    def release_abandoned_trials(self) -> int:
        """Mark trials as lost whose runner on this host has died; return how many."""
        return self._open().release_trials(is_abandoned, "its runner died", is_suspect=True)

    def ledger(self) -> Ledger:
        """The trials, to write to."""
        return self._open()

    def _run(self) -> HostedRun:
        return read_run(self._writer) or self.begin()

    def _open(self) -> Ledger:
        """The ledger of the service's run."""
        if self._ledger is None:
            space, run = self.space, self._run()
            self._ledger = Ledger(self._writer, space, self.objectives)
            self._ledger.runner = {"run": run.name}  # clients evaluate: the trials outlive this process
            self._curves = HostedCurves(self._ledger, make_scheduler(run.scheduler))
        return self._ledger

    def _hosted_curves(self) -> HostedCurves:
        assert self._curves is not None, "the ledger is open"  # noqa: S101 (for the type)
        return self._curves
