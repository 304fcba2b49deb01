"""Studies that start from others: names, files, and what is tried first."""

import pytest

from paretune import Float, Minimize, Objectives, Space, Study
from paretune.app.plan import StudyPlan
from paretune.app.transfer import find_transferred
from paretune.errors import InvalidInputError, StudyNotFoundError
from paretune.study import open_storage

SPACE, OBJECTIVES = Space({"x": Float(0, 1)}), Objectives([Minimize("loss")])


@pytest.fixture
def plan(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    old = Study(SPACE, OBJECTIVES, name="old", searcher="grid")
    old.run(lambda params: {"loss": abs(params["x"] - 0.5)}, n_trials=3)
    return StudyPlan("new", open_storage("paretune.db"), SPACE, OBJECTIVES, {}, "")


def test_best_configuration_of_a_stored_study_is_found(plan):
    assert find_transferred(plan, ["old"]) == [{"x": 0.5}]
    assert find_transferred(plan, ["o*"]) == [{"x": 0.5}]


def test_best_configuration_of_a_file_is_found(plan, tmp_path):
    (tmp_path / "table.csv").write_text("x,loss\n0.1,3\n0.8,1\n")
    assert find_transferred(plan, ["table.csv"]) == [{"x": 0.8}]
    assert find_transferred(plan, ["table.csv", "old"]) == [{"x": 0.5}, {"x": 0.8}]


def test_wrong_source_is_refused(plan):
    with pytest.raises(InvalidInputError, match="study 'new' cannot start from itself"):
        find_transferred(plan, ["new"])
    with pytest.raises(StudyNotFoundError):
        find_transferred(plan, ["other"])
    with pytest.raises(InvalidInputError, match=r"gone\.csv"):
        find_transferred(plan, ["gone.csv"])
