"""What was measured before is a study to go on from."""

import json
from pathlib import Path

import numpy as np
import pytest

from paretune.cli.origin_file import check_same
from paretune.cli.run import _own_data
from paretune.errors import StudyMismatchError
from paretune.study import load


@pytest.fixture
def measured(paretune):
    paretune("run", "analytic", "--searcher", "random", "--trials", "12", "--study", "before", "--no-report")
    paretune("export", "before", "-o", "before.csv")
    return load("before", "paretune.db").trials


def test_an_exported_study_is_imported_and_gone_on_with(paretune, measured):
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
def test_the_same_file_is_not_added_twice(paretune):
    paretune("import", "before.csv", "analytic", "--study", "after")
    code, _, err = paretune("import", "before.csv", "analytic", "--study", "after")
    assert (code, err) == (2, "paretune: before.csv was added to study 'after' before: nothing was added\n")
    assert len(load("after", "paretune.db").trials) == 12


def test_trials_and_their_origin_are_the_study_that_they_were(paretune):
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


def test_what_was_trained_again_is_so_again(paretune):
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
    assert len(ours["trained_again"]) == 1
    assert theirs == ours


def test_an_origin_must_be_that_of_the_study(paretune):
    run = ("run", "analytic", "--searcher", "random", "--trials", 2, "--no-report", "--study")
    paretune(*run, "s", "--set", "width=8:64")
    paretune("export", "s", "-o", "s.csv")
    paretune("export", "s", "--format", "origin", "-o", "s.json")
    paretune(*run, "t")
    known = ("import", "s.csv", "analytic", "--origin", "s.json", "--study")
    code, _, err = paretune(*known, "t")
    assert (code, "study 't' searches width as the workload does, but --set has '8:64'" in err) == (2, True)
    code, _, err = paretune(*known, "u", "--set", "width=8:32")
    assert (code, "s.json has ranges {'width': '8:64'}, but study 'u' has {'width': '8:32'}" in err) == (2, True)


def test_the_same_data_may_have_been_found_elsewhere():
    data = {"name": "Adiac", "sha256": "ab", "notice": "found in d1"}
    facts = {"workload": "diatoms", "options": {}, "fixed": {}, "data": data}
    moved = {**data, "notice": "found in d2"}
    check_same(Path("o.json"), facts, "s", {**facts, "data": moved})
    assert _own_data("s", data, moved) == data
    assert _own_data("s", None, moved) == moved  # which a study without data refuses
    with pytest.raises(StudyMismatchError, match="o.json has data .*, but study 's' has"):
        check_same(Path("o.json"), facts, "s", {**facts, "data": {**data, "sha256": "cd"}})


def test_without_a_workload_the_file_says_what_was_varied(paretune):
    Path("mine.csv").write_text("width,kind,accuracy,seconds\n1,a,0.5,2\n3,b,0.75,4\n2,a,,\n")
    code, _, _ = paretune("import", "mine.csv", "--maximize", "accuracy", "--minimize", "seconds")
    trials = load("mine", "paretune.db").trials
    assert code == 0
    assert [dict(p) for p in trials.params] == [{"width": w, "kind": k} for w, k in [(1, "a"), (3, "b"), (2, "a")]]
    assert list(trials.states) == ["complete", "complete", "failed"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["nowhere.csv", "analytic"], "there is no file nowhere.csv"),
        (["mine.csv", "analytic"], "mine.csv has no column 'accuracy'"),
        (["mine.csv"], "say which workload's trials these are, or what is wanted by --maximize COLUMN"),
        (["mine.csv", "analytic", "--maximize", "a"], "analytic says itself what is wanted"),
        (["mine.csv", "--minimize", "a", "--minimize", "b"], "mine.csv, line 2: b must be a number"),
        (["mine.csv", "--origin", "o.json", "--maximize", "a"], "--origin and limits are for the trials of a workload"),
        (["mine.csv", "analytic", "--origin", "no.json"], "no.json cannot be read: No such file"),
        (["mine.csv", "analytic", "--origin", "mine.csv"], "mine.csv is no JSON"),
        (["mine.csv", "analytic", "--origin", "list.json"], "list.json is not what `paretune export --format origin`"),
        (["fits.csv", "analytic"], "fits.csv, trial 0 does not fit study 'analytic': layers"),
    ],
)
def test_a_file_that_does_not_fit_is_one_line(paretune, words, complaint):
    Path("mine.csv").write_text("x,a,b\n1,2,three\n")
    Path("list.json").write_text("[]")
    Path("o.json").write_text(json.dumps({"workload": "analytic", "objectives": {}, "runs": []}))
    Path("fits.csv").write_text("layers,accuracy,latency\n9,0.5,1\n")
    code, out, err = paretune("import", *words)
    assert (code, out) == (2, "")
    assert complaint in err
    assert err.count("\n") == 1
