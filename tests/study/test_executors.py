"""Tests of the executor and the log folder of a study's runs."""

import os

import optuna
import pytest

from paretune import Maximize, Minimize, Objectives
from paretune.errors import InvalidInputError
from paretune.execution import Inline, Pool
from paretune.study import open_storage
from paretune.study.executors import log_folder, make_executor
from trainings import return_process

pytestmark = pytest.mark.usefixtures("quiet_optuna")
OBJECTIVES = Objectives([Maximize("gain"), Minimize("process")])


def run(executor):
    with executor:
        executor.submit(0, {"x": 0.5})
        while not (finished := executor.wait(60.0)):
            pass
    return finished[0].outcome


def test_function_runs_in_this_process_without_workers(tmp_path):
    executor = make_executor(return_process, None, OBJECTIVES, tmp_path)
    assert isinstance(executor, Inline)
    assert run(executor).values == (0.5, os.getpid())


def test_function_runs_in_another_process_with_workers(tmp_path):
    executor = make_executor(return_process, 2, OBJECTIVES, tmp_path)
    assert isinstance(executor, Pool)
    assert executor.n_slots == 2
    gain, process = run(executor).values
    assert gain == 0.5
    assert process != os.getpid()


def test_executor_is_returned_unchanged(tmp_path):
    executor = Inline(return_process, OBJECTIVES)
    assert make_executor(executor, 2, OBJECTIVES, tmp_path) is executor


@pytest.mark.parametrize("workers", [0, 1.5, "2"])
def test_impossible_number_of_workers_is_refused(workers, tmp_path):
    with pytest.raises(InvalidInputError, match="workers must be"):
        make_executor(return_process, workers, OBJECTIVES, tmp_path)


def test_logs_are_next_to_an_sqlite_file(tmp_path):
    study = optuna.create_study(study_name="my study", storage=open_storage(tmp_path / "a.db"))
    folder = log_folder(study)
    assert folder.parent == tmp_path
    assert folder.name.startswith("a.db-my_study-")
    assert folder.name.endswith("-logs")


def test_logs_of_other_storages_are_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert log_folder(optuna.create_study(study_name="mine")) == tmp_path / "mine-logs"
