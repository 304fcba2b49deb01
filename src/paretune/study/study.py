"""The `Study`: ask, tell and run over an Optuna storage."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from optuna.storages import BaseStorage

from paretune.adapters.optuna.internals import study_storage
from paretune.errors import InvalidInputError
from paretune.evaluation.contract import Evaluate, needs_seed
from paretune.execution import Executor
from paretune.objectives import Objective, Objectives
from paretune.schedulers import Scheduler
from paretune.searchers import RUN_SEARCHERS
from paretune.space import Parameter, Space
from paretune.space.values import check_text
from paretune.study import record
from paretune.study.ask_tell import AskTellStudy
from paretune.study.budget import Budget
from paretune.study.checkpoints import default_folder, delete_finished
from paretune.study.confirmation import Confirm
from paretune.study.continuation import Continuation
from paretune.study.creation import Definition, create_or_resume
from paretune.study.executors import make_executor
from paretune.study.ledger import Ledger
from paretune.study.population import make_population
from paretune.study.progress_bar import progress_bar
from paretune.study.recorded_run import run_recorded
from paretune.study.reported_trials import ReportedTrials
from paretune.study.run_checks import check_rules
from paretune.study.run_end import RunEnd
from paretune.study.run_entry import RunEntry
from paretune.study.run_loop import RunLoop, StepsCallback, TrialCallback
from paretune.study.run_rules import check_count, make_rules
from paretune.study.samplers import check_searcher, make_sampler
from paretune.study.stopping import Stop
from paretune.study.storage import checkpoint_sqlite
from paretune.study.trial_seeds import give_seeds
from paretune.study.trial_status import is_abandoned
from paretune.trials import check_column_names

_log = logging.getLogger("paretune")


class Study(AskTellStudy):
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
        >>> from optuna.storages import InMemoryStorage
        >>> from paretune import Float, Maximize, Minimize
        >>> study = Study({"width": Float(1, 64, log=True)}, [Maximize("accuracy"), Minimize("latency")],
        ...               storage=InMemoryStorage())
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
        self.space, self.objectives = Space.of(space), Objectives.of(objectives)
        self.name = check_text("name", name)
        check_column_names(self.space, self.objectives)
        options = check_searcher(searcher, searcher_options or {}, self.objectives)
        definition = Definition(self.space, self.objectives, record.check_facts(facts or {}))
        make_searcher = partial(make_sampler, searcher, self.space, seed, options=options)
        self._study = create_or_resume(name, storage, definition, seed, make_searcher)
        self._seed, self._searcher, self._searcher_options = int(seed), searcher, options
        self._ended: RunEnd | None = None
        self._ledger = Ledger(self._study, self.space, self.objectives)
        self._entry = RunEntry(self._study, searcher, seed, command, options)
        self._continuation = Continuation(self._study, is_silent=bool(command))
        self._reported = ReportedTrials(self._ledger)
        if self.objectives.notice and not command:  # a command line says it in its own way
            _log.warning(self.objectives.notice)

    @property
    def seed(self) -> int:
        """The seed of the search."""
        return self._seed

    @property
    def ended(self) -> RunEnd | None:
        """Why the last `run` of this object ended; None before the first."""
        return self._ended

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
        show_progress_bar: bool = False,
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
            n_trials: the study's total. It may be left out if there is a budget, or the searcher is ``population``,
                which ends by itself.
            workers: how many trials run at the same time, each in a worker process; by default they run in this
                process, one after another.
            stop: rules that may end the run earlier.
            scheduler: the rule that stops running trials early, such as `paretune.schedulers.Asha`, by what they
                report; without one all are trained to their end. A stopped trial counts, and has not failed. The
                searcher ``population`` has its own.
            budget: what all trials of the study may cost together.
            confirm: the end of the total that trains the likely front again, with fresh seeds, such as ``"10%"`` or a
                number of trials. Once the front stands, the rest goes to the search.
            checkpoints: the folder in which each trial has a folder to save to, next to the storage by default.
            max_failures: stop after so many failures in a row. Trials outside the limits and lost trials do not count.
            overlap: whether the next trial may be asked for while all workers are busy, so that they wait less. Without
                it, one worker makes the same search as this process would.
            on_trial: called after each trial.
            on_steps: called with the new steps of a running trial, at most once a second.
            show_progress_bar: whether to show a bar, on a terminal or in a notebook.

        Raises:
            InvalidInputError: a scheduler or a budget of steps needs reports, but this function has no parameter
                ``report``; or checkpoints cannot be saved.
            TooManyFailuresError: see ``max_failures``.
            SpaceExhaustedError: a finite space has nothing left to try.
            WorkerError: a worker cannot be set up.
            DataError: the storage's file was removed or replaced during the run; its content is saved in a copy.
        """
        rules = replace(
            make_rules(n_trials, budget, max_failures, confirm, may_be_endless=self._searcher in RUN_SEARCHERS),
            stop=stop or Stop(),
            **self._scheduling(scheduler, budget),
            overlap=overlap,
            checkpoints=default_folder(self._study) if checkpoints is None else Path(checkpoints).absolute(),
        )
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
        with progress_bar(n_before, n_trials, on_trial) if show_progress_bar else nullcontext(on_trial) as on_each:
            loop = RunLoop(ledger, executor, rules, on_each, on_steps)
            try:
                run_recorded(loop, self._entry, self.name)
            finally:
                self._ended = loop.end
        checkpoint_sqlite(study_storage(self._study))

    def _scheduling(self, scheduler: Scheduler | None, budget: Budget | None) -> dict[str, Any]:
        """The scheduler of a run, and its population if it trains one, as fields of `RunRules`."""
        if self._searcher not in RUN_SEARCHERS:
            return {"scheduler": scheduler}
        if scheduler is not None:
            raise InvalidInputError(
                f"searcher {self._searcher} decides itself which trainings go on: leave the scheduler out"
            )
        length = None if budget is None else budget.length
        population = make_population(self._searcher_options, self.space, self._seed, length)
        return {"scheduler": population.rule, "population": population}

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
        n = check_count("n_trials", n_trials)
        self.release_abandoned_trials()
        confirm = Confirm(n_trials=n, is_all=True)
        self.run(evaluate, self.n_counted() + n, workers=workers, confirm=confirm, on_trial=on_trial)

    def n_counted(self) -> int:
        """How many trials count towards a total: all except lost ones and those that wait in the queue."""
        return self._ledger.n_counted()

    def release_abandoned_trials(self) -> int:
        """Mark trials as lost whose runner on this host has died: they would be pending for ever.

        Returns:
            How many became lost.
        """
        return self._ledger.release_trials(is_abandoned, "its runner died", is_suspect=True)
