"""`paretune inspect`: what the columns of a CSV file are taken as."""

import re
from pathlib import Path

import optuna
import pytest

import tool_tables

pytestmark = pytest.mark.end_to_end


def test_each_column_is_a_line_with_its_role_and_reason(paretune):
    Path("w.csv").write_text(tool_tables.WANDB)
    code, out, err = paretune("inspect", "w.csv", "--maximize", "accuracy", "--minimize", "latency", "--ignore", "k")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "w.csv: 4 rows, written by Weights & Biases"
    assert len(lines) == 1 + 1 + 14 + 1
    assert any(line.split()[:2] == ["x", "parameter"] for line in lines)
    assert any(line.startswith("k ") and "left out" in line and "as you say" in line for line in lines)
    assert any(line.startswith("params_M ") and "an outcome" in line for line in lines)


def test_unknown_objective_and_endless_file_are_refused(paretune):
    Path("w.csv").write_text(tool_tables.WANDB)
    code, _, err = paretune("inspect", "w.csv", "--maximize", "acuracy")
    assert (code, err.startswith("paretune: w.csv has no column 'acuracy'; its columns are")) == (2, True)
    assert paretune("inspect", "/dev/zero")[0] == 2


def test_objectives_are_asked_for(paretune):
    Path("w.csv").write_text(tool_tables.WANDB)
    assert "Name the objectives with --maximize COLUMN" in paretune("inspect", "w.csv")[1]


def test_report_of_a_table_says_what_was_taken_as_what_and_never_shows_a_crashed_row(paretune):
    Path("t.csv").write_text("x,State,a,l\n1,finished,0.5,2\n2,crashed,0.99,0.1\n3,finished,0.6,3\n")
    code, out, err = paretune("report", "t.csv", "--maximize", "a", "--minimize", "l")
    assert code == 0
    assert err == "t.csv: taken as parameters: x; as metrics: a, l; change with --parameter, --metric, --ignore\n"
    assert out.startswith("Of 3 trials, 2 configurations are efficient")


def test_unit_of_a_stored_study_can_be_given(paretune):
    study = optuna.create_study(study_name="s", storage="sqlite:///paretune.db", directions=["maximize", "minimize"])
    study.optimize(lambda trial: (x := trial.suggest_float("x", 0, 1), x * x), n_trials=4)
    code, out, _ = paretune("report", "s", "--unit", "objective_1=ms")
    assert code == 0
    assert re.search(r"objective_1 [\d.]+ (ms|µs)|at [\d.]+ (ms|µs)", out)
    code, _, err = paretune("report", "s", "--unit", "size=MB")
    assert (code, err) == (
        2,
        "paretune: --unit names 'size', which is no objective: they are objective_0, objective_1\n",
    )
