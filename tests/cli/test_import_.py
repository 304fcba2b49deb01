"""`paretune import`: earlier trials become the start of a study."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from paretune.study import load

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def measured(paretune, searched):
    paretune("export", "before", "-o", "before.csv")
    return searched


def test_exported_study_is_imported_and_continued(paretune, measured):
    code, out, _ = paretune("import", "before.csv", "analytic", "--study", "after")
    assert (code, out) == (0, "after: 12 trials added from before.csv\n")
    code, _, _ = paretune(
        "run", "analytic", "--searcher", "random", "--trials", "14", "--study", "after", "--no-report"
    )
    trials = load("after", "paretune.db").trials
    assert code == 0
    assert len(trials) == 14
    assert trials.params[:12] == measured.params
    np.testing.assert_array_equal(trials.reasons[:12], measured.reasons)
    np.testing.assert_array_equal(trials.losses[:12], measured.losses)
    assert load("after", "paretune.db").origin["runs"][0]["searcher"] == "added from before.csv"


@pytest.mark.usefixtures("measured")
def test_same_file_is_not_added_twice(paretune):
    paretune("import", "before.csv", "analytic", "--study", "after")
    code, _, err = paretune("import", "before.csv", "analytic", "--study", "after")
    assert (code, err) == (2, "paretune: before.csv was added to study 'after' before: nothing was added\n")
    assert len(load("after", "paretune.db").trials) == 12


def test_trials_with_origin_become_the_same_study(paretune):
    run = ("run", "analytic", "--searcher", "random", "--seed", 3, "--study", "s", "--no-report")
    settings = ("--set", "width=8:64", "--set", "layers=2", "--at-most", "latency=0.01")
    paretune(*run, "--trials", 7, *settings)
    paretune("export", "s", "-o", "s.csv.gz")
    paretune("export", "s", "--format", "origin", "-o", "s.json")
    known = ("import", "s.csv.gz", "analytic", "--origin", "s.json", "--study", "s", "--storage", "other.db")
    code, out, err = paretune(*known)
    assert (code, out, err) == (0, "s: 7 trials added from s.csv.gz\n", "")
    for storage in ("paretune.db", "other.db"):
        assert paretune(*run, "--trials", 9, "--storage", storage)[0] == 0
    ours, theirs = load("s", "paretune.db"), load("s", "other.db")
    assert theirs.trials.params == ours.trials.params
    assert theirs.trials.objectives == ours.trials.objectives
    np.testing.assert_array_equal(theirs.trials.values, ours.trials.values)
    np.testing.assert_array_equal(theirs.trials.reasons, ours.trials.reasons)
    assert [r["searcher"] for r in theirs.origin["runs"]] == ["random", "random"]
    assert theirs.origin["runs"][0]["command"] == ours.origin["runs"][0]["command"]
    assert {**theirs.origin, "runs": []} == {**ours.origin, "runs": []}


def test_imported_refit_belongs_to_its_study(paretune):
    paretune("run", "analytic", "--searcher", "random", "--trials", 5, "--study", "s", "--no-report")
    paretune("refit", "s", "--top", 1, "--no-report")
    for study in ("s", "s-refit"):
        paretune("export", study, "-o", f"{study}.csv.gz")
        paretune("export", study, "--format", "origin", "-o", f"{study}.json")
        words = ("--origin", f"{study}.json", "--study", study, "--storage", "other.db")
        assert paretune("import", f"{study}.csv.gz", "analytic", *words)[0] == 0
    for storage in ("paretune.db", "other.db"):
        paretune("report", "s", "--storage", storage, "--out", storage.removesuffix(".db"))
    ours, theirs = (json.loads(Path(folder, "report.json").read_text()) for folder in ("paretune", "other"))
    assert set(ours.pop("files")) - set(theirs.pop("files")) == {"curves.svg"}  # curves are exported by themselves
    assert len(ours["trained_again"]) == 1
    assert theirs == ours


def test_origin_must_fit_the_study(paretune):
    run = ("run", "analytic", "--searcher", "random", "--trials", 2, "--no-report", "--study")
    paretune(*run, "s", "--set", "width=8:64")
    paretune("export", "s", "-o", "s.csv")
    paretune("export", "s", "--format", "origin", "-o", "s.json")
    paretune(*run, "t")
    known = ("import", "s.csv", "analytic", "--origin", "s.json", "--study")
    code, _, err = paretune(*known, "t")
    assert (code, "study 't' searches the whole range of width, but --set gives '8:64'" in err) == (2, True)
    code, _, err = paretune(*known, "u", "--set", "width=8:32")
    assert (code, "s.json has ranges {'width': '8:64'}, but study 'u' has {'width': '8:32'}" in err) == (2, True)


CHOICES = """\
space:
  features: {type: categorical, choices: [sqrt, log2, 0.5]}
  depth: {type: categorical, choices: [null, 10, 20]}
  level: {type: categorical, choices: ["1", "2"]}
  warm: {type: categorical, choices: [true, false]}
  kind: {type: categorical, choices: [a, b]}
  part: {type: categorical, choices: [null, 1], when: {kind: a}}
  rate: {type: float, low: 0, high: 1, when: {kind: b}}
  width: {type: int, low: 1, high: 9, when: {kind: b}}
