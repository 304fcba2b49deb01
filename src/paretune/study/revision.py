"""The revision of a stored study: what changes when the study does."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass

import optuna
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.attributes import is_queued
from paretune.adapters.optuna.keys import HEARTBEAT_KEY, STEPS_KEY


@dataclass(frozen=True)
class Revision:
    """What changes when a study does.

    Args:
        n_trials: number of trials, waiting ones included.
        n_finished: number of trials that have ended.
        n_waiting: number of trials in the queue.
        n_steps: number of stored steps of running trials.
        settings: checksum of the study's settings and requests to stop.
    """

    n_trials: int
    n_finished: int
    n_waiting: int
    n_steps: int
    settings: int

    def __str__(self) -> str:
        """The revision as an id of an event."""
        return f"{self.n_finished}.{self.n_trials}.{self.n_waiting}.{self.n_steps}.{self.settings:x}"


def read_revision(study: optuna.Study) -> Revision:
    """Read the present revision of a study; cheap."""
    trials = study.get_trials(deepcopy=False)
    finished = sum(trial.state.is_finished() for trial in trials)
    waiting = sum(map(is_queued, trials))
    steps = sum(_n_steps(trial) for trial in trials if trial.state == TrialState.RUNNING)
    settings = {k: v for k, v in study.user_attrs.items() if not k.startswith(HEARTBEAT_KEY)}
    checksum = zlib.crc32(json.dumps(settings, sort_keys=True).encode())  # the same in every process
    return Revision(len(trials), finished, waiting, steps, checksum)


def _n_steps(trial: FrozenTrial) -> int:
    steps = trial.user_attrs.get(STEPS_KEY)
    return int(steps[-1].get("step", 0)) + len(steps) if isinstance(steps, list) and steps else 0
