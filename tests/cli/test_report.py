"""`paretune report`: of studies and of CSV files."""

import re
from pathlib import Path

import numpy as np
import optuna
import pytest

from paretune.study import load, open_storage
from study_reports import FILE_OBJECTIVES, read_report, write_trials_csv

pytestmark = pytest.mark.end_to_end


def test_report_from_storage_equals_that_of_run(paretune):
    paretune("run", "analytic", "--trials", 3, "--searcher", "random", "--study", "mine", "--out", "first")
    code, out, _ = paretune("report", "mine", "--out", "second")
    assert code == 0
    assert out.endswith("Report: second/report.html\n")
    assert Path("first/report.md").read_text() == Path("second/report.md").read_text()


@pytest.mark.usefixtures("studies")
def test_report_with_baselines_equals_that_of_compare(paretune):
    paretune("compare", "sobol", "random-*")
    ours = (
        "report",
        "sobol",
        "--baseline",
        "random-1",
        "--baseline",
        "random-2",
        "--out",
        "made",
        "--title",
        "Two seeds",
    )
    assert paretune(*ours)[0] == 0
    assert read_report("made") == {**read_report("sobol-against-random-1_random-2-report"), "title": "Two seeds"}


@pytest.mark.usefixtures("studies")
def test_report_of_exported_csv_equals_that_of_study(paretune):
    paretune("export", "sobol", "-o", "sobol.csv")
    paretune("report", "sobol", "--out", "of_study")
    limit = ("--at-least", "accuracy=0.2")
    code, out, err = paretune("report", "--csv", "sobol.csv", *FILE_OBJECTIVES, *limit, "--out", "of_csv")
    assert (code, err) == (0, "")
    stored, read = read_report("of_study"), read_report("of_csv")
    assert out.startswith(stored["headline"])
    for key in ("study", "counts", "efficient", "knee", "hypervolume", "objectives"):
        assert read[key] == stored[key], key
    assert read["origin"][0]["data"] == "sobol.csv"


