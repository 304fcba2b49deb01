"""The only door to Optuna's internals: every private attribute, and every storage key of Optuna's, that Paretune uses.

Optuna may change them in any release. `tests/adapters/optuna/test_internals.py` exercises each one against the
installed Optuna, and its failures name what broke.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import BaseStorage
from optuna.trial import FrozenTrial, TrialState

_FIXED_PARAMS_KEY = "fixed_params"
_METRIC_NAMES_KEY = "study:metric_names"
_CONSTRAINTS_KEY = "constraints"
_CONSTRAINT_PREFIX = "constraints:"

# Optuna wraps a database storage in a cache, which calls these besides the methods of `BaseStorage`.
CACHED_STORAGE_METHODS = frozenset(
    {"_create_new_trial", "_get_trials", "_set_trial_param", "get_trial_id_from_study_id_trial_number"}
)


def study_storage(study: optuna.Study) -> BaseStorage:
    """The open storage of a study, since nothing public returns it."""
    return study._storage  # noqa: SLF001 (see the module)


def unwrapped_storage(storage: BaseStorage) -> BaseStorage:
    """The storage inside Optuna's cache, since only that one has the database's engine; itself without a cache."""
    return getattr(storage, "_backend", storage)


def study_user_attrs(study: optuna.Study) -> dict[str, Any]:
    """User attributes read from the storage: a pruner's filtered study (`HyperbandPruner`) has no `user_attrs`."""
    return study._storage.get_study_user_attrs(study._study_id)  # noqa: SLF001 (see the module)


def metric_names(study: optuna.Study) -> list[str]:
    """Metric names read from the storage, for the same reason; empty where none were set."""
    attributes = study._storage.get_study_system_attrs(study._study_id)  # noqa: SLF001 (see the module)
    return list(attributes.get(_METRIC_NAMES_KEY) or [])


def get_trial(study: optuna.Study, number: int) -> FrozenTrial:
    """One trial as it stands in the storage, since the public `Study.trials` reads them all.

    Raises:
        KeyError: there is no trial of that number.
    """
    return study._storage.get_trial(_trial_id(study, number))  # noqa: SLF001 (see the module)


def ask(study: optuna.Study, may_claim: Callable[[FrozenTrial], bool]) -> optuna.Trial:
    """The next trial, as `optuna.Study.ask`, which would claim any trial that waits.

    Args:
        study: the study.
        may_claim: which of the trials that wait may be claimed.
    """
    study._thread_local.cached_all_trials = None  # noqa: SLF001 (as `Study.ask`: the sampler reads the trials anew)
    claimed = claim_waiting_trial(study, may_claim)
    trial_id = study._storage.create_new_trial(study._study_id) if claimed is None else claimed._trial_id  # noqa: SLF001
    return optuna.Trial(study, trial_id)


def claim_waiting_trial(study: optuna.Study, may_claim: Callable[[FrozenTrial], bool]) -> FrozenTrial | None:
    """Claim the first trial that waits and may be claimed, without asking a sampler; None if there is none."""
    storage, study_id = study._storage, study._study_id  # noqa: SLF001 (see the module)
    for trial in storage.get_all_trials(study_id, deepcopy=False, states=(TrialState.WAITING,)):
        if may_claim(trial) and claim_waiting(study, trial):
            return storage.get_trial(trial._trial_id)  # noqa: SLF001
    return None


def claim_waiting(study: optuna.Study, trial: FrozenTrial) -> bool:
    """Let a trial that waits run; False if another process was faster."""
    with suppress(UpdateFinishedTrialError):
        return bool(study._storage.set_trial_state_values(trial._trial_id, TrialState.RUNNING))  # noqa: SLF001
    return False


def let_wait(study: optuna.Study, trial: FrozenTrial) -> None:
    """Let a running trial wait again: nothing public does."""
    study._storage.set_trial_state_values(trial._trial_id, TrialState.WAITING)  # noqa: SLF001 (see the module)


def set_trial_params(
    study: optuna.Study, trial: FrozenTrial, params: Mapping[str, tuple[Any, BaseDistribution]]
) -> None:
    """Set parameters of a running trial, each with its distribution, as `Trial.suggest_float` and others do."""
    for name, (value, distribution) in params.items():
        internal = distribution.to_internal_repr(value)
        study._storage.set_trial_param(trial._trial_id, name, internal, distribution)  # noqa: SLF001 (see the module)


def set_trial_user_attr(study: optuna.Study, number: int, key: str, value: Any) -> None:
    """Set a user attribute of a trial by its number, for the same reason.

    Raises:
        KeyError: there is no trial of that number.
    """
    study._storage.set_trial_user_attr(_trial_id(study, number), key, value)  # noqa: SLF001 (see the module)


def set_trial_system_attr(study: optuna.Study, trial: FrozenTrial | optuna.Trial, key: str, value: Any) -> None:
    """Set a system attribute of a trial, as Optuna's own samplers do: nothing public sets one."""
    study._storage.set_trial_system_attr(trial._trial_id, key, value)  # noqa: SLF001 (see the module)


def suggest_value(trial: optuna.Trial, name: str, distribution: BaseDistribution) -> Any:
    """Ask for a parameter by its distribution: `Study.ask` takes distributions, but no conditions between them."""
    return trial._suggest(name, distribution)  # noqa: SLF001 (see the module)


def fixed_params(trial: FrozenTrial) -> Mapping[str, Any]:
    """Parameters that a trial was enqueued with, which Optuna keeps in a system attribute; empty where it was not."""
    fixed: Mapping[str, Any] = trial.system_attrs.get(_FIXED_PARAMS_KEY, {})
    return fixed


def queue_attributes(params: Mapping[str, Any]) -> dict[str, Any]:
    """System attribute of a trial in the queue, as `Study.enqueue_trial` writes it."""
    return {_FIXED_PARAMS_KEY: dict(params)}


def was_enqueued(trial: FrozenTrial) -> bool:
    """Whether a trial waited in the queue, with parameters or without, which only that system attribute shows."""
    return _FIXED_PARAMS_KEY in trial.system_attrs


def listed_constraints(values: Sequence[float]) -> dict[str, Any]:
    """System attribute with constraints as a list: Optuna's older form, the only one that its dashboard shows."""
    return {_CONSTRAINTS_KEY: list(values)}


def constraint_attributes(constraints: Mapping[str, float]) -> dict[str, Any]:
    """System attributes of constraints by name, as `Trial.set_constraint` writes them, and of their list."""
    named = {f"{_CONSTRAINT_PREFIX}{name}": value for name, value in constraints.items()}
    return named | listed_constraints(list(constraints.values()))


def named_constraints(trial: FrozenTrial) -> dict[str, float]:
    """A trial's constraints by name; by place where only the list was set.

    `FrozenTrial.constraints` mixes both: where there are names, the list is a copy of them.
    """
    named = {k: v for k, v in trial.constraints.items() if f"{_CONSTRAINT_PREFIX}{k}" in trial.system_attrs}
    return named or trial.constraints


def _trial_id(study: optuna.Study, number: int) -> int:
    return study._storage.get_trial_id_from_study_id_trial_number(study._study_id, number)  # noqa: SLF001 (see the module)
