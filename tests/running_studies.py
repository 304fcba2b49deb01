"""Wait for a study that runs in another process."""

from contextlib import suppress
from pathlib import Path

import optuna

from paretune.study import open_storage
from paretune.workloads.builtin.analytic import WORKLOAD
from process_checks import wait_until


def wait_for_trials(n, name="analytic"):
    """Wait until a study of the current folder has ``n`` finished trials and evaluates the next one."""
    opened = []

    def is_there():
        if not opened and Path("paretune.db").exists():
            with suppress(KeyError, optuna.exceptions.StorageInternalError):  # not yet
                opened.append(optuna.load_study(study_name=name, storage=open_storage("paretune.db")))
        trials = opened[0].get_trials(deepcopy=False) if opened else []
        return sum(trial.state.is_finished() for trial in trials) >= n and is_training(trials[-1])

    wait_until(is_there, f"{n} trials are finished")


def is_training(trial):
    """Whether a trial has its parameters and is not finished."""
    return not trial.state.is_finished() and len(trial.params) >= len(WORKLOAD.space) - 1
