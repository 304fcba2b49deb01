"""A search between other bounds and within limits of the user's, from its start to what is trained again."""

import json
from pathlib import Path

import pytest

from paretune import Int, Maximize
from paretune.study import load
from paretune.workloads.builtin.analytic import WORKLOAD
from told import told

pytestmark = pytest.mark.end_to_end

WIDTHS = ("--set", "width=8:16")
LIMITS = ("--at-least", "accuracy=0.6", "--at-most", "latency=0.01")
RANDOM = ("--searcher", "random", "--no-report")


@pytest.fixture
def narrow(paretune):
    code, _, err = paretune("run", "analytic", *RANDOM, "--trials", 6, *WIDTHS, *LIMITS)
    assert (code, told(err)) == (0, "")
    return load("analytic", "paretune.db")


def test_the_bounds_and_limits_given_are_those_of_the_search(paretune, narrow):
    assert narrow.trials.space["width"] == Int(8, 16, log=True)
    assert {p["width"] for p in narrow.trials.params} <= set(range(8, 17))
    assert narrow.trials.objectives[0] == Maximize("accuracy", at_least=0.6)
    assert narrow.trials.objectives[1].limit == 0.01
    assert set(narrow.trials.values[narrow.trials.is_complete][:, 0] >= 0.6) == {True}
    assert narrow.origin["ranges"] == {"width": "8:16"}
    paretune("report", "analytic")
    told = json.loads(Path("analytic-report/report.json").read_text())
    assert told["origin"][0]["ranges"] == "width=8:16"
    assert "at least 0.6" in told["origin"][0]["objectives"]


@pytest.mark.usefixtures("narrow")
def test_a_search_that_goes_on_keeps_them_and_refuses_others(paretune):
    assert paretune("run", "analytic", *RANDOM, "--trials", 7)[0] == 0
    assert paretune("run", "analytic", *RANDOM, "--trials", 8, *WIDTHS, *LIMITS)[0] == 0
    assert len(load("analytic", "paretune.db").trials) == 8
    code, _, err = paretune("run", "analytic", "--trials", 9, "--set", "width=8:32")
    assert (code, "has width='8:16', not '8:32'" in err) == (2, True)
    code, _, err = paretune("run", "analytic", "--trials", 9, "--at-least", "accuracy=0.7")
    assert (code, "wants accuracy to be at least 0.6, not 0.7: choose" in err) == (2, True)
    own = WORKLOAD.objectives[0].at_least
    code, _, err = paretune("run", "analytic", "--trials", 9, "--at-least", f"accuracy={own}")
    assert (code, f"wants accuracy to be at least 0.6, not {own}: choose" in err) == (2, True)
    code, _, err = paretune("run", "analytic", "--trials", 9, "--at-least", "latency=0.7")
    assert (code, err) == (2, "paretune: latency cannot be limited so: it is not maximized\n")


def test_a_limit_that_a_study_does_not_have_is_refused_in_the_users_words(paretune):
    Path("study.yaml").write_text(
        "space: {x: {type: float, low: 0, high: 1}}\nobjectives: {acc: {goal: maximize}, lat: {goal: minimize}}\n"
        """command: [sh, -c, 'echo "{\\"acc\\": 1, \\"lat\\": 1}"']\n"""
    )
    remedy = "choose another --study, or leave it out\n"
    for study, limit in (("free", ()), ("limited", ("--at-most", "lat=40"))):
        assert paretune("run", "study.yaml", *RANDOM, "--trials", 1, "--study", study, *limit)[0] == 0
    code, _, err = paretune("run", "study.yaml", "--trials", 2, "--study", "free", "--at-most", "lat=4")
    assert (code, err) == (2, f"paretune: study 'free' has no limit on lat, but at most 4 is asked for: {remedy}")
    code, _, err = paretune("run", "study.yaml", "--trials", 2, "--study", "limited", "--at-least", "acc=1")
    assert (code, err) == (2, f"paretune: study 'limited' has no limit on acc, but at least 1 is asked for: {remedy}")
    code, _, err = paretune("run", "study.yaml", "--trials", 2, "--study", "limited", "--at-most", "lat=40")
    assert (code, told(err)) == (0, "")


def test_what_is_trained_again_has_the_same_bounds_and_limits(paretune, narrow):
    assert paretune("refit", "analytic", "--top", 1, "--no-report")[0] == 0
    again = load("analytic-refit", "paretune.db")
    assert again.trials.space == narrow.trials.space
    assert again.trials.objectives == narrow.trials.objectives
    assert len(again.trials) == 1


@pytest.mark.usefixtures("narrow")
def test_a_pattern_means_runs_and_not_what_was_trained_again(paretune):
    paretune("refit", "analytic", "--top", 1, "--no-report")
    paretune("report", "analytic*", "--out", "made")
    told = json.loads(Path("made/report.json").read_text())
    assert [counts["run"] for counts in told["counts"]] == ["analytic"]
    assert len(told["trained_again"]) == 1
