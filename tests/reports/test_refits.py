"""Retrained configurations, counted by comparing each pair."""

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from paretune import Float, Maximize, Minimize, Objectives, Space, Trials
from paretune.reports import Run, summarize
from paretune.reports.refits import RefitCount, RetrainedConfiguration, count_unbeaten
from paretune.reports.render import report_texts

OBJECTIVES = Objectives([Maximize("gain"), Minimize("cost")])
SPACE = Space({"x": Float(0, 1)})
OUTCOME = st.none() | st.tuples(st.integers(0, 4), st.integers(0, 4))  # None: it failed


def refit(outcome):
    gain, cost = outcome or (None, None)
    return RetrainedConfiguration(
        "a", 0, {}, {"gain": (gain, None), "cost": (cost, 0.1)}, "" if outcome else "crashed", {}
    )


def beats(one, other):
    return one[0] >= other[0] and one[1] <= other[1] and one != other


@given(st.lists(OUTCOME, max_size=6), st.lists(OUTCOME, max_size=6))
def test_unbeaten_refits_succeeded_and_are_not_dominated(ours, theirs):
    stand = [one for one in ours if one and not any(other and beats(other, one) for other in theirs)]
    found = count_unbeaten([refit(one) for one in ours], [refit(one) for one in theirs], OBJECTIVES)
    assert found == RefitCount(len(ours), len(stand))


def run(name, gains, again):
    def table(gains):
        losses = [[-gain, i] for i, gain in enumerate(gains)]
        return Trials(SPACE, OBJECTIVES, tuple({"x": i / 10} for i in range(len(gains))), losses)

    return Run(name, table(gains), refit=None if again is None else Run(f"{name}-refit", table(again)))


def json_and_text(*sides):
    found = report_texts(summarize(*sides), [])
    return json.loads(found["report.json"]), found["report.md"]


def test_report_shows_refits_of_both_sides():
    found, text = json_and_text(run("ours", [3, 4, 5], [3, 1, 5]), run("theirs", [2, 3, 4], [2, 2, np.nan]))
    assert [(refit["run"], refit["number"]) for refit in found["trained_again"]] == [
        *(("ours", i) for i in range(3)),
        *(("theirs", i) for i in range(3)),
    ]
    assert found["stands"] == {"candidate": {"n": 3, "n_standing": 2}, "baseline": {"n": 3, "n_standing": 0}}
    assert "2 of 3 of ours are beaten by none of theirs, and 0 of 3 of theirs by none of ours." in text
    assert [counts["efficient"] for counts in found["counts"]] == [3, 3]


def test_refits_of_one_side_are_compared_with_each_other():
    found, text = json_and_text(run("ours", [3, 4, 5], [3, 1, 5]))
    assert found["stands"] == {"candidate": {"n": 3, "n_standing": 2}, "baseline": {"n": 0, "n_standing": 0}}
    assert "After retraining, 2 of 3 are beaten by none of the others." in text


def test_report_without_refits_does_not_mention_them():
    found, text = json_and_text(run("ours", [3, 4], None), run("theirs", [2, 3], None))
    assert (found["trained_again"], found["stands"]) == ([], None)
    assert "Trained again" not in text
