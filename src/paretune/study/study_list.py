"""A list of the studies of a storage: their state, trials, objectives and last activity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import BaseStorage
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.history import without_dropped
from paretune.adapters.optuna.internals import metric_names, named_constraints
from paretune.adapters.optuna.keys import OBJECTIVES_KEY, REASON_KEY
from paretune.study import record
from paretune.study.storage import open_storage
from paretune.study.trial_status import is_abandoned


@dataclass(frozen=True)
class ListedStudy:
    """A study in a list.

    Args:
        name: its name.
        state: ``running``, ``ended``, or ``new`` (without a trial).
        counts: number of trials that are ``complete``, ``failed``, ``stopped``, ``running`` and ``waiting``. A lost
            trial does not count.
        n_trials: total of the last run; None if there was none.
        objectives: goal and name of each.
        workload: name of the workload; empty if it has none.
        last_activity: when a trial began or ended last; None without a trial.
        ended: why the last run ended; empty if that is not known.
    """

    name: str
    state: str
    counts: dict[str, int]
    n_trials: int | None
    objectives: tuple[str, ...]
    workload: str
    last_activity: datetime | None
    ended: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON; the time has its offset from UTC."""
        moment = None if self.last_activity is None else self.last_activity.astimezone().isoformat(timespec="seconds")
        return {**vars(self), "objectives": list(self.objectives), "last_activity": moment}


def list_studies(storage: str | Path | BaseStorage) -> list[ListedStudy]:
    """Return the studies of a storage, the one with the latest activity first.

    Raises:
        InvalidInputError: the storage cannot be opened.
    """
    opened = open_storage(storage, must_exist=True)
    listed = [list_study(optuna.load_study(study_name=name, storage=opened)) for name in _names(opened)]
    return sorted(listed, key=lambda study: study.last_activity or datetime.min, reverse=True)


def _names(storage: BaseStorage) -> list[str]:
    return optuna.get_all_study_names(storage)


def list_study(study: optuna.Study) -> ListedStudy:
    """Describe one study of a list."""
    trials = without_dropped(study, study.get_trials(deepcopy=False))
    last = (record.runs(study) or [{}])[-1]
    counts = {
        "complete": sum(t.state == TrialState.COMPLETE and not _is_outside(t) for t in trials),
        "failed": sum(_has_failed(t) for t in trials),
        "stopped": sum(t.state == TrialState.PRUNED for t in trials),
        "running": sum(t.state == TrialState.RUNNING and not is_abandoned(t) for t in trials),
        "waiting": sum(t.state == TrialState.WAITING for t in trials),
    }
    state = "running" if counts["running"] else "ended" if trials else "new"
    moments = [moment for t in trials for moment in (t.datetime_start, t.datetime_complete) if moment is not None]
    return ListedStudy(
        study.study_name,
        state,
        counts,
        last.get("n_trials"),
        tuple(_objectives(study)),
        str(record.facts(study).get("workload") or ""),
        max(moments, default=None),
        str(last.get("ended", "")),
    )


def _objectives(study: optuna.Study) -> Sequence[str]:
    described = study.user_attrs.get(OBJECTIVES_KEY)
    names = (
        list(described)
        if described
        else metric_names(study) or [f"objective_{i}" for i in range(len(study.directions))]
    )
    return [f"{goal.name.lower()} {name}" for goal, name in zip(study.directions, names, strict=False)]


def _is_outside(trial: FrozenTrial) -> bool:
    return any(value > 0 for value in named_constraints(trial).values())


def _has_failed(trial: FrozenTrial) -> bool:
    if trial.state == TrialState.COMPLETE:
        return _is_outside(trial)
    return trial.state == TrialState.FAIL and trial.user_attrs.get(REASON_KEY) != "lost"
