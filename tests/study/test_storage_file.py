"""Tests of a storage file that is removed or replaced during a run: the run ends, and the trials are saved."""

import re
import shutil
from pathlib import Path

import optuna
import pytest

from paretune import Float, Minimize, Study
from paretune.errors import DataError
from paretune.study import load
from paretune.study.storage_file import StorageFile


def search(storage, n_trials, before=str):
    """Run a search that calls ``before`` with the number of each trial."""
    study, tried = Study({"x": Float(0, 1)}, [Minimize("loss")], storage=storage, searcher="random"), []

    def train(params):
        before(len(tried))
        tried.append(params["x"])
        return {"loss": params["x"]}

    study.run(train, n_trials)


def remove(file):
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()


def replace(file):
    remove(file)
    search(file, 1)


@pytest.mark.parametrize("change", [remove, replace])
def test_trials_of_a_removed_file_are_saved_in_a_copy_to_resume_from(database, change):
    with pytest.raises(DataError, match=r"a.db was removed or replaced while this ran: its content is in") as raised:
        search(database, 6, lambda number: change(database) if number == 2 else None)
    copy = Path(re.search(r"is in (\S+);", str(raised.value))[1])
    whole = optuna.storages.InMemoryStorage()
    search(whole, 6)
    search(copy, 6)
    assert copy.parent == database.parent
    assert load("study", copy).trials.params == load("study", whole).trials.params


def test_file_removed_with_its_folder_is_reported_as_lost(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(DataError, match=r"its content could not be saved \(.*\); restore it from a copy"):
        search(
            tmp_path / "folder" / "a.db", 9, lambda number: shutil.rmtree(tmp_path / "folder") if number == 1 else None
        )


def test_storage_without_a_file_passes_the_check():
    StorageFile(optuna.storages.InMemoryStorage()).check()
