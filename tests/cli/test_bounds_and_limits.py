"""Bounds and limits that a user sets, from the search to the refit."""

import json
from pathlib import Path

import pytest

from command_output import without_trial_lines
from paretune import Int, Maximize
from paretune.study import load
from paretune.workloads.builtin.analytic import WORKLOAD

pytestmark = pytest.mark.end_to_end

WIDTHS = ("--set", "width=8:16")
LIMITS = ("--at-least", "accuracy=0.6", "--at-most", "latency=0.01")
RANDOM = ("--searcher", "random", "--no-report")


@pytest.fixture
def narrow(paretune):
    code, _, err = paretune("run", "analytic", *RANDOM, "--trials", 6, *WIDTHS, *LIMITS)
    assert (code, without_trial_lines(err)) == (0, "")
    return load("analytic", "paretune.db")


def test_given_bounds_and_limits_apply_to_search(paretune, narrow):
    assert narrow.trials.space["width"] == Int(8, 16, log=True)
    assert {p["width"] for p in narrow.trials.params} <= set(range(8, 17))
    assert narrow.trials.objectives[0] == Maximize("accuracy", at_least=0.6)
    assert narrow.trials.objectives[1].limit == 0.01
    assert set(narrow.trials.values[narrow.trials.is_complete][:, 0] >= 0.6) == {True}
    assert narrow.origin["ranges"] == {"width": "8:16"}
    paretune("report", "analytic")
    numbers = json.loads(Path("analytic-report/report.json").read_text())
    assert numbers["origin"][0]["ranges"] == "width=8:16"
    assert "at least 0.6" in numbers["origin"][0]["objectives"]


@pytest.mark.usefixtures("narrow")
def test_resumed_search_keeps_bounds_and_limits_and_refuses_others(paretune):
    assert paretune("run", "analytic", *RANDOM, "--trials", 7)[0] == 0
    assert paretune("run", "analytic", *RANDOM, "--trials", 8, *WIDTHS, *LIMITS)[0] == 0
    assert len(load("analytic", "paretune.db").trials) == 8
    code, _, err = paretune("run", "analytic", "--trials", 9, "--set", "width=8:32")
    assert (code, "has width='8:16', not '8:32'" in err) == (2, True)
    code, _, err = paretune("run", "analytic", "--trials", 9, "--at-least", "accuracy=0.7")
    assert (code, "requires accuracy to be at least 0.6, not 0.7: choose" in err) == (2, True)
    own = WORKLOAD.objectives[0].at_least
    code, _, err = paretune("run", "analytic", "--trials", 9, "--at-least", f"accuracy={own}")
    assert (code, f"requires accuracy to be at least 0.6, not {own}: choose" in err) == (2, True)
    code, _, err = paretune("run", "analytic", "--trials", 9, "--at-least", "latency=0.7")
    assert (code, err) == (2, "paretune: latency is not maximized: its limit must be at most\n")


def test_limit_that_study_lacks_is_refused(paretune):
    Path("study.yaml").write_text(
        "space: {x: {type: float, low: 0, high: 1}}\nobjectives: {acc: {goal: maximize}, lat: {goal: minimize}}\n"
        """command: [sh, -c, 'echo "{\\"acc\\": 1, \\"lat\\": 1}"']\n"""
    )
    remedy = "choose another --study, or leave it out\n"
    for study, limit in (("free", ()), ("limited", ("--at-most", "lat=40"))):
        assert paretune("run", "study.yaml", *RANDOM, "--trials", 1, "--study", study, *limit)[0] == 0
    code, _, err = paretune("run", "study.yaml", "--trials", 2, "--study", "free", "--at-most", "lat=4")
    assert (code, err) == (2, f"paretune: study 'free' has no limit on lat, but at most 4 was given: {remedy}")
    code, _, err = paretune("run", "study.yaml", "--trials", 2, "--study", "limited", "--at-least", "acc=1")
    assert (code, err) == (2, f"paretune: study 'limited' has no limit on acc, but at least 1 was given: {remedy}")
    code, _, err = paretune("run", "study.yaml", "--trials", 2, "--study", "limited", "--at-most", "lat=40")
    assert (code, without_trial_lines(err)) == (0, "")


def test_refit_has_same_bounds_and_limits(paretune, narrow):
    assert paretune("refit", "analytic", "--top", 1, "--no-report")[0] == 0
    again = load("analytic-refit", "paretune.db")
    assert again.trials.space == narrow.trials.space
    assert again.trials.objectives == narrow.trials.objectives
    assert len(again.trials) == 1


@pytest.mark.usefixtures("narrow")
def test_pattern_does_not_mean_refits(paretune):
    paretune("refit", "analytic", "--top", 1, "--no-report")
    paretune("report", "analytic*", "--out", "made")
    numbers = json.loads(Path("made/report.json").read_text())
    assert [counts["run"] for counts in numbers["counts"]] == ["analytic"]
    assert len(numbers["trained_again"]) == 1
