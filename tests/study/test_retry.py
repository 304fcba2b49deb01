"""Tests of retries while a storage does not answer: no trial is lost or repeated."""

import inspect
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, nullcontext

import pytest
import sqlalchemy
from optuna.storages import RDBStorage, _cached_storage

from paretune import Float, Maximize, Minimize, Study
from paretune.errors import InvalidInputError
from paretune.study import load, open_storage, retry, storage, trial_end

pytestmark = pytest.mark.end_to_end

SPACE, OBJECTIVES = {"x": Float(0, 1)}, [Maximize("gain"), Minimize("cost")]


def metrics(params):
    return {"gain": params["x"] ** 0.5, "cost": params["x"]}


def open_study(where):
    return Study(SPACE, OBJECTIVES, storage=where, searcher="random")


def later(seconds, call):
    timer = threading.Timer(seconds, call)
    timer.start()
    return timer


def assert_each_trial_is_complete_and_ran_once(tried, trials):
    assert len(set(tried)) == len(tried)
    assert trials.is_complete.all()
    assert sorted(tried) == sorted(params["x"] for params in trials.params)


def test_every_storage_method_that_the_cache_calls_is_retried():
    called = set(re.findall(r"self\._backend\.(\w+)\(", inspect.getsource(_cached_storage._CachedStorage)))
    called -= {name for name in called if "heartbeat" in name or "stale" in name or "best_trial" in name}
    assert {"_get_trials", "_create_new_trial", "set_trial_state_values"} <= called
    for name in called:
        assert getattr(retry.RetryingStorage, name) is not getattr(RDBStorage, name), name


def test_server_down_for_seconds_loses_and_repeats_no_trial(server, caplog):
    where = server.create("goes_away")
    tried = []

    def train(params):
        if len(tried) == 3:
            server.stop()
            timers.append(later(4, server.start))
        tried.append(params["x"])
        return metrics(params)

    timers = []
    open_study(where).run(train, n_trials=6)
    timers[0].join()
    assert "the storage does not answer" in caplog.text
    assert_each_trial_is_complete_and_ran_once(tried, open_study(where).trials)


