"""Any storage of Optuna's, and one clear line where there is none."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import optuna
import pytest
from optuna.storages import JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend

from paretune import Float, Minimize, Study
from paretune.errors import InvalidInputError, StudyNotFoundError
from paretune.study import load, open_storage


def test_a_path_is_an_sqlite_file_and_a_url_what_it_says(tmp_path):
    assert open_storage(tmp_path / "a.db").engine.url.render_as_string() == f"sqlite:///{tmp_path / 'a.db'}"
    assert open_storage(f"sqlite:///{tmp_path / 'b.db'}").engine.dialect.name == "sqlite"
    in_memory = optuna.storages.InMemoryStorage()
    assert open_storage(in_memory) is in_memory


def test_a_file_that_is_no_database_is_told_and_left_as_it_was(tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(InvalidInputError, match=r"letter.txt cannot be opened"):
        open_storage(letter)
    assert letter.read_text().startswith("Dear Sir")


def test_a_missing_folder_or_a_folder_for_a_file_is_told(tmp_path):
    with pytest.raises(InvalidInputError, match="there is no folder"):
        open_storage(tmp_path / "nowhere" / "a.db")
    with pytest.raises(InvalidInputError, match="is a folder"):
        open_storage(tmp_path)


def test_an_unknown_kind_of_storage_is_told():
    with pytest.raises(InvalidInputError, match="cannot be opened"):
        open_storage("dropbox://mine")


def test_looking_for_a_study_makes_no_file(tmp_path):
    with pytest.raises(InvalidInputError, match="there is no file"):
        load("study", tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_an_unknown_study_is_told_with_those_that_are_there(tmp_path):
    optuna.create_study(study_name="mine", storage=f"sqlite:///{tmp_path / 'a.db'}")
    with pytest.raises(StudyNotFoundError, match="no study 'yours' in this storage; it has mine"):
        load("yours", tmp_path / "a.db")


def test_a_journal_of_optunas_is_looked_at_and_gone_on_with(tmp_path):
    path = tmp_path / "st.log"
    theirs = optuna.create_study(study_name="theirs", storage=JournalStorage(JournalFileBackend(str(path))))
    theirs.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    before = path.read_bytes()
    assert load("theirs", path).trials.values[:, 0].tolist() == [trial.value for trial in theirs.trials]
    assert path.read_bytes() == before
    for n_trials in (2, 3):
        study = Study({"x": Float(0, 1)}, [Minimize("loss")], storage=path, name="ours", searcher="random")
        study.run(lambda params: {"loss": params["x"]}, n_trials=n_trials)
    assert load("ours", path).trials.is_complete.tolist() == [True] * 3


def test_whoever_looks_at_a_database_leaves_the_locks_that_this_process_has_on_it(tmp_path):
    path = tmp_path / "plain.db"
    RDBStorage(f"sqlite:///{path}").engine.dispose()
    write = f"import sqlite3; sqlite3.connect({str(path)!r}, timeout=0).execute('begin immediate')"
    with closing(sqlite3.connect(path)) as database:
        database.execute("begin immediate")
        open_storage(path, must_exist=True)
        found = subprocess.run([sys.executable, "-c", write], capture_output=True, text=True, check=False)
    assert "database is locked" in found.stderr


def test_a_damaged_journal_is_told(tmp_path):
    (tmp_path / "st.log").write_text('{"op_code"\n{"op_code": 0}\n')
    with pytest.raises(InvalidInputError, match=r"st.log cannot be opened: the journal is damaged \(.*\); give a copy"):
        open_storage(tmp_path / "st.log")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="of Linux alone is known where nobody can make a file")
def test_a_folder_in_which_no_file_can_be_made_is_told_with_what_to_do():
    with pytest.raises(
        InvalidInputError, match=r"a.db cannot be written: no file can be created in /proc \(.*\); make that"
    ):
        open_storage("/proc/a.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_or_folder_that_may_not_be_written_is_told_and_may_be_looked_at(tmp_path):
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
def test_processes_that_make_one_storage_at_the_same_moment_all_open_it(tmp_path):
    code = (
        "import sys, time\nfrom paretune import Float, Minimize, Study\n"
        "time.sleep(max(0.0, float(sys.argv[2]) - time.time()))\n"
        "Study({'x': Float(0, 1)}, [Minimize('loss')], storage=sys.argv[1], searcher='random').trials\n"
    )
    for attempt in range(2):
        start = str(time.time() + 3)
        words = [sys.executable, "-c", code, str(tmp_path / f"{attempt}.db"), start]
        processes = [subprocess.Popen(words, stderr=subprocess.PIPE, text=True) for _ in range(4)]
        assert [process.communicate()[1].count("Error") for process in processes] == [0] * 4
        assert [process.returncode for process in processes] == [0] * 4


def test_another_programs_database_is_refused_and_left_as_it_was(tmp_path):
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table letters (text)")
        database.commit()
    before = path.read_bytes()
    for must_exist in (False, True):
        with pytest.raises(InvalidInputError, match="theirs.db cannot be opened: it is another program's database"):
            open_storage(path, must_exist=must_exist)
    assert path.read_bytes() == before


def test_a_path_means_itself_whatever_stands_in_it(tmp_path):
    path = tmp_path / "a%20b?c#d.db"
    optuna.create_study(study_name="mine", storage=open_storage(path))
    assert path.exists()
    with pytest.raises(InvalidInputError, match="'mine' has no trial yet: there is nothing to show"):
        load("mine", path)


def test_a_password_is_not_told():
    with pytest.raises(InvalidInputError, match="cannot be opened") as refusal:
        open_storage("nosuch://me:secret@host/db")
    assert "secret" not in str(refusal.value)


def test_a_file_that_is_copied_after_a_run_has_all_of_it(tmp_path):
    study = Study({"x": Float(0, 1)}, [Minimize("loss")], storage=tmp_path / "a.db", searcher="random")
    study.run(lambda params: {"loss": params["x"]}, n_trials=3)
    (tmp_path / "copy.db").write_bytes((tmp_path / "a.db").read_bytes())  # while the first is still open
    assert load("study", tmp_path / "copy.db").trials.params == study.trials.params
