"""The stored trials of a population: who they are, their copies, and the checkpoints that copies begin with."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna import internals
from paretune.adapters.optuna.attributes import birth, is_paused, is_queued, last_step, planned_params, read_mapping
from paretune.adapters.optuna.distributions import to_distribution
from paretune.adapters.optuna.keys import (
    ADDED_KEY,
    CHECKPOINT_KEY,
    CONFIRMS_KEY,
    PARENT_KEY,
    RELEASED_KEY,
    RUNNER_KEY,
    SEED_KEY,
    STEPS_KEY,
    STOPPED_KEY,
    SUGGESTED_KEY,
    WHERE_KEY,
)
from paretune.adapters.optuna.scheduler_trials import read_scheduler_trials
from paretune.adapters.optuna.transactions import create_trials
from paretune.errors import DataError
from paretune.evaluation.checkpoint import copy_checkpoint
from paretune.evaluation.contract import STEP
from paretune.evaluation.outcome import Outcome
from paretune.schedulers.members import Members
from paretune.searchers.population import PopulationSearch
from paretune.study import waiting_trials
from paretune.study.ledger import Ledger
from paretune.study.retry import retry_call
from paretune.study.trial_status import counts_towards_budget
from paretune.trials import Curves
from paretune.trials.birth import Birth

_EXPLORES = 1  # distinguishes these draws from those of parents


class PopulationTrials:
    """The members of a population in the storage.

    Args:
        ledger: the study's trials.
        search: how copies change their parameters.
        seed: of these changes.
    """

    def __init__(self, ledger: Ledger, search: PopulationSearch, seed: int) -> None:
        self._ledger, self._study, self._search, self._seed = ledger, ledger.study, search, seed

    def members(self) -> Members:
        """Read the members. Trials that were imported, or confirm others, are none."""
        stored = self._stored()
        births = {trial.number: found for trial in stored if (found := birth(trial)) is not None}
        released = {trial.number: read_mapping(trial, RELEASED_KEY).get("step", 0) for trial in stored}
        paused = frozenset(trial.number for trial in stored if is_paused(trial))
        trials = read_scheduler_trials(stored, self._ledger.objectives, Curves.empty())
        return Members(trials, paused, births, {number: step for number, step in released.items() if step})

    def _stored(self) -> list[FrozenTrial]:
        others = {ADDED_KEY, CONFIRMS_KEY}
        return [t for t in self._ledger.stored_trials() if not is_queued(t) and not others & t.user_attrs.keys()]

    def create_copy(self, parent: int, replaced: int, step: int) -> None:
        """Create the trial that replaces a member, unless there is one: it waits with a copy of a checkpoint.

        Args:
            parent: the number of the member that is copied.
            replaced: the number of the member that is replaced.
            step: the boundary.
        """
        births = [birth(trial) for trial in self._stored() if counts_towards_budget(trial)]
        if any(found is not None and found.replaced == replaced for found in births):
            return
        trial = internals.get_trial(self._study, parent)
        source = waiting_trials.checkpoint_folder(trial)
        if source is None:
            return
        released = read_mapping(trial, RELEASED_KEY)
        last = released["last"] if released.get("step") == step else last_step(trial)
        saved = _saved_copy(source, parent, step)
        folder = source.with_name(f"{replaced}-replaced-at-{step}")
        _copy(saved if saved.is_dir() else source, folder, parent)
        template = self._template(trial, Birth(parent, last, replaced), folder, step)
        retry_call(lambda: create_trials(self._study, [template]))

    def _template(self, parent: FrozenTrial, begun: Birth, folder: Path, step: int) -> FrozenTrial:
        rng = np.random.default_rng([self._seed, step, begun.replaced, _EXPLORES])
        space = self._ledger.space
        params = self._search.explore(space.check(planned_params(parent)), space, rng)
        seeds = {SEED_KEY: parent.user_attrs[SEED_KEY]} if SEED_KEY in parent.user_attrs else {}
        attributes: dict[str, Any] = {
            PARENT_KEY: begun.to_dict(),
            STEPS_KEY: [each for each in parent.user_attrs.get(STEPS_KEY, ()) if each[STEP] <= begun.step],
            CHECKPOINT_KEY: str(folder),
            WHERE_KEY: {},  # a trial that waits without it was never started
            RUNNER_KEY: {},
            **seeds,
        }
        return optuna.trial.create_trial(
            state=TrialState.WAITING,
            params=params,
            distributions={name: to_distribution(space[name]) for name in params},
            user_attrs=attributes,
            system_attrs={SUGGESTED_KEY: params},
        )

    def stop(self, number: int, parent: int, step: int) -> None:
        """End a member that waits as stopped; nothing happens if it has ended."""
        trial = internals.get_trial(self._study, number)
        if not is_paused(trial):
            return
        reason = f"one of the worst members at step {step}: a copy of trial {parent} is in its place"
        internals.set_trial_user_attr(self._study, number, STOPPED_KEY, reason)
        if internals.claim_waiting(self._study, trial):
            self._ledger.tell(number, Outcome(has_stopped=True, stop_reason=reason))

    def release(self, numbers: Iterable[int], step: int | None) -> None:
        """Let members go on from a boundary, or from between two."""
        for number in numbers:
            trial = internals.get_trial(self._study, number)
            if is_paused(trial):
                waiting_trials.release(self._study, trial, step)

    def save_copies(self, numbers: Sequence[int], step: int) -> None:
        """Copy the checkpoints of members that go on before it is known whether they are parents."""
        for number in numbers:
            source = waiting_trials.checkpoint_folder(internals.get_trial(self._study, number))
            if source is not None and not _saved_copy(source, number, step).is_dir():
                _copy(source, _saved_copy(source, number, step), number)

    def delete_copies(self, step: int) -> None:
        """Delete what `save_copies` saved at a boundary."""
        for trial in self._stored():
            source = waiting_trials.checkpoint_folder(trial)
            if source is not None and RELEASED_KEY in trial.user_attrs:
                shutil.rmtree(_saved_copy(source, trial.number, step), ignore_errors=True)


def _copy(source: Path, target: Path, number: int) -> None:
    """Copy a checkpoint.

    Raises:
        DataError: it cannot be copied.
    """
    try:
        copy_checkpoint(source, target)
    except OSError as error:
        cause = error.strerror or error
        raise DataError(
            f"the checkpoint of trial {number} cannot be copied to {target} ({cause}): mend that, and run again"
        ) from error


def _saved_copy(source: Path, number: int, step: int) -> Path:
    return source.with_name(f"{number}-at-{step}")
