"""Tests of the tables of other tools."""

import numpy as np
import optuna
import pytest

import tool_tables
from paretune import Maximize, Minimize, Objectives
from paretune.trials import csv_column_roles, trials_from_csv

pytestmark = pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")
WANTED = Objectives([Maximize("accuracy"), Minimize("latency")])
STATES = {
    "OPTUNA": ("Optuna (trials_dataframe)", ["complete", "failed", "complete"]),
    "OPTUNA_DASHBOARD": ("optuna-dashboard", ["complete", "failed", "stopped", "complete"]),
    "MLFLOW": ("MLflow (search_runs)", ["complete", "complete", "failed", "failed", "pending"]),
    "RAY": ("Ray Tune (get_dataframe)", ["complete", "failed", "complete"]),
    "AX": ("Ax", ["complete", "failed", "failed", "complete", "pending"]),
    "SMAC": ("SMAC3 (runhistory)", ["complete", "failed", "failed", "complete"]),
    "NNI": ("NNI (nnictl experiment export)", ["complete", "failed", "complete"]),
    "SIGOPT": ("SigOpt (API)", ["complete", "failed", "complete"]),
    "WANDB": ("Weights & Biases", ["complete", "failed", "complete", "pending"]),
}


def read(folder, text, objectives=WANTED, **options):
    path = folder / "t.csv"
    path.write_text(text)
    return trials_from_csv(path, objectives, **options)


@pytest.mark.parametrize("tool", STATES)
def test_table_of_tool_has_its_parameters_states_and_values(tmp_path, tool):
    name, states = STATES[tool]
    trials = read(tmp_path, getattr(tool_tables, tool))
    assert csv_column_roles([tmp_path / "t.csv"], WANTED.names).tool == name
    assert set(trials.space) == {"k", "x"}
    assert trials.states.tolist() == states
    np.testing.assert_array_equal(trials.values[trials.is_complete], [[0.55, 0.45], [0.44, 0.56]])
    assert np.isnan(trials.losses[~trials.is_complete]).all()
    assert [params["x"] for params in trials.params] == sorted(params["x"] for params in trials.params)


def test_reasons_and_times_of_a_tool_are_translated(tmp_path):
    assert read(tmp_path, tool_tables.AX).failures() == {"crashed": 1, "lost": 1}
    assert read(tmp_path, tool_tables.SMAC).failures() == {"crashed": 1, "out_of_memory": 1}
    mlflow = read(tmp_path, tool_tables.MLFLOW)
    assert mlflow.failures() == {"crashed": 1, "lost": 1}
    np.testing.assert_allclose(mlflow.durations[:2], [0.055, 0.044], atol=1e-9)
    assert mlflow.started[1] - mlflow.started[0] == pytest.approx(0.068, abs=1e-6)
    assert read(tmp_path, tool_tables.WANDB).durations.tolist() == [5, 6, 7, 5]
    assert read(tmp_path, tool_tables.AX).numbers.tolist() == [0, 1, 2, 3, 4]


def test_columns_of_wandb_are_not_parameters_and_each_has_a_reason(tmp_path):
    read(tmp_path, tool_tables.WANDB)
    roles = csv_column_roles([tmp_path / "t.csv"], WANTED.names)
    assert roles.parameters == ("k", "x")
    assert roles.metrics == ("accuracy", "latency")
    assert set(roles.left_out) == {"Name", "Notes", "User", "Tags", "Sweep", "params_M", "train/loss"}
    assert roles.reasons["params_M"] == "its name and values are those of an outcome"
    assert roles.reasons["Name"] == "a column of Weights & Biases"


def test_real_table_of_mlflow_is_recognized(tmp_path, monkeypatch):
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow.set_tracking_uri(tmp_path.as_uri() + "/runs")
    mlflow.set_experiment("e")
    for x in (1, 2):
        with mlflow.start_run():
            mlflow.log_params({"x": x})
            mlflow.log_metrics({"accuracy": x / 3, "latency": x})
    trials = read(tmp_path, mlflow.search_runs().to_csv(index=False))
    assert trials.params == ({"x": 1}, {"x": 2})
    assert trials.is_complete.all()


def test_real_table_of_optuna_with_metric_names_is_recognized(tmp_path, quiet_optuna):  # noqa: ARG001
    study = optuna.create_study(directions=["maximize", "minimize"])
    study.set_metric_names(["accuracy", "latency"])
    study.optimize(lambda trial: (x := trial.suggest_float("x", 0, 1), 1 - x), n_trials=3)
    attrs = ("number", "value", "params", "state")
    assert read(tmp_path, study.trials_dataframe(attrs=attrs).to_csv()).is_complete.all()