def test_lock_held_longer_than_the_timeout_of_sqlite_is_waited_for(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(storage, "BUSY_SECONDS", 0.1)
    tried = []

    def train(params):
        if len(tried) == 3:
            other = sqlite3.connect(tmp_path / "a.db", check_same_thread=False, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            timers.append(later(2, other.close))
        tried.append(params["x"])
        return metrics(params)

    timers = []
    open_study(tmp_path / "a.db").run(train, n_trials=6)
    timers[0].join()
    assert "database is locked" in caplog.text
    assert_each_trial_is_complete_and_ran_once(tried, load("study", tmp_path / "a.db").trials)


RUN_ON_A_FULL_DISK = """
import logging, sys, threading, time
from pathlib import Path
from paretune import Float, Maximize, Minimize, Study
logging.basicConfig(level=logging.WARNING)
disk, tried = Path(sys.argv[1]), Path(sys.argv[2])
ballast = disk / "ballast"

def fill():
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 512):
                pass
        except OSError:
            threading.Timer(3, ballast.unlink).start()

def train(params):
    with tried.open("a") as file:
        print(params["x"], file=file)
    if tried.read_text().count("\\n") == 4:
        fill()
    return {"gain": params["x"] ** 0.5, "cost": params["x"], **{f"word_{i}": "x" * 1900 for i in range(9)}}

objectives = [Maximize("gain"), Minimize("cost")]
Study({"x": Float(0, 1)}, objectives, storage=disk / "a.db", searcher="random").run(train, n_trials=8)
"""


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 2 MB; skip where none may be mounted, as the test below needs none."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    words = [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if mount is None or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run([shutil.which("umount"), str(folder)], check=True)


def test_full_disk_loses_and_repeats_no_trial(small_disk, tmp_path):
    words = [sys.executable, "-c", RUN_ON_A_FULL_DISK, str(small_disk), str(tmp_path / "tried")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "the storage does not answer" in done.stderr
    tried = [float(line) for line in (tmp_path / "tried").read_text().splitlines()]
    shutil.copytree(small_disk, tmp_path / "copy")
    assert_each_trial_is_complete_and_ran_once(tried, load("study", tmp_path / "copy" / "a.db").trials)


def test_file_that_cannot_grow_for_a_while_loses_and_repeats_no_trial(tmp_path, caplog):
    opened = open_storage(tmp_path / "a.db")
    limit = {"pages": None}

    @sqlalchemy.event.listens_for(opened.engine, "begin")
    def bound(connection):
        connection.exec_driver_sql(f"PRAGMA max_page_count = {limit['pages'] or 2**30}")

    tried = []

    def train(params):
        if len(tried) == 3:
            with closing(sqlite3.connect(tmp_path / "a.db")) as file:
                limit["pages"] = file.execute("PRAGMA page_count").fetchone()[0]
            timers.append(later(2, lambda: limit.update(pages=None)))
        tried.append(params["x"])
        return {**metrics(params), **{f"word_{i}": "x" * 1900 for i in range(9)}}

    timers = []
    open_study(opened).run(train, n_trials=6)
    timers[0].join()
    assert "disk is full" in caplog.text
    assert_each_trial_is_complete_and_ran_once(tried, load("study", tmp_path / "a.db").trials)


@pytest.fixture
def lost_answers(monkeypatch):
    """Make commits of a storage raise an error after they are made, as if the server had stopped at that moment."""

    def mark_lost(opened):
        dialect, method, state = opened.engine.dialect, trial_end.finish_trial, {"inside": False, "lost": 0}
        error = dialect.loaded_dbapi.OperationalError("disk I/O error: the answer was lost")

        def inside(*args, **kwargs):
            state["inside"] = True
            try:
                return method(*args, **kwargs)
            finally:
                state["inside"] = False

        def commit(connection):
            type(dialect).do_commit(dialect, connection)
            if state["inside"]:
                state["inside"], state["lost"] = False, state["lost"] + 1
                raise error

        monkeypatch.setattr(trial_end, "finish_trial", inside)
        monkeypatch.setattr(dialect, "do_commit", commit)
        return state

    return mark_lost


def test_result_is_written_once_though_the_answer_got_lost(storage, lost_answers):
    study = open_study(open_storage(storage))
    state = lost_answers(study._study._storage._backend)
    tried = []

    def train(params):
        tried.append(params["x"])
        return metrics(params)

    study.run(train, n_trials=4)
    assert state["lost"] >= 4
    assert_each_trial_is_complete_and_ran_once(tried, study.trials)


def test_result_of_another_runner_is_not_taken_for_a_lost_answer(tmp_path, lost_answers):
    study, other = open_study(tmp_path / "a.db"), open_study(tmp_path / "a.db")
    asked = study.ask()
    lost_answers(study._study._storage._backend)
    other.tell(asked.number, reason="crashed")
    with pytest.raises(InvalidInputError, match="is not pending"):
        study.tell(asked, metrics(asked.params))


@pytest.mark.parametrize(
    ("statement", "error"),
    [("select * from missing_table", sqlalchemy.exc.OperationalError), ("not sql", sqlalchemy.exc.OperationalError)],
)
def test_lasting_error_is_raised_at_once(statement, error):
    calls = []
    engine = sqlalchemy.create_engine("sqlite://")

    def ask():
        calls.append(statement)
        with engine.connect() as connection:
            connection.execute(sqlalchemy.text(statement))

    with pytest.raises(error):
        retry.retry_call(ask)
    engine.dispose()
    assert calls == [statement]


def locked():
    calls.append("locked")
    raise sqlalchemy.exc.OperationalError("select 1", {}, sqlite3.OperationalError("database is locked"))


calls = []


def test_patience_has_an_end_and_can_be_changed_or_turned_off(monkeypatch):
    for environment, once, n in (("0.25", False, range(2, 5)), ("0", False, range(1, 2)), ("600", True, range(1, 2))):
        calls.clear()
        monkeypatch.setenv("PARETUNE_STORAGE_PATIENCE", environment)
        with pytest.raises(sqlalchemy.exc.OperationalError), retry.without_retry() if once else nullcontext():
            retry.retry_call(locked)
        assert len(calls) in n
    monkeypatch.setenv("PARETUNE_STORAGE_PATIENCE", "long")
    with pytest.raises(InvalidInputError, match="PATIENCE must be a number of seconds, such as 600, but is 'long'"):
        retry.retry_call(locked)
