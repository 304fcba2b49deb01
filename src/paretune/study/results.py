"""What a study knows: its trials, its front, where they come from, and what runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import optuna

from paretune import pareto
from paretune.adapters.optuna.history import read_trials
from paretune.engine.recommend import Recommendation, recommend
from paretune.objectives import Objectives
from paretune.space import Space
from paretune.study import record
from paretune.study.activity import Activity, activity_of
from paretune.study.executors import folder_beside_storage, log_folder
from paretune.study.study_view import StudyView, view_of
from paretune.trials import Trials
from paretune.workloads.proposals import Proposals

if TYPE_CHECKING:
    from paretune.plots import StudyPlots


class StudyResults:
    """The part of a `Study` that reads."""

    space: Space
    objectives: Objectives
    name: str
    _study: optuna.Study

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

    def view(self, number: int | None = None) -> StudyView:
        """The study as it is now, with all that is known of each trial; of one trial only, where a number is given."""
        return view_of(self._study, self.space, self.objectives, number)

    def front(self) -> Trials:
        """The complete trials that no other dominates."""
        return pareto.efficient_trials(self.trials)

    def recommend(self) -> Recommendation:
        """The configurations to use: the front that the models expect without noise (`paretune.recommend`)."""
        return recommend(self.trials)

    @property
    def plot(self) -> StudyPlots:
        """The pictures of the trials so far, as Matplotlib axes: ``study.plot.front()``."""
        from paretune.plots import StudyPlots  # noqa: PLC0415 (a run needs no pictures)

        return StudyPlots(self.trials)

    def _repr_html_(self) -> str:
        """Show the study in a notebook: its front as a picture and a table."""
        from paretune.study.notebook import study_html  # noqa: PLC0415 (a run needs no pictures)

        return study_html(self.name, self.trials)

    @property
    def proposals(self) -> Proposals | None:
        """What a search of its workload before the first trial has found; None without one."""
        return record.read_proposals(self._study)

    @property
    def proposal_folder(self) -> Path:
        """The folder for what such a search saves: next to an SQLite file, else in the current folder."""
        return folder_beside_storage(self._study, "proposals")

    @property
    def logs(self) -> Path:
        """The folder for the logs of trials in workers: next to an SQLite file, else in the current folder."""
        return log_folder(self._study)
