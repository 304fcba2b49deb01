"""Tests of the watch over an SQLite file: nothing that was committed is ever missed."""

import shutil

import optuna
import pytest
from optuna.trial import TrialState

from paretune.adapters.optuna.internals import unwrapped_storage
from paretune.study.sqlite_watch import SqliteWatch
from paretune.study.storage import open_storage, watch_sqlite

pytestmark = pytest.mark.usefixtures("quiet_optuna")


@pytest.fixture
def path(tmp_path, empty_database):
    return shutil.copy(empty_database, tmp_path / "studies.db")


@pytest.fixture
def other(path):
    """The study as another process writes to it."""
    return optuna.create_study(study_name="nets", storage=open_storage(path))


@pytest.fixture
def watched(path, other):  # noqa: ARG001 (the study must exist)
    storage = open_storage(path)
    watch_sqlite(str(path), storage)
    return optuna.load_study(study_name="nets", storage=storage)


def test_value_is_read_once_until_a_commit(path, other):
    watch, reads = SqliteWatch(str(path)), []

    def read():
        reads.append(len(reads))
        return reads[-1]

    assert [watch.read("a", read), watch.read("a", read), watch.read("b", read)] == [0, 0, 1]
    other.set_user_attr("x", 1)
    assert [watch.read("a", read), watch.read("a", read)] == [2, 2]
    watch.close()


def test_changes_of_others_and_own_ones_are_seen_at_once(watched, other):
    assert watched.trials == []
    for study in (other, watched):
        trial = study.ask()
        assert watched.trials[-1].state == TrialState.RUNNING
        trial.suggest_float("x", 0, 1)
        assert watched.trials[-1].params.keys() == {"x"}
        trial.set_user_attr("note", trial.number)
        assert watched.trials[-1].user_attrs == {"note": trial.number}
        study.set_user_attr("best", trial.number)
        assert watched.user_attrs == other.user_attrs == {"best": trial.number}
        study.tell(trial, 1.0)
        assert [t.state for t in watched.trials] == [TrialState.COMPLETE] * (trial.number + 1)


def test_unchanged_study_is_not_read_again(watched, other, monkeypatch):
    other.tell(other.ask(), 1.0)
    other.ask()
    assert [len(watched.trials), len(watched.trials)] == [2, 2]
    backend = unwrapped_storage(watched._storage)
    monkeypatch.setattr(backend, "scoped_session", None)  # any query would fail
    assert len(watched.get_trials(deepcopy=False)) == 2