@pytest.mark.parametrize("index", [True, False])
def test_csv_of_optuna_study_is_reported_compared_and_imported(paretune, index):
    def train(trial):
        width, kind = trial.suggest_int("width", 1, 9), trial.suggest_categorical("kind", ["a", "b"])
        trial.set_user_attr("note", f"{width} {kind}")
        return width, width**2 + (kind == "a")

    study = optuna.create_study(directions=["maximize", "minimize"], sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(train, n_trials=6)
    study.trials_dataframe().to_csv("t.csv", index=index)
    Path("copy.csv").write_bytes(Path("t.csv").read_bytes())
    goals = ("--maximize", "values_0", "--minimize", "values_1")
    for words in (("report", "t.csv", "--out", "made"), ("compare", "t.csv", "copy.csv"), ("import", "t.csv")):
        code, _, err = paretune(*words, *goals)
        assert code == 0
        assert "written by Optuna (trials_dataframe): taken as parameters: kind, width; as metrics: values_0, " in err
    assert {tuple(found["params"]) for found in read_report("made")["efficient"]} == {("kind", "width")}
    imported = load("t", "paretune.db").trials
    assert list(imported.params) == [trial.params for trial in study.trials]
    assert imported.values.tolist() == [trial.values for trial in study.trials]


@pytest.mark.usefixtures("studies")
def test_limits_of_report_replace_and_add_to_those_of_study(paretune):
    trials = load("sobol", "paretune.db").trials
    code, _, _ = paretune(
        "report", "sobol", "--at-least", "accuracy=0.1", "--at-most", "latency=0.002", "--out", "made"
    )
    values = trials.values[~np.isnan(trials.losses).any(axis=1)]
    inside = (values[:, 0] >= 0.1) & (values[:, 1] <= 0.002)
    assert code == 0
    assert read_report("made")["counts"][0]["complete"] == inside.sum()
    assert read_report("made")["objectives"]["accuracy"]["at_least"] == 0.1
    assert read_report("made")["objectives"]["latency"]["at_most"] == 0.002
    assert read_report("made")["hypervolume"]["reference"]["latency"] == {"value": 0.002, "source": "limit"}


def test_given_reference_point_is_used_and_shown(paretune):
    write_trials_csv("ours.csv", 1)
    paretune("report", "ours.csv", *FILE_OBJECTIVES, "--reference", "accuracy=0.4,latency=2", "--out", "made")
    assert read_report("made")["hypervolume"]["reference"] == {
        "accuracy": {"value": 0.4, "source": "given"},
        "latency": {"value": 2.0, "source": "given"},
    }
    assert re.search(r"accuracy = 0.4, latency = (2 s|2,?000 ms) \(as given\)", Path("made/report.html").read_text())


def test_unfit_trials_of_optuna_study_are_counted(paretune):
    study = optuna.create_study(study_name="plain", directions=["minimize"] * 2, storage=open_storage("paretune.db"))
    for i in range(4):
        trial = study.ask()
        trial.suggest_float("x", 0, 1)
        study.tell(trial, [i, -i])
    study.tell(study.ask(), state=optuna.trial.TrialState.FAIL)
    code, _, errors = paretune("report", "plain", "--out", "made")
    assert code == 0
    assert "NOTICE: 1 of 5 trials of plain are left out of all numbers" in errors
    _, seen, _ = paretune("status", "plain")
    assert seen.startswith("plain: 5 trials: 4 complete, 0 failed, 1 without the parameters of the others")
    assert read_report("made")["counts"][0] | {"failures": {}} == {
        "run": "plain", "trials": 5, "complete": 4, "efficient": 4, "failed": 0, "pending": 0, "lost": 0, "unfit": 1,
        "failures": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["report", "t.csv"], "the objectives of t.csv are unknown: name columns with --maximize COLUMN and"),
        (["report", "no.csv", *FILE_OBJECTIVES], "there is no file no.csv"),
        (["report", "t.txt", "--csv", *FILE_OBJECTIVES], "there is no file t.txt"),
        (["report", "t.csv", "--maximize", "acc"], "t.csv has no column 'acc'; its columns are x,"),
        (["report", "t.csv", *FILE_OBJECTIVES, "--ignore", "id"], "t.csv has no column 'id'"),
        (["report", "t.csv", *FILE_OBJECTIVES, "--at-least", "accuracy"], "--at-least takes name=number, such as"),
        (["report", "t.csv", *FILE_OBJECTIVES, "--at-most", "latency=x"], "--at-most takes name=number"),
        (["report", "t.csv", *FILE_OBJECTIVES, "--at-most", "latency=1,latency=2"], "--at-most gives latency twice"),
        (["report", "t.csv", *FILE_OBJECTIVES, "--at-most", "accuracy=1"], "accuracy is not minimized"),
        (["report", "t.csv", *FILE_OBJECTIVES, "--reference", "tiem=1"], "the reference names 'tiem'"),
        (["report", "t.csv", *FILE_OBJECTIVES, "--unit", "size=MB"], "--unit takes name=unit of an objective"),
        (["report", "mine", *FILE_OBJECTIVES], "there is no file paretune.db"),
        (["report", "mine"], "there is no file paretune.db"),
        (["compare", "t.csv", "text.csv", *FILE_OBJECTIVES], "text.csv, line 2: accuracy must be a number, or empty"),
        (["compare", "t.csv", "semicolons.csv", *FILE_OBJECTIVES], "semicolons.csv is separated by semicolons"),
        (["compare", "t.csv", "empty.csv", *FILE_OBJECTIVES], "empty.csv is empty"),
    ],
)  # fmt: skip
def test_wrong_input_is_one_line_and_leaves_nothing(paretune, words, complaint):
    write_trials_csv("t.csv", 1)
    Path("text.csv").write_text("x,accuracy,latency\n1,high,2\n")
    Path("semicolons.csv").write_text("x;accuracy;latency\n1;2;3\n")
    Path("empty.csv").write_text("")
    code, out, err = paretune(*words)
    assert (code, out) == (2, "")
    assert complaint in err
    assert err.count("\n") == 1
    assert err.startswith("paretune: ")
    assert not list(Path().glob("*-report"))


@pytest.mark.usefixtures("studies")
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["report", "sobol", "--out", "there"], "--out there cannot be created: there is a file"),
        (["compare", "sobol", "random-1", "--out", "there/below"], "--out there/below cannot be created"),
        (["report", "sobol", "--out", "."], "would overwrite report.md, which no report has written"),
        (["compare", "sobol", "random-1"], "would overwrite sobol-against-random-1-report/front.svg"),
        (["compare", "sobol", "sobol"], "sobol is on both sides of the comparison"),
        (["report", "random-1", "--baseline", "random-*"], "random-1 is on both sides of the comparison"),
    ],
)
def test_report_that_cannot_be_written_is_refused_before_the_computation(paretune, monkeypatch, words, complaint):
    from paretune.app import report

    monkeypatch.setattr(report, "summarize", pytest.fail)
    Path("there").write_text("a letter")
    Path("report.md").write_text("mine")
    folder = Path("sobol-against-random-1-report")
    folder.mkdir()
    (folder / "front.svg").write_text("mine")
    code, out, err = paretune(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert complaint in err


@pytest.mark.parametrize("command", [["status"], ["export"], ["stop"], ["log"], ["refit"]])
def test_command_that_takes_a_study_refuses_a_file(paretune, command):
    code, out, err = paretune(*command, "t.csv", *(["0"] if command == ["log"] else []))
    assert (code, out) == (2, "")
    assert err == (
        "paretune: 't.csv' means a CSV file, since it ends in .csv, and not a study: name a study, or make one of the "
        "file with `paretune import`\n"
    )
