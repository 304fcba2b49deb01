"""The headline of a report."""

from dataclasses import replace

import numpy as np
import pytest

from paretune import Float, Maximize, Minimize, Objectives, Space, Trials
from paretune.confidence import Estimate, EvaluationsToMatch
from paretune.reports import Run, headline, summarize
from paretune.reports.headline import match_text

SPACE = Space({"x": Float(0, 1)})
TWO = Objectives([Maximize("accuracy"), Minimize("latency", unit="s")])
NAN = float("nan")


def run_of(values, objectives=TWO, name="mine", searcher="bayes", state=""):
    n = len(values)
    columns = {"x": np.linspace(0, 1, n).tolist(), "state": [state] * n}
    columns |= {name: [row[i] for row in values] for i, name in enumerate(objectives.names)}
    return Run(name, Trials.from_columns(columns, SPACE, objectives), {"runs": [{"searcher": searcher}]})


EFFICIENT = (
    "configurations are efficient (no other is as good in every objective and better in one); the knee, the efficient "
    "one nearest to the best of every objective,"
)
GOOD = [(0.7, 0.05), (0.78, 0.11), (0.9, 2.0), (0.5, 3.0), (NAN, NAN)]


@pytest.mark.parametrize(
    ("run", "sentence"),
    [
        (run_of([]), "No trial has finished yet."),
        (run_of([(NAN, NAN)] * 2, state="pending"), "No trial has finished yet; 2 are pending."),
        (run_of([(NAN, NAN)]), "None of 1 trial succeeded (1 crashed)."),
        (run_of([(NAN, NAN)] * 3, state="stopped"), "None of 3 trials succeeded (3 stopped early)."),
        (
            run_of(GOOD[:1]),
            "Of 1 trial, one configuration is best in every objective: number 0: accuracy 0.7 at 50 ms.",
        ),
        (
            run_of(GOOD),
            "Of 5 trials, *** is number 1: accuracy 0.78 at 0.11 s.",
        ),
        (
            run_of([(3.0,), (1.25,), (1.25,)], Objectives([Minimize("loss")])),
            "Of 3 trials, 2 configurations are equally good; the first is number 1: loss 1.25.",
        ),
        (
            run_of([(3.0,), (1.25,)], Objectives([Minimize("loss")])),
            "Of 2 trials, one configuration is best in every objective: number 1: loss 1.25.",
        ),
        (
            run_of([(0.9996, 1234514.0), (0.99999, 1235230.0)], Objectives([Maximize("auc"), Minimize("params")])),
            "Of 2 trials, %%% is number 1: auc 0.99999 at params 1235230.",
        ),
        (
            run_of([(3.0, 4.0, 5.0)], Objectives([Maximize("a"), Minimize("b"), Minimize("c", unit="MB")])),
            "Of 1 trial, one configuration is best in every objective: number 0: a 3 at b 4 and c 5 MB.",
        ),
    ],
)
def test_headline_states_the_result(run, sentence):
    for mark, n in (("***", 3), ("%%%", 2)):
        sentence = sentence.replace(mark, f"{n} {EFFICIENT}")
    assert headline(summarize(run)) == sentence


def test_headline_names_baseline_and_its_number_of_trials():
    candidate = run_of(GOOD)
    same = summarize(candidate, run_of(GOOD * 4, name="theirs", searcher="random"))
    match = EvaluationsToMatch(10.3, 7.1, 14.8, 20.0, 1.0, 51)
    summary = replace(same, comparison=replace(same.comparison, evaluations_to_match=match))
    assert headline(summary).endswith(" theirs would have needed 10.3 times [7.1, 14.8] as many trainings.")
    theirs = summarize(candidate, run_of(GOOD[3:] * 5, name="theirs", searcher="tpe"))
    assert headline(theirs).endswith(" theirs would have needed more than 2.0 times as many trainings.")


def test_headline_says_that_better_result_may_be_chance():
    summary = summarize(run_of(GOOD), run_of([(0.7, 0.06), *GOOD[2:], (NAN, NAN)], name="theirs"))
    better = replace(summary.comparison, hypervolume_difference=Estimate(0.2, 0.1, 0.3))
    assert headline(summary).endswith(" theirs did not find as good a front in as many trainings, which may be chance.")
    assert headline(replace(summary, comparison=better)).endswith(
        " theirs did not find as good a front in as many trainings."
    )
    found = replace(summary.comparison, evaluations_to_match=EvaluationsToMatch(0.6, 0.3, 0.9, 1.0, 1.0, 3))
    sentence = " theirs needed 0.6 times [0.3, 0.9] as many trainings, which may be chance."
    assert headline(replace(summary, comparison=found)).endswith(sentence)


def test_match_text_writes_bounds():
    assert match_text(EvaluationsToMatch(None, 10.0, None, 10.0, 0.0, None)) == "more than 10.0 times"
    assert match_text(EvaluationsToMatch(None, 7.2, None, 10.0, 0.4, None)) == "more than 10.0 times [at least 7.2]"
    assert match_text(EvaluationsToMatch(2.0, 1.5, 2.5, 10.0, 1.0, 20)) == "2.0 times [1.5, 2.5]"
    assert match_text(EvaluationsToMatch(2.0, 1.5, None, 10.0, 0.7, 20)) == "2.0 times [1.5, more than 10.0]"


def test_knee_of_several_runs_is_named_with_its_run():
    summary = summarize([run_of(GOOD[:1], name="a"), run_of(GOOD[1:], name="b")])
    assert "is number 0 of b: accuracy 0.78 at 0.11 s." in headline(summary)
    assert summary.name == "a, b"


def test_comparison_with_empty_study_is_left_out_with_a_notice():
    summary = summarize(run_of(GOOD), run_of([], name="theirs"))
    assert summary.comparison is None
    assert summary.notices == ("There is no comparison: theirs has no finished trial.",)
    assert "trainings" not in headline(summary)


def test_penalty_counts_as_failure_with_a_notice():
    honest, penalized = ([*GOOD[:4], (0.6, 1.0), *[failure] * 2] for failure in ((NAN, NAN), (0.0, 1e6)))
    summary, failed = summarize(run_of(penalized)), summarize(run_of(honest))
    (notice,) = summary.notices
    assert notice == (
        "In mine, 2 trials, such as 5, reported accuracy 0 and latency 1000000 s, which is taken for a penalty: "
        "they count as failed."
    )
    assert headline(summary) == headline(failed)
    assert summary.reference.values == failed.reference.values
    assert summary.candidate[0].counts == failed.candidate[0].counts


def test_penalty_of_one_run_is_a_penalty_in_all_runs_and_refits():
    bad = (0.0, 1e6)
    again = run_of([bad, GOOD[1]], name="mine-refit")
    mine = replace(run_of([*GOOD[:4], (0.6, 1.0), bad, bad]), refit=again)
    summary = summarize(mine, run_of([*GOOD[:3], bad], name="theirs"))
    assert [run.counts["failed"] for run in (*summary.candidate, *summary.baseline)] == [2, 1]
    assert summary.candidate[0].refit.failures == {"crashed": 1}
    assert [notice.split(",")[0] for notice in summary.notices] == ["In mine", "In theirs", "In mine-refit"]
