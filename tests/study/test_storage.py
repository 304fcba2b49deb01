"""Tests of opening storages, and of the one-line errors where none can be opened."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import optuna
import pytest
from optuna.storages import JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend

from paretune import Float, Minimize, Study
from paretune.errors import InvalidInputError, StudyNotFoundError
from paretune.study import load, open_storage
from rivals import create_study, rivals


def test_path_opens_a_file_of_sqlite_and_url_its_database(tmp_path):
    assert open_storage(tmp_path / "a.db").engine.url.render_as_string() == f"sqlite:///{tmp_path / 'a.db'}"
    assert open_storage(f"sqlite:///{tmp_path / 'b.db'}").engine.dialect.name == "sqlite"
    in_memory = optuna.storages.InMemoryStorage()
    assert open_storage(in_memory) is in_memory


def test_file_that_is_no_database_is_refused_and_unchanged(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(InvalidInputError, match=r"text.txt cannot be opened"):
        open_storage(text)
    assert text.read_text().startswith("Dear Sir")


def test_missing_folder_and_folder_as_file_are_refused(tmp_path):
    with pytest.raises(InvalidInputError, match="there is no folder"):
        open_storage(tmp_path / "nowhere" / "a.db")
    with pytest.raises(InvalidInputError, match="is a folder"):
        open_storage(tmp_path)


def test_unknown_kind_of_storage_is_refused():
    with pytest.raises(InvalidInputError, match="cannot be opened"):
        open_storage("dropbox://mine")


@pytest.mark.parametrize(
    ("url", "module", "line"),
    [
        (
            "postgresql://me:secret@h/db",
            "psycopg",
            'psycopg is not installed: pip install "psycopg[binary]>=3.2" "sqlalchemy>=2.1"',
        ),
        (
            "postgresql+psycopg://h/db",
            "psycopg",
            'psycopg is not installed: pip install "psycopg[binary]>=3.2" "sqlalchemy>=2.1"',
        ),
        ("postgresql+psycopg2://h/db", "psycopg2", "psycopg2 is not installed: pip install psycopg2-binary"),
        ("mysql://h/db", "MySQLdb", "MySQLdb is not installed: pip install mysqlclient"),
        ("mysql+pymysql://h/db", "pymysql", "pymysql is not installed: pip install pymysql"),
    ],
)
def test_missing_driver_is_named_with_the_line_for_pip(monkeypatch, url, module, line):
    monkeypatch.setitem(sys.modules, module, None)  # Python's way to say that a module is not there
    with pytest.raises(InvalidInputError) as refused:
        open_storage(url)
    assert str(refused.value).endswith(f"cannot be opened: {line}")
    assert "secret" not in str(refused.value)


def test_loading_a_study_creates_no_file(tmp_path):
    with pytest.raises(InvalidInputError, match="there is no file"):
        load("study", tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_unknown_study_is_refused_with_the_names_of_the_others(tmp_path):
    optuna.create_study(study_name="mine", storage=f"sqlite:///{tmp_path / 'a.db'}")
    with pytest.raises(StudyNotFoundError, match="no study 'yours' in this storage; it has mine"):
        load("yours", tmp_path / "a.db")


def test_journal_of_optuna_can_be_read_and_resumed(tmp_path):
    path = tmp_path / "st.log"
    plain = optuna.create_study(study_name="plain", storage=JournalStorage(JournalFileBackend(str(path))))
    plain.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    before = path.read_bytes()
    assert load("plain", path).trials.values[:, 0].tolist() == [trial.value for trial in plain.trials]
    assert path.read_bytes() == before
    for n_trials in (2, 3):
        study = Study({"x": Float(0, 1)}, [Minimize("loss")], storage=path, name="ours", searcher="random")
        study.run(lambda params: {"loss": params["x"]}, n_trials=n_trials)
    assert load("ours", path).trials.is_complete.tolist() == [True] * 3


def test_opening_a_database_does_not_drop_the_locks_of_this_process(tmp_path):
    path = tmp_path / "plain.db"
    RDBStorage(f"sqlite:///{path}").engine.dispose()
    write = f"import sqlite3; sqlite3.connect({str(path)!r}, timeout=0).execute('begin immediate')"
    with closing(sqlite3.connect(path)) as database:
        database.execute("begin immediate")
        open_storage(path, must_exist=True)
        found = subprocess.run([sys.executable, "-c", write], capture_output=True, text=True, check=False)
    assert "database is locked" in found.stderr


def test_damaged_journal_is_refused(tmp_path):
    (tmp_path / "st.log").write_text('{"op_code"\n{"op_code": 0}\n')
    with pytest.raises(InvalidInputError, match=r"st.log cannot be opened: the journal is damaged \(.*\); give a copy"):
        open_storage(tmp_path / "st.log")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux has a folder in which nobody can create a file")
def test_folder_without_room_for_a_file_is_refused_with_a_remedy():
    with pytest.raises(
        InvalidInputError, match=r"a.db cannot be written: no file can be created in /proc \(.*\); make that"
    ):
        open_storage("/proc/a.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_file_and_folder_can_be_read_but_not_written(tmp_path):
    study = Study({"x": Float(0, 1)}, [Minimize("loss")], storage=tmp_path / "a.db", searcher="random")
    study.run(lambda params: {"loss": params["x"]}, n_trials=1)
    (tmp_path / "a.db").chmod(0o444)
    with pytest.raises(InvalidInputError, match=r"a.db cannot be written: make it writable"):
        open_storage(tmp_path / "a.db")
    tmp_path.chmod(0o555)
    with pytest.raises(
        InvalidInputError, match=r"b.db cannot be written: no file can be created in .* \(Permission denied\)"
    ):
        open_storage(tmp_path / "b.db")
    tmp_path.chmod(0o755)
    assert len(load("study", tmp_path / "a.db").trials) == 1


@pytest.mark.end_to_end
def test_processes_that_create_one_storage_together_all_open_it(tmp_path):
    with rivals(3, create_study, tmp_path / "a.db") as start:
        assert start() == [0] * 3


def test_database_of_another_program_is_refused_and_unchanged(tmp_path):
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table texts (text)")
        database.commit()
    before = path.read_bytes()
    for must_exist in (False, True):
        with pytest.raises(InvalidInputError, match="other.db cannot be opened: it is another program's database"):
            open_storage(path, must_exist=must_exist)
    assert path.read_bytes() == before


def test_special_characters_in_a_path_have_no_special_meaning(tmp_path):
    path = tmp_path / "a%20b?c#d.db"
    optuna.create_study(study_name="mine", storage=open_storage(path))
    assert path.exists()
    with pytest.raises(InvalidInputError, match="'mine' has no trial yet: there is nothing to show"):
        load("mine", path)


def test_password_is_not_shown():
    with pytest.raises(InvalidInputError, match="cannot be opened") as refusal:
        open_storage("nosuch://me:secret@host/db")
    assert "secret" not in str(refusal.value)


def test_copy_of_an_open_database_is_complete_after_a_run(tmp_path):
    study = Study({"x": Float(0, 1)}, [Minimize("loss")], storage=tmp_path / "a.db", searcher="random")
    study.run(lambda params: {"loss": params["x"]}, n_trials=3)
    (tmp_path / "copy.db").write_bytes((tmp_path / "a.db").read_bytes())  # while the first is still open
    assert load("study", tmp_path / "copy.db").trials.params == study.trials.params
