"""Do the best still stand when they are trained again? Held against a look at each pair."""

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from paretune import Float, Maximize, Minimize, Objectives, Space, Trials
from paretune.report import Run, summarize
from paretune.report.refits import Refit, Standing, standing
from paretune.report.render import pages

OBJECTIVES = Objectives([Maximize("gain"), Minimize("cost")])
SPACE = Space({"x": Float(0, 1)})
OUTCOME = st.none() | st.tuples(st.integers(0, 4), st.integers(0, 4))  # None: it failed


def refit(outcome):
    gain, cost = outcome or (None, None)
    return Refit("a", 0, {}, {"gain": (gain, None), "cost": (cost, 0.1)}, "" if outcome else "crashed", {})


def beats(one, other):
    return one[0] >= other[0] and one[1] <= other[1] and one != other


@given(st.lists(OUTCOME, max_size=6), st.lists(OUTCOME, max_size=6))
def test_those_stand_that_succeed_and_that_none_they_are_held_against_beats(ours, theirs):
    stand = [one for one in ours if one and not any(other and beats(other, one) for other in theirs)]
    found = standing([refit(one) for one in ours], [refit(one) for one in theirs], OBJECTIVES)
    assert found == Standing(len(ours), len(stand))


def run(name, gains, again):
    def table(gains):
        losses = [[-gain, i] for i, gain in enumerate(gains)]
        return Trials(SPACE, OBJECTIVES, tuple({"x": i / 10} for i in range(len(gains))), losses)

    return Run(name, table(gains), refit=None if again is None else Run(f"{name}-refit", table(again)))


def told_and_text(*sides):
    found = pages(summarize(*sides), [], has_film=False)
    return json.loads(found["report.json"]), found["report.md"]


def test_both_sides_are_shown_as_they_are_now():
    told, text = told_and_text(run("ours", [3, 4, 5], [3, 1, 5]), run("theirs", [2, 3, 4], [2, 2, np.nan]))
    assert [(found["run"], found["number"]) for found in told["trained_again"]] == [
        *(("ours", i) for i in range(3)),
        *(("theirs", i) for i in range(3)),
    ]
    assert told["stands"] == {"candidate": {"n": 3, "n_standing": 2}, "baseline": {"n": 3, "n_standing": 0}}
    assert "2 of 3 of ours are beaten by none of theirs, and 0 of 3 of theirs by none of ours." in text
    assert [counts["efficient"] for counts in told["counts"]] == [3, 3]


def test_of_one_side_those_stand_that_no_other_of_them_beats():
    told, text = told_and_text(run("ours", [3, 4, 5], [3, 1, 5]))
    assert told["stands"] == {"candidate": {"n": 3, "n_standing": 2}, "baseline": {"n": 0, "n_standing": 0}}
    assert "As they are now, 2 of 3 are beaten by no other of them." in text


def test_where_nothing_was_trained_again_nothing_is_said_of_it():
    told, text = told_and_text(run("ours", [3, 4], None), run("theirs", [2, 3], None))
    assert (told["trained_again"], told["stands"]) == ([], None)
    assert "Trained again" not in text
