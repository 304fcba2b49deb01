"""The `Study`: ask, tell and run over an Optuna storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import BaseStorage

from paretune import pareto
from paretune.adapters.optuna.history import read_trials
from paretune.adapters.optuna.internals import study_storage
from paretune.errors import InvalidInputError
from paretune.evaluation.contract import Evaluate, needs_seed
from paretune.execution import Executor, Outcome
from paretune.objectives import Objective, Objectives
from paretune.schedulers import Scheduler
from paretune.space import Int, Parameter, Space
from paretune.space.values import check_instance, check_text
from paretune.study import record
from paretune.study.activity import Activity, activity_of
from paretune.study.add_trials import TrialSource, add_trials
from paretune.study.asked_trial import AskedTrial
from paretune.study.budget import Budget
from paretune.study.checkpoints import default_folder, delete_finished
from paretune.study.confirmation import Confirm, check_confirm
from paretune.study.continuation import Continuation
from paretune.study.executors import log_folder, make_executor
from paretune.study.ledger import Ledger
from paretune.study.reported_trials import ReportedTrials
from paretune.study.retry import without_retry
from paretune.study.run_checks import check_rules
from paretune.study.run_end import RunEnd
from paretune.study.run_entry import RunEntry
from paretune.study.run_loop import RunLoop, StepsCallback, TrialCallback
from paretune.study.run_rules import RunRules
from paretune.study.samplers import check_searcher, make_sampler
from paretune.study.stopping import Stop
from paretune.study.storage import checkpoint_sqlite, open_storage
from paretune.study.study_view import StudyView, view_of
from paretune.study.trial_seeds import give_seeds
from paretune.study.trial_status import is_abandoned
from paretune.trials import Trials, check_column_names

_COUNT = Int(1, 2**32)


class Study:
    """A search for the best trade-offs. The same arguments resume it where it stopped.

    Args:
        space: a `Space`, or parameters by name.
        objectives: `Objectives`, or a list of `Maximize` and `Minimize`.
        storage: path of an SQLite file, an Optuna storage URL, or an open Optuna storage.
        name: the study's name in the storage. If the storage has a study of that name, it goes on, which is logged.
        searcher: what chooses the trials, one of `SEARCHER_NAMES`, such as bayes.
        seed: the same seed, space and outcomes give the same search. The seeds of the trials depend on it, too.
        searcher_options: options of the searcher, by name; the others have their defaults.
        facts: what else must be the same when the study is resumed, such as options and a hash of the data.
        command: how the search was started, for the report.

    Raises:
        StudyMismatchError: the storage has a study of that name with another space, other objectives or other facts.

    Example:
        >>> from paretune import Float, Maximize, Minimize
        >>> study = Study({"width": Float(1, 64, log=True)}, [Maximize("accuracy"), Minimize("latency")],
        ...               storage=optuna.storages.InMemoryStorage())
        >>> study.run(lambda p: {"accuracy": 1 - 1 / p["width"], "latency": p["width"]}, n_trials=4)
        >>> len(study.trials), len(study.front())
        (4, 4)
    """

    def __init__(  # noqa: PLR0913 (all that defines a study)
        self,
        space: Space | Mapping[str, Parameter],
        objectives: Objectives | Sequence[Objective],
        *,
        storage: str | Path | BaseStorage = "paretune.db",
        name: str = "study",
        searcher: str = "bayes",
        seed: int = 0,
        searcher_options: Mapping[str, Any] | None = None,
        facts: Mapping[str, Any] | None = None,
        command: str = "",
    ) -> None:
        self.space = Space.of(space)
        self.objectives = Objectives.of(objectives)
        self.name = check_text("name", name)
        check_column_names(self.space, self.objectives)
        options = check_searcher(searcher, searcher_options or {})  # first: a wrong name must not leave an empty study
        sampler = make_sampler(searcher, self.space, seed, 0, options)
        stored_facts = record.check_facts(facts or {})
        self._ended: RunEnd | None = None
        self._seed = int(seed)
        self._study = optuna.create_study(
            study_name=name,
            storage=open_storage(storage),
            directions=[o.goal for o in self.objectives],
            sampler=sampler,
            load_if_exists=True,
        )
        if record.is_undefined(self._study):
            give_seeds(self._study, int(seed))
        record.create_or_check(self._study, self.space, self.objectives, stored_facts)
        n_before = len(self._study.get_trials(deepcopy=False))
        self._study.sampler = make_sampler(searcher, self.space, seed, n_before, options)
        self._ledger = Ledger(self._study, self.space, self.objectives)
        self._entry = RunEntry(self._study, searcher, seed, command, options)
        self._continuation = Continuation(self._study, is_silent=bool(command))
        self._reported = ReportedTrials(self._ledger)

    @property
    def trials(self) -> Trials:
        """The trials so far."""
        return read_trials(self._study, self.space, self.objectives)

    @property
    def origin(self) -> dict[str, Any]:
        """Where the trials come from: facts, and each run with its searcher, seed, command and environment."""
        return record.origin(self._study)

    @property
    def activity(self) -> Activity:
        """What runs, how fast, and how long it will take."""
        return activity_of(self._study)

    @property
    def ended(self) -> RunEnd | None:
        """Why the last `run` of this object ended; None before the first."""
        return self._ended

    def view(self, number: int | None = None) -> StudyView:
        """The study as it is now, with all that is known of each trial; of one trial only, where a number is given."""
        return view_of(self._study, self.space, self.objectives, number)

    def front(self) -> Trials:
        """The complete trials that no other dominates."""
        return pareto.efficient_trials(self.trials)

    def ask(self) -> AskedTrial:
        """Ask for the next trial. It is pending until `tell` finishes it.

        Raises:
            SpaceExhaustedError: a finite space has nothing left to try.
        """
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

    def enqueue(self, params: Mapping[str, Any], *, is_repeat: bool = False) -> bool:
        """Put a configuration in the queue, to be tried before the searcher's own.

        Args:
            params: a configuration of this study's space.
            is_repeat: whether to try it again, with another seed, if it was tried. The repeat is a trial of its own.

        Returns:
            Whether it was put there; False if it was tried, runs or waits already, and is no repeat.

        Raises:
            InvalidInputError: it is not in this study's space.
        """
        return self._ledger.enqueue(self.space.check(params), is_repeat=is_repeat)

    def add(self, trials: Trials, source: str, sha256: str = "", runs: Sequence[Mapping[str, Any]] = ()) -> int:
        """Add trials from elsewhere. The search continues from them, and they count towards its total.

        Args:
            trials: trials of this study's space and objectives; pending ones are left out.
            source: where they come from, for the report.
            sha256: hash of their content. The same content is not added twice; after an interruption the rest is added.
            runs: the runs that made them, as in `origin`, for the report. By default it names the source.

        Returns:
            How many were added.

        Raises:
            InvalidInputError: a configuration is not in the space, the objectives differ, or the same content was added
                before.
        """
        check_instance("trials", trials, Trials, "study.trials")
        return add_trials(self._ledger, trials, TrialSource(source, sha256, runs), self._entry)

    def run(  # noqa: PLR0913 (the options of a run)
        self,
        evaluate: Evaluate | Executor,
        n_trials: int | None = None,
        *,
        workers: int | None = None,
        stop: Stop | None = None,
        scheduler: Scheduler | None = None,
        budget: Budget | None = None,
        confirm: Confirm | int | str | None = None,
        checkpoints: str | Path | None = None,
        max_failures: int = 20,
        overlap: bool = True,
        on_trial: TrialCallback | None = None,
        on_steps: StepsCallback | None = None,
    ) -> None:
        """Evaluate trials until the study has ``n_trials`` of them, including those of earlier and parallel runs.

        Lost trials do not count, and are tried again. A trial fails, and the run continues, when the evaluation raises,
        or a metric is missing or not finite. Ctrl-C stops at once, and the running trial is lost; with workers it lets
        running trials finish, and a second Ctrl-C stops at once. The same call resumes the run.

        Args:
            evaluate: function from a configuration to its metrics: every objective by name, and ``<objective>_se``
                where known. With a second parameter named ``report``, it can report steps while it runs: ``report(step,
                metrics)`` returns whether it should go on. With a third one named ``checkpoint``, it can save its state
                and go on from it later (`paretune.evaluation.checkpoint.Checkpoint`). A parameter named ``seed`` gets
                the seed of the trial, which no other trial has; it is stored as the metric ``seed``. Or an executor
                with such a function, such as `paretune.execution.Pool`.
            n_trials: the study's total. It may be left out if there is a budget.
            workers: how many trials run at the same time, each in a worker process; by default they run in this
                process, one after another.
            stop: rules that may end the run earlier.
            scheduler: the rule that stops running trials early, such as `paretune.schedulers.Asha`, by what they
                report; without one all are trained to their end. A stopped trial counts, and has not failed.
            budget: what all trials of the study may cost together.
            confirm: the end of the total that trains the likely front again, with fresh seeds, such as ``"10%"`` or a
                number of trials. Once the front stands, the rest goes to the search.
            checkpoints: the folder in which each trial has a folder to save to, next to the storage by default.
            max_failures: stop after so many failures in a row. Trials outside the limits and lost trials do not count.
            overlap: whether the next trial may be asked for while all workers are busy, so that they wait less. Without
                it, one worker makes the same search as this process would.
            on_trial: called after each trial.
            on_steps: called with the new steps of a running trial, at most once a second.

        Raises:
            InvalidInputError: a scheduler or a budget of steps needs reports, but this function has no parameter
                ``report``; or checkpoints cannot be saved.
            TooManyFailuresError: see ``max_failures``.
            SpaceExhaustedError: a finite space has nothing left to try.
            WorkerError: a worker cannot be set up.
            DataError: the storage's file was removed or replaced during the run; its content is saved in a copy.
        """
        rules = self._rules(n_trials, stop, scheduler, budget, checkpoints)
        rules = replace(
            rules,
            max_failures=_COUNT.check("max_failures", max_failures),
            overlap=overlap,
            confirm=None if confirm is None else Confirm.parse(confirm),
        )
        check_confirm(rules.confirm, has_total=n_trials is not None)
        check_rules(rules, evaluate, self.objectives)
        if not isinstance(evaluate, Executor) and needs_seed(evaluate):
            give_seeds(self._study, self._seed)  # to a study of an older version, too
        executor = make_executor(evaluate, workers, self.objectives, self.logs)
        ledger = Ledger(self._study, self.space, self.objectives)  # with a new runner name for each run
        self.release_abandoned_trials()  # they do not count
        delete_finished(self._study)
        n_before = self.n_counted()
        self._continuation.note(n_trials)
        self._continuation.note_function(evaluate)
        if n_before < rules.n_trials or ledger.has_interrupted():
            self._entry.begin(n_before, n_trials, executor.n_slots, ledger.runner["run"], budget)
        loop = RunLoop(ledger, executor, rules, on_trial, on_steps)
        try:
            loop.run()
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                error.add_note(f"study {self.name!r} has stored all finished trials; run again to go on")
            with suppress(optuna.exceptions.OptunaError), without_retry():
                self._entry.end(loop.end)
            raise
        finally:
            self._ended = loop.end
        self._entry.end(loop.end)
        checkpoint_sqlite(study_storage(self._study))

    def confirm(
        self,
        evaluate: Evaluate | Executor,
        n_trials: int,
        *,
        workers: int | None = None,
        on_trial: TrialCallback | None = None,
    ) -> None:
        """Train the likely front again, with fresh seeds, until it stands, or so many trials were spent.

        The configurations are chosen one by one where the front is least certain
        (`paretune.confidence.least_certain`). The trials are those of this study, and count.

        Args:
            evaluate: as for `run`. It should take the seed.
            n_trials: the largest number of trials.
            workers: as for `run`.
            on_trial: called after each trial.
        """
        n = _COUNT.check("n_trials", n_trials)
        self.release_abandoned_trials()
        confirm = Confirm(n_trials=n, is_all=True)
        self.run(evaluate, self.n_counted() + n, workers=workers, confirm=confirm, on_trial=on_trial)

    def _rules(
        self,
        n_trials: int | None,
        stop: Stop | None,
        scheduler: Scheduler | None,
        budget: Budget | None,
        checkpoints: str | Path | None,
    ) -> RunRules:
        """The rules of a run, with defaults."""
        if n_trials is None and budget is None:
            raise InvalidInputError("a run needs n_trials or a budget, such as n_trials=100")
        total = _COUNT.high if n_trials is None else _COUNT.check("n_trials", n_trials)
        folder = default_folder(self._study) if checkpoints is None else Path(checkpoints).absolute()
        return RunRules(total, stop or Stop(), scheduler=scheduler, budget=budget, checkpoints=folder)

    @property
    def logs(self) -> Path:
        """The folder for the logs of trials in workers: next to an SQLite file, else in the current folder."""
        return log_folder(self._study)

    def n_counted(self) -> int:
        """How many trials count towards a total: all except lost ones and those that wait in the queue."""
        return self._ledger.n_counted()

    def release_abandoned_trials(self) -> int:
        """Mark trials as lost whose runner on this host has died: they would be pending for ever.

        Returns:
            How many became lost.
        """
        return self._ledger.release_trials(is_abandoned, "its runner died", is_suspect=True)
