"""A search that is kept: ask, tell and run over an Optuna storage."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import optuna
from optuna.storages import BaseStorage
from optuna.trial import FrozenTrial, TrialState

from paretune import pareto
from paretune.adapters.optuna.frozen import frozen_trials
from paretune.adapters.optuna.history import tabled, trials_of
from paretune.errors import InvalidInputError
from paretune.evaluation import outcome as outcomes
from paretune.evaluation.contract import Evaluate
from paretune.execution import Executor, Inline, Outcome, Pool, slots
from paretune.measure import environment
from paretune.objectives import Objective, Objectives
from paretune.space import Int, Parameter, Space
from paretune.study import record
from paretune.study.activity import Activity, activity_of
from paretune.study.file_name import file_name
from paretune.study.ledger import ADDED_KEY, Asked, Ledger, is_abandoned
from paretune.study.retry import asking_once
from paretune.study.run_end import EndKind, RunEnd
from paretune.study.run_loop import OnTrial, Rules, Search
from paretune.study.searchers import searcher as sampler_of
from paretune.study.stopping import Stop
from paretune.study.storage import fold_in, open_storage, sqlite_engine
from paretune.study.study_view import Stored, record_of
from paretune.trials import Trials, check_column_names

_COUNT = Int(1, 2**32)


class Study:
    """A search for the best trade-offs, resumable: the same arguments go on where it stopped.

    Args:
        space: what is varied; a `Space` or parameters by name.
        objectives: what is wanted; `Objectives` or a list of `Maximize` and `Minimize`.
        storage: path of an SQLite file, a storage URL of Optuna's, or an open Optuna storage.
        name: the study's name in the storage.
        searcher: who chooses the trials: bayes, random, sobol, grid, or Optuna's gp, tpe or nsga2.
        seed: the same seed, space and outcomes give the same search.
        facts: what else must be the same when the study goes on, such as options and a hash of the data.
        command: how the search was started, kept for the report.

    Raises:
        StudyMismatchError: the storage has a study of that name with another space, objectives or facts.

    Example:
        >>> from paretune import Float, Maximize, Minimize
        >>> study = Study({"width": Float(1, 64, log=True)}, [Maximize("accuracy"), Minimize("latency")],
        ...               storage=optuna.storages.InMemoryStorage())
        >>> study.run(lambda p: {"accuracy": 1 - 1 / p["width"], "latency": p["width"]}, n_trials=4)
        >>> len(study.trials), len(study.front())
        (4, 4)
    """

    def __init__(  # noqa: PLR0913 (the questions that a study answers)
        self,
        space: Space | Mapping[str, Parameter],
        objectives: Objectives | Sequence[Objective],
        *,
        storage: str | Path | BaseStorage = "paretune.db",
        name: str = "study",
        searcher: str = "bayes",
        seed: int = 0,
        facts: Mapping[str, Any] | None = None,
        command: str = "",
    ) -> None:
        self.space = Space.of(space)
        self.objectives = Objectives.of(objectives)
        self.name = name
        check_column_names(self.space, self.objectives)
        sampler = sampler_of(searcher, self.space, seed, 0)  # a wrong name must not leave an empty study behind
        plain_facts = _plain(facts or {})
        self._run = {"searcher": searcher, "seed": seed, "command": command}
        self._entry = uuid4().hex  # in the study's record of who went on with it
        self._begun: dict[str, Any] = {}
        self._signed: list[str] = []  # by which names its trials know it
        self._ended: RunEnd | None = None
        self._study = optuna.create_study(
            study_name=name,
            storage=open_storage(storage),
            directions=[o.goal for o in self.objectives],
            sampler=sampler,
            load_if_exists=True,
        )
        record.settle(self._study, self.space, self.objectives, plain_facts)
        self._study.sampler = sampler_of(searcher, self.space, seed, len(self._study.get_trials(deepcopy=False)))
        self._ledger = Ledger(self._study, self.space, self.objectives)

    @property
    def trials(self) -> Trials:
        """What was tried so far."""
        return trials_of(self._study, self.space, self.objectives)

    @property
    def origin(self) -> dict[str, Any]:
        """Where the trials came from: facts, and each run with its searcher, seed, command and environment."""
        return record.origin(self._study)

    @property
    def activity(self) -> Activity:
        """What runs, how fast, and until when."""
        return activity_of(self._study)

    @property
    def ended(self) -> RunEnd | None:
        """Why the last `run` of this object ended; None before the first."""
        return self._ended

    def stored(self, number: int | None = None) -> Stored:
        """The study as it stands, with all that is known of each trial; or of the one of this number."""
        theirs = self._study.get_trials(deepcopy=False) if number is None else [self._ledger.frozen(number)]
        begun = [trial for trial in theirs if trial.state != TrialState.WAITING]
        trials, records = tabled(begun, self.space, self.objectives), {t.number: record_of(t) for t in begun}
        return Stored(self.name, trials, self.origin, records, len(begun) - len(trials))

    def front(self) -> Trials:
        """The complete trials that no other dominates."""
        return pareto.efficient(self.trials)

    def ask(self) -> Asked:
        """The next trial; it is pending until it is told.

        Raises:
            SpaceExhaustedError: a finite space has nothing left to try.
        """
        asked = self._ledger.ask()
        assert asked is not None, "without a budget there is always a next trial"  # noqa: S101 (for the type)
        self._ledger.started(asked.number, {})
        return asked

    def tell(
        self,
        trial: Asked | int,
        metrics: Mapping[str, Any] | None = None,
        *,
        reason: str = "",
        message: str = "",
    ) -> Outcome:
        """Write down what came of a trial: its metrics, or the reason of its failure.

        Args:
            trial: what `ask` gave, or its number.
            metrics: every objective, ``<objective>_se`` where known, and any other.
            reason: one of `paretune.trials.FAILURE_REASONS`, instead of metrics. What is ``lost`` is asked for again.
            message: what happened.

        Returns:
            The outcome as it was written.

        Raises:
            InvalidInputError: neither or both of metrics and reason are given, or the trial is not pending.
        """
        if (metrics is None) == (not reason):
            raise InvalidInputError("tell needs either metrics or a reason")
        outcome = outcomes.told(reason, message) if metrics is None else outcomes.judged(metrics, self.objectives)
        return self._ledger.tell(trial.number if isinstance(trial, Asked) else trial, outcome)

    def enqueue(self, params: Mapping[str, Any]) -> bool:
        """Have a configuration tried next, before the searcher's own.

        Returns:
            Whether it was put in the queue; not if it was tried, runs or waits already.

        Raises:
            InvalidInputError: it is not of this study's space.
        """
        return self._ledger.enqueue(self.space.check(params))

    def add(self, trials: Trials, source: str, sha256: str = "", runs: Sequence[Mapping[str, Any]] = ()) -> int:
        """Add trials that were made elsewhere: the search goes on from them, and they count towards its total.

        Args:
            trials: of this study's space and objectives; those that are pending are left out.
            source: where they came from, for the report.
            sha256: of their content: the same is not added twice, and what an interruption has left out is added.
            runs: who made them, as `origin` tells it, so that the report does; else it names the source.

        Returns:
            How many were added.

        Raises:
            InvalidInputError: a configuration does not fit the space, objectives differ, or the same was added before.
        """
        if trials.objectives.names != self.objectives.names:
            raise InvalidInputError(
                f"{source} has the objectives {', '.join(trials.objectives.names)}, "
                f"but study {self.name!r} has {', '.join(self.objectives.names)}"
            )
        trials = trials[~trials.is_pending]
        params = tuple(map(partial(self._fitting, source), trials.numbers.tolist(), trials.params))
        before, made = self.n_counted(), frozen_trials(replace(trials, space=self.space, params=params))
        is_begun = bool(sha256) and sha256 in [run.get("sha256") for run in record.runs(self._study)]
        if not is_begun:
            for run in runs or [self._addition(source, before, len(made))]:
                record.add_run(self._study, uuid4().hex, {**run, "sha256": sha256})
        missing = self._not_added(made, sha256) if sha256 else made
        if is_begun and not missing:
            raise InvalidInputError(f"{source} was added to study {self.name!r} before: nothing was added")
        self._study.add_trials(missing)
        return len(missing)

    def _not_added(self, made: Sequence[FrozenTrial], sha256: str) -> list[FrozenTrial]:
        """Those of a file's trials that the study does not have yet; each is marked with its place in the file."""
        known = self._study.get_trials(deepcopy=False)
        there = {tuple(trial.user_attrs[ADDED_KEY]) for trial in known if ADDED_KEY in trial.user_attrs}
        for place, trial in enumerate(made):
            trial.set_user_attr(ADDED_KEY, [sha256, place])
        return [trial for place, trial in enumerate(made) if (sha256, place) not in there]

    def _addition(self, source: str, before: int, n: int) -> dict[str, Any]:
        """A run of no searcher: trials of which nothing else is known."""
        described = {"searcher": f"added from {source}", "from_trial": before, "workers": 0}
        return {**self._run, **described, **_now(), "ended": RunEnd(EndKind.ALL_TRIALS, {"n_trials": n}).stored_text}

    def _fitting(self, source: str, number: int, params: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            return self.space.check(params)
        except InvalidInputError as error:
            raise InvalidInputError(f"{source}, trial {number} does not fit study {self.name!r}: {error}") from None

    def run(  # noqa: PLR0913 (what a user may say of a run)
        self,
        evaluate: Evaluate | Executor,
        n_trials: int,
        *,
        workers: int | None = None,
        stop: Stop | None = None,
        max_failures: int = 20,
        overlap: bool = True,
        on_trial: OnTrial | None = None,
    ) -> None:
        """Evaluate trials until the study has ``n_trials`` of them, those of earlier runs and other runners included.

        Lost trials do not count, and are tried again. An evaluation that raises, or a metric that is missing or not
        finite, fails its trial and the run goes on. Ctrl-C gives up the trial under way in this process; with workers
        it lets what runs be finished, and a second one gives it up. The same call goes on.

        Args:
            evaluate: from a configuration to its metrics: every objective by name, ``<objective>_se`` where known.
                Or an executor that has it, such as `paretune.execution.Pool`.
            n_trials: the study's total.
            workers: how many trials run side by side, each in a process of its own that is started once; by default
                they run in this process, one after another.
            stop: what may end the run before.
            max_failures: stop after so many failures in a row; trials outside the limits have run and do not count,
                neither do lost ones.
            overlap: where workers would wait for their suggestions noticeably, whether the next trial is asked for
                while they are busy. Without it one worker's search is that of this process, trial by trial.
            on_trial: called after each trial.

        Raises:
            TooManyFailuresError: see ``max_failures``.
            SpaceExhaustedError: a finite space has nothing left to try.
            WorkerError: a worker cannot be set up.
            DataError: the storage's file was removed or replaced meanwhile; what it held is copied.
        """
        n_trials, max_failures = _COUNT.check("n_trials", n_trials), _COUNT.check("max_failures", max_failures)
        stop = stop or Stop()
        stop.check(self.objectives)
        executor = self._executor(evaluate, workers)
        ledger = Ledger(self._study, self.space, self.objectives)  # each run signs with a name of its own
        self.sweep()  # a trial of a runner that died does not count
        before = self.n_counted()
        if before < n_trials:
            self._begun = self._begun or {**self._run, "from_trial": before, **_now()}
            self._signed.append(ledger.runner["run"])
            described = {"n_trials": n_trials, "workers": executor.n_slots, "signed": list(self._signed)}
            record.add_run(self._study, self._entry, {**self._begun, **described})
        search = Search(ledger, executor, Rules(n_trials, stop, max_failures, overlap), on_trial)
        try:
            search.run()
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                error.add_note(f"study {self.name!r}: all finished trials are kept; run again to go on")
            with suppress(optuna.exceptions.OptunaError), asking_once():
                record.end_run(self._study, self._entry, search.end)
            raise
        finally:
            self._ended = search.end
        record.end_run(self._study, self._entry, search.end)
        fold_in(self._study._storage)  # noqa: SLF001 (as it was opened)

    def _executor(self, evaluate: Evaluate | Executor, workers: int | None) -> Executor:
        if isinstance(evaluate, Executor):
            return evaluate
        if workers is None:
            return Inline(evaluate, self.objectives)
        places = slots(_COUNT.check("workers", workers))
        return Pool(partial(_given, evaluate), self.objectives, places, self.logs)

    @property
    def logs(self) -> Path:
        """The folder of the logs of trials that run in workers: beside an SQLite file, else in the current folder."""
        name = file_name(self.name)
        engine = sqlite_engine(self._study._storage)  # noqa: SLF001 (as it was opened)
        file = None if engine is None else engine.url.database
        return Path(f"{file}-{name}-logs" if file else f"{name}-logs").absolute()

    def n_counted(self) -> int:
        """How many trials count towards a budget: all but lost ones and those that wait to be tried again."""
        return self._ledger.n_counted()

    def sweep(self) -> int:
        """Give up trials whose runner is gone from this host, so that they are not pending for ever.

        Returns:
            How many became lost.
        """
        return self._ledger.give_up(is_abandoned, "its runner died", blame=True)


def _given(evaluate: Evaluate) -> Evaluate:
    """What a worker evaluates, where there is nothing to set up."""
    return evaluate


def _now() -> dict[str, Any]:
    return {"started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "environment": dict(_environment())}


@cache
def _environment() -> Mapping[str, str]:
    """The machine and the code of this process: what it writes meanwhile into its repository is no change of them."""
    return environment()


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as the storage gives them back."""
    try:
        plain: dict[str, Any] = json.loads(json.dumps(facts))
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"facts must be what JSON can hold: {error}") from error
    return plain
