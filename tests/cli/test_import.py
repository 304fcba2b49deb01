"""What was measured before is a study to go on from."""

from pathlib import Path

import numpy as np
import pytest

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
        (["fits.csv", "analytic"], "fits.csv, trial 0 does not fit study 'analytic': layers"),
    ],
)
def test_a_file_that_does_not_fit_is_one_line(paretune, words, complaint):
    Path("mine.csv").write_text("x,a,b\n1,2,three\n")
    Path("fits.csv").write_text("layers,accuracy,latency\n9,0.5,1\n")
    code, out, err = paretune("import", *words)
    assert (code, out) == (2, "")
    assert complaint in err
    assert err.count("\n") == 1
