"""Trials that wait with a checkpoint: paused by a scheduler, or interrupted together with their run.

In the storage such a trial is WAITING, as one in the queue, but it was started before. A user attribute has the reason
of a scheduler's pause. Claiming the trial is one atomic step of the storage, so that only one process goes on with it.
An older version of Paretune, or plain Optuna, would train it from the start.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna import internals
from paretune.adapters.optuna.attributes import is_interrupted, is_paused, last_step, planned_params
from paretune.adapters.optuna.keys import (
    CHECKPOINT_KEY,
    CONFIRMS_KEY,
    INSTEAD_OF_KEY,
    KNOWN_KEY,
    LOST_AT_KEY,
    N_LOST_KEY,
    PARENT_KEY,
    PAUSED_KEY,
    RELEASED_KEY,
    RUNNER_KEY,
    SEED_KEY,
    STOPPED_KEY,
)
from paretune.evaluation.checkpoint import has_checkpoint
from paretune.space import Space

_REPEATED_KEYS = (SEED_KEY, CONFIRMS_KEY, KNOWN_KEY)  # of a lost trial, which its repetition has, too


def checkpoint_folder(trial: FrozenTrial) -> Path | None:
    """The folder that a trial's training saves to; None if it has none."""
    folder = trial.user_attrs.get(CHECKPOINT_KEY)
    return Path(folder) if isinstance(folder, str) and folder else None


def can_go_on(trial: FrozenTrial) -> bool:
    """Whether this machine has a checkpoint of a trial."""
    return has_checkpoint(checkpoint_folder(trial))


def pause(study: optuna.Study, trial: FrozenTrial, reason: str) -> None:
    """Let a running trial wait until a scheduler lets it go on."""
    _set(study, trial, PAUSED_KEY, reason)
    _wait(study, trial)


def repeat(study: optuna.Study, trial: FrozenTrial, space: Space, n_lost: int) -> None:
    """Put the configuration of a lost trial in the queue, if the space has it still.

    A member of a population that began as a copy cannot begin at the start, so it is not repeated.
    """
    params, attributes = planned_params(trial), trial.user_attrs
    if not space.contains(params) or PARENT_KEY in attributes:
        return
    shared = {key: attributes[key] for key in _REPEATED_KEYS if key in attributes}
    study.enqueue_trial(space.check(params), user_attrs={N_LOST_KEY: n_lost, INSTEAD_OF_KEY: trial.number, **shared})


def interrupt(study: optuna.Study, trial: FrozenTrial, n_lost: int) -> None:
    """Let a running trial of an interrupted run wait for any run; a paused one stays paused."""
    _set(study, trial, N_LOST_KEY, n_lost)
    _set(study, trial, LOST_AT_KEY, last_step(trial))
    _wait(study, trial)


def release(study: optuna.Study, trial: FrozenTrial, step: int | None = None) -> None:
    """Let a paused trial go on with the next free slot of any run.

    Args:
        study: the study.
        trial: the trial.
        step: the boundary at which a member of a population waited; None if it waited elsewhere.
    """
    if step is not None:
        _set(study, trial, RELEASED_KEY, {"step": step, "last": last_step(trial)})
    _set(study, trial, PAUSED_KEY, "")


def count_losses(trial: FrozenTrial, *, is_suspect: bool) -> int:
    """How often in a row a trial was lost without a new step, this time included.

    Only a trial that went on from a checkpoint can have a new step: one that began again reports its steps again.

    Args:
        trial: the trial.
        is_suspect: whether its configuration may be the cause.
    """
    has_advanced = last_step(trial) > trial.user_attrs.get(LOST_AT_KEY, math.inf)
    return (0 if has_advanced else int(trial.user_attrs.get(N_LOST_KEY, 0))) + is_suspect


def claim(study: optuna.Study, runner: dict[str, Any], promoted: Sequence[int] = ()) -> FrozenTrial | None:
    """Claim a trial that waits with a checkpoint: an interrupted one first, then those that a scheduler lets go on.

    Args:
        study: the study.
        runner: the process that claims it.
        promoted: the numbers of paused trials that may go on, the best first.

    Returns:
        The trial as it was before; None if there is none.
    """
    waiting = study.get_trials(deepcopy=False, states=(TrialState.WAITING,))
    paused = {trial.number: trial for trial in waiting if is_paused(trial)}
    for trial in [*filter(is_interrupted, waiting), *(paused[number] for number in promoted if number in paused)]:
        if internals.claim_waiting(study, trial):
            _set(study, trial, RUNNER_KEY, runner)
            _set(study, trial, PAUSED_KEY, "")
            if trial.user_attrs.get(STOPPED_KEY):  # asked to stop before it had saved anything
                _set(study, trial, STOPPED_KEY, "")
            return trial
    return None


def _wait(study: optuna.Study, trial: FrozenTrial) -> None:
    _set(study, trial, RUNNER_KEY, {})
    internals.let_wait(study, trial)


def _set(study: optuna.Study, trial: FrozenTrial, key: str, value: Any) -> None:
    internals.set_trial_user_attr(study, trial.number, key, value)
