"""Names that are known without a heavy import."""

from pathlib import Path

import optuna
import pytest

from paretune.app import known_names
from paretune.errors import InvalidInputError, StudyNotFoundError
from paretune.schedulers import SCHEDULERS
from paretune.study import SEARCHER_NAMES
from paretune.study.executors import MAX_WORKERS
from paretune.tracking import TRACKERS
from paretune.workloads import installed_workloads


@pytest.fixture
def storage(tmp_path):
    path = tmp_path / "a b.db"
    for name in ("nets", "trees", "x.y"):
        optuna.create_study(study_name=name, storage=f"sqlite:///{path}")
    return str(path)


def test_names_are_those_of_the_program():
    assert sorted(SEARCHER_NAMES) == sorted(known_names.SEARCHERS)
    assert sorted(known_names.TRACKERS) == sorted(TRACKERS)
    assert sorted(known_names.SCHEDULERS) == sorted({"none", *SCHEDULERS})
    assert known_names.workload_names() == sorted(installed_workloads())


def test_studies_of_an_sqlite_file_are_named_in_their_order(storage):
    assert known_names.stored_study_names(storage) == ["nets", "trees", "x.y"]
    assert known_names.stored_study_names(f"sqlite:///{storage}") == ["nets", "trees", "x.y"]


def test_names_of_another_storage_are_not_known(tmp_path, storage):
    (tmp_path / "other").write_text("{}")
    for other in ("postgresql://host/db", str(tmp_path / "other"), str(tmp_path), f"{storage}?x", "no\x00file"):
        assert known_names.stored_study_names(other) is None


def test_similar_study_is_named(storage):
    known_names.check_stored(storage, ["nets"])
    with pytest.raises(StudyNotFoundError, match=r"no study 'tree' in this storage \(did you mean 'trees'\?\)"):
        known_names.check_stored(storage, ["nets", "tree"])


def test_missing_storage_is_named(tmp_path):
    with pytest.raises(InvalidInputError, match=r"there is no file .*no\.db: give the storage of the study"):
        known_names.check_stored(str(tmp_path / "no.db"))


@pytest.mark.parametrize("word", ["analytic", "package.module:NAME", "study.yaml", "./study.yml"])
def test_workload_that_may_exist_is_accepted(word, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("study.yaml", "study.yml"):
        (tmp_path / name).touch()
    known_names.check_workload_name(word)


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("analitic", r"no workload 'analitic' \(did you mean 'analytic'\?\)"),
        ("study", r"no workload 'study' \(did you mean 'study.yaml'\?\)"),
        ("stdy.yaml", r"there is no file stdy.yaml \(did you mean 'study.yaml'\?\)"),
        ("no/where/study.yaml", r"there is no file no/where/study.yaml: give the path of a study file"),
    ],
)
def test_unknown_workload_is_refused_with_a_similar_name(word, hint, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.yaml").touch()
    with pytest.raises(InvalidInputError, match=hint):
        known_names.check_workload_name(word)


def test_missing_source_is_refused_and_pattern_is_not(tmp_path, storage):
    (tmp_path / "old.csv").touch()
    known_names.check_sources([str(tmp_path / "old.csv"), "nets", "tr*"], storage, is_csv=False)
    with pytest.raises(InvalidInputError, match=r"there is no file .*odl\.csv \(did you mean 'old\.csv'\?\)"):
        known_names.check_sources([str(tmp_path / "odl.csv")], storage, is_csv=False)
    with pytest.raises(InvalidInputError, match=r"there is no file nets"):
        known_names.check_sources(["nets"], storage, is_csv=True)
    with pytest.raises(StudyNotFoundError):
        known_names.check_sources(["net"], storage, is_csv=False)
    with pytest.raises(InvalidInputError, match=r"is a folder"):
        known_names.check_file(tmp_path)


def test_largest_number_of_workers_is_that_of_the_library():
    assert known_names.MAX_WORKERS == MAX_WORKERS


@pytest.mark.parametrize(
    ("check", "path", "message"),
    [
        (known_names.check_file, "/dev/zero", "is a device or a pipe"),
        (known_names.check_output_file, "missing/x.csv", "there is no folder missing; create it first"),
        (known_names.check_output_file, ".", "it is a folder; name a file in it"),
        (known_names.check_output_folder, "file/report", "file is a file; name a folder for the report"),
    ],
)
def test_unusable_path_is_refused(check, path, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    for usable in (None, Path("new")):
        if check is not known_names.check_file:
            check(usable)
    with pytest.raises(InvalidInputError, match=message):
        check(Path(path))


@pytest.mark.parametrize(
    ("storage", "message"),
    [("", "--storage is empty"), ("missing/a.db", "there is no folder .*missing"), (".", "is a folder: give a file")],
)
def test_unusable_storage_is_refused(storage, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInputError, match=message):
        known_names.check_storage_word(storage)
    assert known_names.check_storage_word("postgresql://host/db") == "postgresql://host/db"
