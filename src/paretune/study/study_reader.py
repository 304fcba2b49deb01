"""A stored study to read from, by any number of threads."""

from __future__ import annotations

from collections.abc import Sequence

import optuna
from optuna.storages import BaseStorage
from optuna.trial import FrozenTrial

from paretune.adapters.optuna.history import read_objectives, read_trials
from paretune.adapters.optuna.internals import get_trial, study_storage
from paretune.adapters.optuna.keys import ASK_KEY, TELL_KEY
from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.space import Space
from paretune.study import record
from paretune.study.activity import Activity, activity_of
from paretune.study.asked_trial import AskedTrial
from paretune.study.hosted_run import HostedRun, read_run
from paretune.study.revision import Revision, read_revision
from paretune.study.storage import find_study
from paretune.study.study_list import ListedStudy, list_study
from paretune.study.study_view import REFIT_OF, StudyView, load, view_of
from paretune.study.trial_status import counts_towards_budget
from paretune.trials import Trials


class StudyReader:
    """What a service reads of a stored study. All methods may be called from any thread.

    Args:
        name: the study's name.
        storage: the storage to read from.

    Raises:
        StudyNotFoundError: no study has that name.
    """

    def __init__(self, name: str, storage: BaseStorage) -> None:
        self.name = name
        self._reader = find_study(storage, name)
        self._found_space: Space | None = None
        self._viewed: tuple[Revision, StudyView] | None = None

    @property
    def _space(self) -> Space | None:
        if self._found_space is None:  # a study that is being made has none yet
            self._found_space = record.space_of(self._reader)
        return self._found_space

    @property
    def is_writable(self) -> bool:
        """Whether Paretune made the study, so that it knows its space; a study of plain Optuna can only be watched."""
        return self._space is not None

    @property
    def space(self) -> Space:
        """The parameters.

        Raises:
            InvalidInputError: the study is one of plain Optuna.
        """
        if self._space is None:
            raise InvalidInputError(f"study {self.name!r} was not made by Paretune: it can be watched, but not changed")
        return self._space

    @property
    def reader(self) -> optuna.Study:
        """The study in Optuna, to read from."""
        return self._reader

    @property
    def workload(self) -> str:
        """The name of the workload that it was made for; empty without one."""
        return str(record.facts(self._reader).get("workload") or "")

    @property
    def refit_of(self) -> str:
        """The name of the study that it trains again; empty for a search."""
        return str(record.facts(self._reader).get(REFIT_OF) or "")

    @property
    def objectives(self) -> Objectives:
        """The objectives, with their present limits."""
        return read_objectives(self._reader)

    @property
    def run(self) -> HostedRun | None:
        """The run of a service; None before the first."""
        return read_run(self._reader)

    def revision(self) -> Revision:
        """The present revision; cheap."""
        return read_revision(self._reader)

    def view(self) -> StudyView:
        """The study with all that is known of its trials; computed once for each revision.

        Raises:
            InvalidInputError: the study is one of plain Optuna, and its trials share no parameter.
        """
        revision = self.revision()
        if self._viewed is None or self._viewed[0] != revision:
            known = self.stored_trials()
            view = (
                load(self.name, study_storage(self._reader))
                if self._space is None
                else view_of(self._reader, self._space, self.objectives, known=known)
            )
            self._viewed = revision, view
        return self._viewed[1]

    def view_some(self, after: int, limit: int) -> StudyView:
        """The study with the trials that follow a number, at most ``limit`` of them; quick in a long study."""
        if self._space is None:
            return self.view()
        known = [trial for trial in self.stored_trials() if trial.number > after][:limit]
        return view_of(self._reader, self._space, self.objectives, known=known)

    def view_one(self, number: int) -> StudyView:
        """The study with one trial.

        Raises:
            KeyError: there is no trial of that number.
        """
        return self.view() if self._space is None else view_of(self._reader, self._space, self.objectives, number)

    def trial(self, number: int) -> FrozenTrial:
        """One trial as it is stored.

        Raises:
            KeyError: there is no trial of that number.
        """
        return get_trial(self._reader, number)

    def stored_trials(self) -> Sequence[FrozenTrial]:
        """All trials as they are stored."""
        return self._reader.get_trials(deepcopy=False)

    def listed(self) -> ListedStudy:
        """The study in a list of studies: its state and counts."""
        return list_study(self._reader)

    def activity(self) -> Activity:
        """What runs, how fast, and how long it will take."""
        return activity_of(self._reader)

    def trials_to_learn_from(self) -> Trials:
        """The trials as a searcher gets them."""
        return read_trials(self._reader, self.space, self.objectives, skip=-1, with_pruned=True)

    def n_left(self) -> int | None:
        """How many more trials the run may begin; None without a limit."""
        run = self.run
        if run is None or run.n_trials is None:
            return None
        return max(0, run.n_trials - sum(map(counts_towards_budget, self.stored_trials())))

    def find_asked(self, request: str) -> AskedTrial | None:
        """The trial that a request with this idempotency key asked for; None without one."""
        found = [trial for trial in self.stored_trials() if request and trial.user_attrs.get(ASK_KEY) == request]
        return AskedTrial(found[0].number, dict(found[0].params)) if found else None

    def find_told(self, request: str) -> list[int]:
        """The numbers of the trials that a request with this idempotency key told or added."""
        return [trial.number for trial in self.stored_trials() if was_told_by(trial, request)]

    def is_random_search_of(self, space: Space, objectives: Objectives) -> bool:
        """Whether all trials of this study were drawn at random from a space, for the same objectives."""
        if self._space is None or self._space.to_dict() != space.to_dict() or self.objectives != objectives:
            return False
        searchers = {run["searcher"] for run in record.runs(self._reader)}
        return searchers == {"random"}


def was_told_by(trial: FrozenTrial, request: str) -> bool:
    """Whether a trial's outcome came with the request of this idempotency key."""
    return bool(request) and trial.user_attrs.get(TELL_KEY) == request