objectives: {loss: {goal: minimize}}
command: ["true"]
"""


def test_choices_of_every_type_keep_their_type(paretune):
    Path("study.yaml").write_text(CHOICES)
    words = ("run", "study.yaml", "--searcher", "random", "--trials", 30, "--max-failures", 99, "--no-report")
    paretune(*words, "--study", "before")
    paretune("export", "before", "-o", "before.csv")
    code, _, err = paretune("import", "before.csv", "study.yaml", "--study", "after")
    assert (code, err) == (0, "")
    before, after = (load(name, "paretune.db").trials for name in ("before", "after"))
    assert [{n: (type(v), v) for n, v in params.items()} for params in after.params] == [
        {n: (type(v), v) for n, v in params.items()} for params in before.params
    ]
    for name, parameter in before.space.items():
        assert {params.get(name) for params in before.params} >= set(getattr(parameter, "choices", ())), name


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("sqrt,7,1,True,a,,,", "mine.csv, line 2: depth must be one of None, 10, 20, but is '7'"),
        ("sqrt,10,1,True,b,,0.5,", "mine.csv, line 2: parameter width is missing"),
        ("sqrt,10,1,True,b,,0.5,3.5", "mine.csv, line 2: width must be a whole number, but is 3.5"),
        ("sqrt,10,1,True,b,,half,3", "mine.csv, line 2: rate must be a number, but is 'half'"),
        ("sqrt,10,1,True,b,1,0.5,3", "mine.csv, line 2: parameter part does not exist unless kind is 'a'"),
    ],
)
def test_cell_outside_space_is_refused_with_its_line_and_leaves_no_study(paretune, row, complaint):
    Path("study.yaml").write_text(CHOICES)
    Path("mine.csv").write_text(f"features,depth,level,warm,kind,part,rate,width,loss\n{row},1\n")
    code, out, err = paretune("import", "mine.csv", "study.yaml")
    assert (code, out) == (2, "")
    assert err.startswith(f"paretune: {complaint}")
    assert paretune("export", "study")[2] == "paretune: no study 'study' in this storage; it has none\n"


def test_pending_trial_may_lack_parameters(paretune):
    Path("study.yaml").write_text(CHOICES)
    Path("mine.csv").write_text(
        "state,features,depth,level,warm,kind,part,rate,width,loss\n"
        "complete,0.5,10.0,2,False,a,,,,1\npending,sqrt,,,,,,,,\n"
    )
    code, out, err = paretune("import", "mine.csv", "study.yaml")
    assert (code, out, err) == (0, "study: 1 trials added from mine.csv, 1 pending left out\n", "")
    (params,) = load("study", "paretune.db").trials.params
    assert params == {"features": 0.5, "depth": 10, "level": "2", "warm": False, "kind": "a", "part": None}


def test_column_that_is_no_parameter_is_refused_unless_ignored(paretune):
    Path("mine.csv").write_text("layers,width,extra,accuracy,latency\n2,16,good,0.5,1\n")
    goals = ("--set", "optimizer=adam", "--set", "learning_rate=0.1", "--set", "activation=relu")
    words = ("import", "mine.csv", "analytic", *goals)
    code, _, err = paretune(*words)
    assert (code, "mine.csv: column 'extra' is not one of the parameters layers, width" in err) == (2, True)
    assert err.endswith(": --ignore it\n")
    assert "parameter learning_rate is missing" in paretune(*words, "--ignore", "extra")[2]


@pytest.mark.usefixtures("measured")
def test_imported_search_continues_with_its_searcher(paretune):
    paretune("export", "before", "--format", "origin", "-o", "before.json")
    paretune("import", "before.csv", "analytic", "--study", "after", "--origin", "before.json")
    paretune("run", "analytic", "--trials", 13, "--study", "after", "--no-report")
    assert load("after", "paretune.db").origin["runs"][-1]["searcher"] == "random"


def test_file_without_workload_shows_the_parameters(paretune):
    Path("mine.csv").write_text("width,kind,accuracy,seconds\n1,a,0.5,2\n3,b,0.75,4\n2,a,,\n")
    code, _, _ = paretune("import", "mine.csv", "--maximize", "accuracy", "--minimize", "seconds")
    trials = load("mine", "paretune.db").trials
    assert code == 0
    assert [dict(p) for p in trials.params] == [{"width": w, "kind": k} for w, k in [(1, "a"), (3, "b"), (2, "a")]]
    assert list(trials.states) == ["complete", "complete", "failed"]


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # SQLite has no passwords, and says so
def test_password_is_not_stored_with_imported_study(paretune, monkeypatch):
    Path("mine.csv").write_text("width,accuracy\n8,0.5\n")
    words = ["import", "mine.csv", "--maximize", "accuracy", "--storage", "sqlite:///p.db?password=secret"]
    monkeypatch.setattr("sys.argv", ["paretune", *words])
    assert paretune(*words)[0] == 0
    (run,) = load("mine", "p.db").origin["runs"]
    assert run["command"].startswith("paretune import mine.csv")
    assert "secret" not in run["command"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["nowhere.csv", "analytic"], "there is no file nowhere.csv"),
        (["mine.csv", "analytic"], "mine.csv has no column 'accuracy'"),
        (["mine.csv", "--minimize", "a", "--study", " "], "--study is empty (is a shell variable not set?)"),
        (["mine.csv"], "the objectives of the trials are unknown: name their workload"),
        (["mine.csv", "analytic", "--maximize", "a"], "analytic has its own objectives"),
        (["mine.csv", "--minimize", "a", "--minimize", "b"], "mine.csv, line 2: b must be a number"),
        (["mine.csv", "--origin", "o.json", "--maximize", "a"], "--origin and limits need a workload"),
        (["mine.csv", "analytic", "--origin", "no.json"], "there is no file no.json"),
        (["mine.csv", "analytic", "--origin", "mine.csv"], "mine.csv is not JSON"),
        (
            ["mine.csv", "analytic", "--origin", "list.json"],
            "list.json was not written by `paretune export",
        ),
        (["fits.csv", "analytic"], "fits.csv, line 2: layers must be between 1 and 4, but is 9"),
    ],
)
def test_wrong_input_is_one_line(paretune, words, complaint):
    Path("mine.csv").write_text("x,a,b\n1,2,three\n")
    Path("list.json").write_text("[]")
    Path("o.json").write_text(json.dumps({"workload": "analytic", "objectives": {}, "runs": []}))
    Path("fits.csv").write_text("layers,accuracy,latency\n9,0.5,1\n")
    code, out, err = paretune("import", *words)
    assert (code, out) == (2, "")
    assert complaint in err
    assert err.count("\n") == 1


@pytest.mark.usefixtures("small_study")
def test_imported_curves_are_those_that_were_exported(paretune):
    paretune("run", "./study.yaml", "--no-report")
    paretune("export", "study", "-o", "t.csv.gz")
    paretune("export", "study", "--curves", "-o", "curves.csv.gz")
    words = ("import", "t.csv.gz", "study.yaml", "--curves", "curves.csv.gz", "--study", "again")
    assert paretune(*words) == (0, "again: 5 trials added from t.csv.gz\n", "")
    before, after = (load(name, "paretune.db").trials for name in ("study", "again"))
    assert after.curves.n_trials == 5
    pd.testing.assert_frame_equal(after.curves.to_frame(), before.curves.to_frame())
    assert paretune("export", "again", "--curves")[1] == paretune("export", "study", "--curves")[1]


def test_wrong_curves_are_one_line_and_leave_no_trial(paretune):
    Path("t.csv").write_text("number,x,loss\n4,0.5,1\n7,0.25,2\n")
    words = ("import", "t.csv", "--minimize", "loss", "--curves", "curves.csv")
    for text, complaint in [
        ("number,step,loss\n4,1,3\n5,1,3\n", "curves.csv, line 3: number must be the number of one of the trials"),
        ("number,step,loss\n4,1.5,3\n", "curves.csv, line 2: step must be a whole number of at least 0"),
        ("number,loss\n4,3\n", "curves.csv has no column 'step'; its columns are number, loss"),
    ]:
        Path("curves.csv").write_text(text)
        code, out, err = paretune(*words)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith(f"paretune: {complaint}")
    Path("curves.csv").write_text("number,step,error\n7,2,nan\n7,1,0.5\n7,2,0.25\n")
    taken = "t.csv: taken as parameters: x; as metrics: loss; change with --parameter, --metric, --ignore\n"
    assert paretune(*words) == (0, "t: 2 trials added from t.csv\n", taken)
    curves = load("t", "paretune.db").trials.curves
    assert curves.last_steps == {1: 2}
    assert curves.metrics["error"].tolist() == [0.5, 0.25]
