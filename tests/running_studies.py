"""Wait for a study that runs in another process."""

import time
from pathlib import Path

import optuna

from paretune.study import open_storage
from paretune.workloads.builtin.analytic import WORKLOAD


def wait_for_trials(n, name="analytic"):
    """Wait until a study of the current folder has ``n`` finished trials and evaluates the next one."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if Path("paretune.db").exists():
            try:
                trials = optuna.load_study(study_name=name, storage=open_storage("paretune.db")).trials
            except (KeyError, optuna.exceptions.StorageInternalError):
                trials = []
            if sum(t.state.is_finished() for t in trials) >= n and is_training(trials[-1]):
                return
        time.sleep(0.05)
    raise AssertionError(f"{n} trials were not finished in a minute")


def is_training(trial):
    """Whether a trial has its parameters and is not finished."""
    return not trial.state.is_finished() and len(trial.params) >= len(WORKLOAD.space) - 1
