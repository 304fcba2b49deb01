"""Tests of trials that are paused, interrupted and gone on with from their checkpoints."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from functools import partial

import optuna
import pytest
from optuna.trial import TrialState

from paretune import Float, Minimize, Study
from paretune.errors import InvalidInputError
from paretune.evaluation.checkpoint import checkpoint_bytes
from paretune.schedulers import Action, Decision
from paretune.study import checkpoints

pytestmark = pytest.mark.usefixtures("quiet_optuna")
OBJECTIVES = [Minimize("error"), Minimize("size")]
LENGTH = 9


class PauseOdd:
    """Pauses each trial with an odd number at step 3, and lets it go on once four trials are there."""

    max_resource = LENGTH

    def is_due(self, last_step, decided_at):
        return decided_at < 3 <= last_step

    def decide(self, trials, number, decided_at=None):  # noqa: ARG002 (the contract)
        return Decision(Action.STOP if number % 2 else Action.GO_ON, "odd")

    def pause_step(self, number, last_step):  # noqa: ARG002 (the contract)
        return None

    def promoted(self, trials, paused):
        return sorted(paused) if len(trials) >= 4 else []


class PauseForEver(PauseOdd):
    def promoted(self, trials, paused):  # noqa: ARG002 (the contract)
        return []


def read(path):
    return json.loads(path.read_text())


def train(params, report, checkpoint, steps=None, at_step=lambda: None):
    """A training of nine steps that notes each step that it takes."""
    total = checkpoint.load(read) or {"step": 0, "sum": 0.0}
    while total["step"] < LENGTH:
        step = total["step"] + 1
        total = {"step": step, "sum": total["sum"] + params["x"] / step}
        if steps is not None:
            steps.append((params["x"], step))
        goes_on = report(step, {"error": total["sum"], "size": 1 - params["x"]})
        checkpoint.save(lambda path: path.write_text(json.dumps(total)))  # noqa: B023 (written at once)
        at_step()
        if not goes_on:
            break
    return {"error": total["sum"], "size": 1 - params["x"]}


def open_study(storage=None):
    storage = optuna.storages.InMemoryStorage() if storage is None else storage
    return Study({"x": Float(0.0, 1.0)}, OBJECTIVES, storage=storage, searcher="random")


def stored_trials(study):
    return study._study.get_trials(deepcopy=False)


def test_paused_trial_goes_on_from_its_checkpoint_and_ends_as_in_one_go(tmp_path):
    study, steps = open_study(), []
    study.run(partial(train, steps=steps), 4, scheduler=PauseOdd(), checkpoints=tmp_path / "saved")
    whole = open_study()
    whole.run(train, 4, checkpoints=tmp_path / "whole")
    assert study.trials.is_complete.all()
    assert study.trials.losses.tolist() == whole.trials.losses.tolist()
    assert study.trials.curves.last_steps == whole.trials.curves.last_steps
    assert len(steps) == len(set(steps)) == 4 * LENGTH
    assert not (tmp_path / "saved").exists()


def test_paused_trial_keeps_its_checkpoint_is_stopped_in_the_table_and_goes_on_in_a_later_run(tmp_path):
    storage, steps = optuna.storages.InMemoryStorage(), []
    study = open_study(storage)
    study.run(partial(train, steps=steps), 3, scheduler=PauseForEver(), checkpoints=tmp_path)
    assert study.trials.states.tolist() == ["complete", "stopped", "complete"]
    assert [trial.state for trial in stored_trials(study)][1] == TrialState.WAITING
    assert [path.name for path in tmp_path.iterdir()] == ["1"]
    assert study.activity.n_paused == 1
    assert study.activity.checkpoint_bytes == checkpoints.size(stored_trials(study)) == checkpoint_bytes(tmp_path) > 0
    assert study.n_counted() == 3
    again = open_study(storage)
    again.run(partial(train, steps=steps), 4, scheduler=PauseOdd(), checkpoints=tmp_path)
    assert again.trials.is_complete.all()
    assert len(steps) == len(set(steps)) == 4 * LENGTH


def test_trial_without_a_checkpoint_is_stopped_instead_of_paused(tmp_path):
    study = open_study()
    study.run(
        lambda params, report: train(params, report, NoCheckpoint()), 4, scheduler=PauseOdd(), checkpoints=tmp_path
    )
    assert study.trials.states.tolist() == ["complete", "stopped"] * 2
    assert [trial.state for trial in stored_trials(study)][1] == TrialState.PRUNED


def test_trial_that_reports_another_step_before_it_pauses_is_paused(tmp_path):
    asked = []

    def train_late(params, report, checkpoint):
        def report_late(step, metrics):
            goes_on = report(step, metrics)
            asked.append(not goes_on)
            return goes_on or len(asked) < 2 or not asked[-2]

        return train(params, report_late, checkpoint)

    study = open_study()
    study.run(train_late, 2, scheduler=PauseForEver(), checkpoints=tmp_path)
    assert study.trials.states.tolist() == ["complete", "stopped"]
    assert study.trials.curves.last_steps == {0: LENGTH, 1: 4}
    assert study.activity.n_paused == 1


class NoCheckpoint:
    def load(self, _read):
        return None

    def save(self, _write):
        return False


def test_interrupted_trial_goes_on_in_the_next_run_and_nothing_is_trained_twice(tmp_path):
    storage, steps = optuna.storages.InMemoryStorage(), []

    def interrupt():
        if len(steps) == 2 * LENGTH + 4:
            raise KeyboardInterrupt

    study = open_study(storage)
    with pytest.raises(KeyboardInterrupt):
        study.run(partial(train, steps=steps, at_step=interrupt), 4, checkpoints=tmp_path)
    assert [trial.state for trial in stored_trials(study)] == [TrialState.COMPLETE] * 2 + [TrialState.WAITING]
    assert study.trials.states.tolist()[2] == "pending"
    again = open_study(storage)
    again.run(partial(train, steps=steps), 4, checkpoints=tmp_path)
    assert again.trials.is_complete.all()
    assert len(again.trials) == 4
    assert len(steps) == len(set(steps)) == 4 * LENGTH


def test_damaged_checkpoint_is_trained_from_the_start_and_said(tmp_path, caplog):
    storage, steps = optuna.storages.InMemoryStorage(), []
    open_study(storage).run(partial(train, steps=steps), 2, scheduler=PauseForEver(), checkpoints=tmp_path)
    (tmp_path / "1" / "state").write_text('{"step": 3, "su')
    again = open_study(storage)
    with caplog.at_level(logging.WARNING, "paretune"):
        again.run(partial(train, steps=steps), 4, scheduler=PauseOdd(), checkpoints=tmp_path)
    assert again.trials.is_complete.all()
    assert len(steps) == 4 * LENGTH + 3
    assert "trial 1: its checkpoint is damaged, so it is trained again from the start" in "\n".join(caplog.messages)


def test_folder_that_cannot_be_written_is_refused_before_the_first_trial(tmp_path):
    (tmp_path / "file").write_text("")
    study = open_study()
    with pytest.raises(InvalidInputError, match=r"checkpoints cannot be saved in .*file/saved: .* is a file"):
        study.run(train, 2, checkpoints=tmp_path / "file" / "saved")
    assert len(study.trials) == 0


def test_checkpoints_of_trials_that_have_ended_are_deleted_by_the_next_run(tmp_path):
    study = open_study()
    study.run(train, 1, checkpoints=tmp_path)
    (tmp_path / "0").mkdir(parents=True)
    (tmp_path / "0" / "state").write_text("{}")
    study.run(train, 2, checkpoints=tmp_path)
    assert not (tmp_path / "0").exists()


KILLED = """
import sys, time
from functools import partial
sys.path[:0] = {paths!r}
import test_checkpoints as here
study = here.open_study({file!r})
slow = partial(here.train, at_step=lambda: time.sleep(0.1))
study.run(slow, 3, checkpoints={folder!r})
"""


@pytest.mark.end_to_end
def test_killed_run_goes_on_from_its_last_checkpoint(tmp_path):
    file, folder = tmp_path / "study.db", tmp_path / "saved"
    paths = [str(os.path.dirname(__file__)), *sys.path]  # noqa: PTH120 (for the other process)
    code = KILLED.format(paths=paths, file=str(file), folder=str(folder))
    process = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not (folder / "1" / "state").exists():
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    saved, steps, study = read(folder / "1" / "state")["step"], [], open_study(file)
    study.run(partial(train, steps=steps), 3, checkpoints=folder)
    assert study.trials.is_complete.all()
    assert len(study.trials) == 3
    assert len(steps) == 2 * LENGTH - saved
