"""Tests of saying what columns are taken as."""

from pathlib import Path

import pytest

import tool_tables
from paretune.app.columns import describe_roles, inspect_table
from paretune.errors import InvalidInputError
from paretune.trials import ColumnChoice, csv_column_roles

GOALS = ("accuracy", "latency")


@pytest.fixture
def wandb(tmp_path):
    path = tmp_path / "w.csv"
    path.write_text(tool_tables.WANDB)
    return path


def test_view_has_the_role_reason_and_examples_of_each_column(wandb):
    view = inspect_table(wandb, GOALS)
    assert (view.tool, view.n_rows) == ("Weights & Biases", 4)
    found = {column.column: column for column in view.columns}
    assert list(found) == tool_tables.WANDB.partition("\n")[0].replace('"', "").split(",")
    assert (found["x"].role, found["x"].examples) == ("parameter", ("0.8", "0.7", "0.6"))
    assert found["Created"].role == "trial"
    assert len(found["Created"].examples[0]) == 20
    assert found["accuracy"].reason == "an objective"


def test_name_of_a_marked_parameter_is_shown(tmp_path):
    path = tmp_path / "m.csv"
    path.write_text(tool_tables.MLFLOW)
    roles = {column.column: column.role for column in inspect_table(path, GOALS).columns}
    assert roles["params.x"] == "parameter x"
    assert roles["metrics.latency"] == "metric latency"


def test_unknown_column_is_refused(wandb):
    with pytest.raises(InvalidInputError, match="has no column 'y'"):
        inspect_table(wandb, GOALS, ColumnChoice(ignored=["y"]))


def test_line_names_parameters_metrics_and_what_is_left_out(wandb):
    line = describe_roles([Path("w.csv")], csv_column_roles([wandb], GOALS))
    assert line == (
        "w.csv, written by Weights & Biases: taken as parameters: k, x; as metrics: accuracy, latency; left out: "
        "params_M, train/loss, Name, Notes, User, Tags, Sweep (why: paretune inspect w.csv); "
        "change with --parameter, --metric, --ignore"
    )


def test_nothing_is_said_about_an_export(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("number,state,reason,x,accuracy,latency,started,duration\n0,complete,,1,1,1,,\n")
    assert describe_roles([path], csv_column_roles([path], GOALS)) == ""
    assert describe_roles([], csv_column_roles([], GOALS)) == ""
