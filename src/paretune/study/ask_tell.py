"""Ask a study for trials and tell it their outcomes, where the caller evaluates them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from paretune.errors import InvalidInputError
from paretune.execution import Outcome
from paretune.schedulers import Scheduler
from paretune.searchers import RUN_SEARCHERS
from paretune.space.values import check_instance
from paretune.study import record
from paretune.study.add_trials import TrialSource, add_trials
from paretune.study.asked_trial import AskedTrial
from paretune.study.continuation import Continuation
from paretune.study.ledger import Ledger
from paretune.study.reported_trials import ReportedTrials
from paretune.study.results import StudyResults
from paretune.study.run_entry import RunEntry
from paretune.trials import Trials
from paretune.workloads.proposals import Proposals


class AskTellStudy(StudyResults):
    """The part of a `Study` that hands out trials and takes outcomes."""

    _searcher: str
    _ledger: Ledger
    _entry: RunEntry
    _continuation: Continuation
    _reported: ReportedTrials

    def ask(self) -> AskedTrial:
        """Ask for the next trial. It is pending until `tell` finishes it.

        Raises:
            SpaceExhaustedError: a finite space has nothing left to try.
            InvalidInputError: the searcher needs `run`, since it decides which trainings go on.
        """
        if self._searcher in RUN_SEARCHERS:
            raise InvalidInputError(f"searcher {self._searcher} copies trainings: use run, or choose another searcher")
        self._continuation.note()
        asked = self._ledger.ask()
        assert asked is not None, "without a budget there is always a next trial"  # noqa: S101 (for the type)
        self._ledger.record_start(asked.number, {})
        return asked

    def tell(
        self,
        trial: AskedTrial | int,
        metrics: Mapping[str, Any] | None = None,
        *,
        reason: str = "",
        message: str = "",
    ) -> Outcome:
        """Store the outcome of a trial: its metrics, or the reason of its failure.

        Args:
            trial: the trial that `ask` returned, or its number.
            metrics: every objective, ``<objective>_se`` where known, and any others.
            reason: one of `paretune.trials.FAILURE_REASONS`, instead of metrics. A ``lost`` trial is tried again.
            message: what happened.

        Returns:
            The outcome as it was stored.

        Raises:
            InvalidInputError: both of metrics and reason are given, or neither for a trial that was not asked to stop;
                or the trial is not pending.
        """
        if metrics is not None and reason:
            raise InvalidInputError("tell needs either metrics or a reason: give one of them")
        outcome = None if metrics is None else Outcome.from_metrics(metrics, self.objectives)
        outcome = Outcome.from_reason(reason, message) if reason else outcome
        number = trial.number if isinstance(trial, AskedTrial) else trial
        return self._ledger.tell(number, self._reported.end(number, outcome))

    def report(
        self, trial: AskedTrial | int, step: int, metrics: Mapping[str, Any], scheduler: Scheduler | None = None
    ) -> bool:
        """Report the metrics of a step of a pending trial, such as those after an epoch.

        Of many steps, an even choice of at most 200 is stored, with the first and the last: at most once a second, and
        completely by `tell`.

        Args:
            trial: the trial that `ask` returned, or its number.
            step: a whole number >= 0. A later report of a step replaces an earlier one.
            metrics: numbers by name. Values that are not finite numbers are left out.
            scheduler: the rule that stops trials early, such as `paretune.schedulers.Asha`; None if none does.

        Returns:
            Whether the training should go on. If not, `tell` needs no metrics, and the trial is stopped.

        Raises:
            InvalidInputError: the step is not valid, a name is reserved, or the trial is not pending.
        """
        number = trial.number if isinstance(trial, AskedTrial) else trial
        return self._reported.report(number, step, metrics, scheduler)

    def enqueue(
        self, params: Mapping[str, Any], *, is_repeat: bool = False, known: Mapping[str, float] | None = None
    ) -> bool:
        """Put a configuration in the queue, to be tried before the searcher's own.

        Args:
            params: a configuration of this study's space.
            is_repeat: whether to try it again, with another seed, if it was tried. The repeat is a trial of its own.
            known: metrics of the trial that are known already, by name; none is an objective.

        Returns:
            Whether it was put there; False if it was tried, runs or waits already, and is no repeat.

        Raises:
            InvalidInputError: it is not in this study's space.
        """
        return self._ledger.enqueue(self.space.check(params), is_repeat=is_repeat, known=known)

    def add_proposals(self, found: Proposals) -> None:
        """Store what a search before the first trial has found, and put its configurations in the queue, each once."""
        if self.proposals is None:
            record.write_proposals(self._study, found)
        for proposal in found.configurations:
            self.enqueue(proposal.params, known=proposal.metrics)

    def add(
        self,
        trials: Trials,
        source: str,
        sha256: str = "",
        runs: Sequence[Mapping[str, Any]] = (),
        *,
        skip_known: bool = False,
    ) -> int:
        """Add trials from elsewhere. The search continues from them, and they count towards its total.

        Args:
            trials: trials of this study's space and objectives; pending ones are left out.
            source: where they come from, for the report.
            sha256: hash of their content. The same content is not added twice; after an interruption the rest is added.
            runs: the runs that made them, as in `origin`, for the report. By default it names the source.
            skip_known: whether to leave out trials that the study has already, with the same configuration, outcome
                and start.

        Returns:
            How many were added.

        Raises:
            InvalidInputError: a configuration is not in the space, the objectives differ, or the same content was added
                before.
        """
        check_instance("trials", trials, Trials, "study.trials")
        return add_trials(self._ledger, trials, TrialSource(source, sha256, runs, skip_known), self._entry)
