"""Create a study in a storage, or resume the study of that name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from optuna.samplers import BaseSampler
from optuna.storages import BaseStorage

from paretune.objectives import Objectives
from paretune.space import Space
from paretune.study import record
from paretune.study.storage import open_storage
from paretune.study.trial_seeds import give_seeds


@dataclass(frozen=True)
class Definition:
    """What must be the same when a study is resumed.

    Args:
        space: the parameters.
        objectives: the objectives, with limits.
        facts: anything else, as `record.check_facts` returns it.
    """

    space: Space
    objectives: Objectives
    facts: Mapping[str, Any]


def create_or_resume(
    name: str,
    storage: str | Path | BaseStorage,
    definition: Definition,
    seed: int,
    make_sampler: Callable[[int], BaseSampler],
) -> optuna.Study:
    """Create a study, or resume the one of that name.

    Args:
        name: the study's name in the storage.
        storage: path of an SQLite file, an Optuna storage URL, or an open Optuna storage.
        definition: the space, the objectives and other facts.
        seed: of the search; the seeds of the trials of a new study depend on it.
        make_sampler: makes the sampler of a study that has so many trials.

    Returns:
        The Optuna study, with its sampler.

    Raises:
        StudyMismatchError: the storage has a study of that name with another definition.
    """
    sampler = make_sampler(0)  # first: what it refuses must not leave an empty study
    study = optuna.create_study(
        study_name=name,
        storage=open_storage(storage),
        directions=[o.goal for o in definition.objectives],
        sampler=sampler,
        load_if_exists=True,
    )
    if record.is_undefined(study):
        give_seeds(study, int(seed))
    record.create_or_check(study, definition.space, definition.objectives, definition.facts)
    study.sampler = make_sampler(len(study.get_trials(deepcopy=False)))
    return study
