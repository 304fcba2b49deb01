"""`paretune export`: CSV, JSON and files."""

import io
import json
from pathlib import Path

import optuna
import pandas as pd
import pytest

from paretune import Float, Minimize, Study
from paretune.study import load, open_storage

pytestmark = pytest.mark.end_to_end


def test_export_has_documented_columns_in_user_units(paretune):
    paretune("run", "analytic", "--trials", 12, "--searcher", "random", "--no-report")
    _, out, _ = paretune("export", "analytic")
    header = out.splitlines()[0]
    assert header == (
        "number,state,reason,layers,width,learning_rate,activation,optimizer,momentum,"
        "accuracy,latency,latency_se,started,duration"
    )
    table = pd.read_csv(io.StringIO(out))
    theirs = optuna.load_study(study_name="analytic", storage="sqlite:///paretune.db").trials
    done = [t for t in theirs if t.values]
    assert table.accuracy.dropna().tolist() == [t.values[0] for t in done]
    assert set(table.state) == {"complete", "failed"}
    assert set(table.reason.dropna()) <= {"out_of_memory", "not_finite", "outside_limits"}
    assert (table.latency.dropna() > 0).all()


def test_front_is_exported_as_json_to_a_file(paretune):
    paretune("run", "analytic", "--trials", 12, "--searcher", "random", "--no-report")
    code, out, _ = paretune("export", "analytic", "--format", "json", "--front", "-o", "front.json")
    records = json.loads(Path("front.json").read_text())
    trials = load("analytic", "paretune.db").trials
    points = {(r["accuracy"], r["latency"]) for r in records}
    assert (code, out) == (0, "")
    assert points
    for accuracy, latency in trials.values[trials.is_complete]:
        beaten = any(a >= accuracy and t <= latency and (a, t) != (accuracy, latency) for a, t in points)
        assert beaten != ((accuracy, latency) in points)


def test_json_has_null_for_numbers_that_are_not_finite(paretune):
    study = optuna.create_study(study_name="plain", directions=["minimize"] * 2, storage=open_storage("paretune.db"))
    for i in range(2):
        trial = study.ask()
        trial.suggest_float("x", 0, 1)
        trial.set_user_attr("loss", [float("nan"), {"a": float("inf")}])
        study.tell(trial, [float("inf") if i else 1.0, 2.0])
    _, out, _ = paretune("export", "plain", "--format", "json")
    rows = json.loads(out, parse_constant=pytest.fail)
    assert [row["metrics"] for row in rows] == [{"loss": [None, {"a": None}]}] * 2


@pytest.mark.parametrize(
    ("words", "complaint"),
    [([], "there is no file paretune.db"), (["--storage", "nowhere.db"], "there is no file nowhere.db")],
)
def test_missing_storage_is_one_line(paretune, words, complaint):
    code, out, err = paretune("export", "analytic", *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"paretune: {complaint}")


@pytest.mark.usefixtures("small_study")
def test_json_has_the_record_of_each_trial(paretune):
    paretune("run", "./study.yaml", "--no-report")
    _, out, _ = paretune("export", "study", "--format", "json")
    for row in json.loads(out):
        assert row["record"]["worker"] in (0, 1)
        assert row["record"]["device"] == "cpu"
        assert set(row["record"]["durations"]) >= {"suggest", "evaluate"}
        assert ("error" in row["record"]) == (row["state"] == "failed")
        if row["state"] == "complete":
            assert row["record"]["steps"] == [{"loss": 2 * row["x"], "step": 1}]


@pytest.mark.usefixtures("small_study")
def test_curves_have_one_row_a_trial_and_step(paretune):
    paretune("run", "./study.yaml", "--no-report")
    trials = load("study", "paretune.db").trials
    code, out, _ = paretune("export", "study", "--curves")
    table = pd.read_csv(io.StringIO(out))
    assert (code, list(table)) == (0, ["number", "step", "loss"])
    assert table.number.tolist() == trials.numbers.tolist()
    assert table.step.tolist() == [1] * 5
    assert table.loss.tolist() == [2 * params["x"] for params in trials.params]
    rows = json.loads(paretune("export", "study", "--curves", "--format", "json", "--front")[1])
    best = trials[trials.is_complete].values.min()
    assert [row["loss"] for row in rows] == [2 * best]


def test_study_without_curves_is_one_line(paretune):
    study = Study({"x": Float(0, 1)}, [Minimize("loss")], storage="paretune.db", name="plain", searcher="random")
    study.run(lambda params: {"loss": params["x"]}, n_trials=2)
    code, out, err = paretune("export", "plain", "--curves", "-o", "curves.csv")
    assert (code, out) == (2, "")
    assert err == "paretune: study 'plain' has no curves: none of its trials reported metrics with a step\n"
    assert not Path("curves.csv").exists()
