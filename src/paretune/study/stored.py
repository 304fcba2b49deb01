"""What is there of a study, to be looked at and not changed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import BaseStorage

from paretune.adapters.optuna.distributions import to_space
from paretune.adapters.optuna.history import trials_of
from paretune.adapters.optuna.sampler import shared_distributions
from paretune.errors import InvalidInputError
from paretune.study import record
from paretune.study.storage import find_study, open_storage
from paretune.trials import Trials


def facts_of(storage: BaseStorage, name: str) -> dict[str, Any] | None:
    """The facts that a stored study was made with; None where there is no study of that name yet."""
    if name not in optuna.get_all_study_names(storage):
        return None
    study = find_study(storage, name)
    return None if record.is_blank(study) else record.facts(study)


@dataclass(frozen=True)
class Stored:
    """A study as it stands in a storage, to be looked at.

    Args:
        name: the study's name.
        trials: what was tried.
        origin: where it came from, as `Study.origin`.
    """

    name: str
    trials: Trials
    origin: Mapping[str, Any]


def load(name: str, storage: str | Path | BaseStorage) -> Stored:
    """A stored study, also one of plain Optuna's: that one with the parameters that all of its trials share.

    Raises:
        StudyNotFoundError: there is none of that name.
        InvalidInputError: the storage cannot be opened, or a study of Optuna's has no parameters yet.
    """
    study = find_study(open_storage(storage, must_exist=True), name)
    space = record.space_of(study)
    if space is None:
        shared = shared_distributions(study.get_trials(deepcopy=False))
        if not shared:
            raise InvalidInputError(f"study {name!r} has no parameter that all of its trials share: nothing to look at")
        space = to_space(shared)
    return Stored(name, trials_of(study, space), record.origin(study))
