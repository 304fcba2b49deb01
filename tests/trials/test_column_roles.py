"""Tests of the roles of columns."""

import numpy as np
import pytest

from paretune import Float, Int, Maximize, Minimize, Objectives, Space, Trials
from paretune.errors import InvalidInputError
from paretune.trials import ColumnChoice, csv_column_roles, runs_from_csv, trials_from_csv

WANTED = Objectives([Maximize("accuracy"), Minimize("latency")])
RUNS = """\
label,State,when,x,k,gflops,seed,accuracy,latency
r1,finished,2026-01-01,1,a,1.5,0,0.5,1
r2,finished,2026-01-02,2,b,2.5,0,0.6,2
r3,crashed,2026-01-03,3,a,,0,,
r4,finished,2026-01-04,4,b,3.5,0,0.7,3
r5,finished,2026-01-05,5,a,4.5,0,0.8,4
r6,finished,2026-01-06,6,b,5.5,0,0.9,5
"""


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text(RUNS)
    return file


def test_suspicious_columns_are_left_out_with_their_reasons(path):
    roles = csv_column_roles([path], WANTED.names)
    assert (roles.parameters, roles.metrics) == (("x", "k"), ("accuracy", "latency"))
    assert {name: roles.reasons[name] for name in roles.left_out} == {
        "label": "it differs in every row and has no numbers",
        "when": "it has dates",
        "gflops": "its name and values are those of an outcome",
        "seed": "it has one value in all rows",
    }
    assert not roles.is_certain
    assert list(trials_from_csv(path, WANTED).space) == ["x", "k"]


def test_user_changes_roles(path):
    choice = ColumnChoice(parameters=["gflops"], metrics=["k"], ignored=["x"])
    roles = csv_column_roles([path], WANTED.names, choice)
    assert roles.parameters == ("gflops",)
    assert "k" in roles.metrics
    assert {"x", "label"} <= set(roles.left_out)
    trials = trials_from_csv(path, WANTED, parameters=["gflops"], metrics=["k"], ignore=["x"])
    assert list(trials.space) == ["gflops"]
    with pytest.raises(InvalidInputError, match="has no column 'y'"):
        trials_from_csv(path, WANTED, parameters=["y"])


def test_column_has_one_role_in_all_files(path, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text(RUNS.replace(",0,", ",1,"))
    assert "seed" in csv_column_roles([path, other], WANTED.names).parameters
    assert [list(run.space) for run in runs_from_csv([path, other], WANTED)] == [["x", "k", "seed"]] * 2


def test_parameters_that_are_known_from_a_study_are_parameters(path):
    assert "gflops" in csv_column_roles([path], WANTED.names, known=["gflops"]).parameters


def test_export_is_certain_and_all_its_columns_are_parameters(tmp_path):
    space = Space({"loss": Float(0, 1), "time": Int(1, 3)})
    given = Trials(space, WANTED, tuple({"loss": i / 9, "time": 2} for i in range(8)), np.ones((8, 2)))
    path = tmp_path / "t.csv"
    path.write_text(given.to_frame().to_csv(index=False))
    roles = csv_column_roles([path], WANTED.names)
    assert roles.is_certain
    assert roles.parameters == ("loss", "time")
    assert trials_from_csv(path, WANTED).params == given.params


def test_column_that_is_empty_where_objectives_are_is_no_parameter(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x,z,accuracy,latency\n1,1,1,1\n2,,,\n3,2,2,2\n")
    assert csv_column_roles([path], WANTED.names).reasons["z"] == "it is empty exactly where the objectives are"
