"""Feasibility: shares are counts, intervals are Wilson's."""

import numpy as np
import pytest
from scipy.stats import binomtest

from drawings import elements, texts
from paretune.figures import draw_feasibility, feasibility_view
from studies import NAN, STORY, search, trials_of


def test_shares_are_counts_and_intervals_equal_those_of_scipy():
    trials = search(60)
    (curve,) = feasibility_view(trials, window=12).curves.values()
    is_good = trials.is_complete.tolist()
    assert curve.cumulative.tolist() == [sum(is_good[:k]) / k for k in range(1, 61)]
    assert curve.at.tolist() == list(range(12, 61))
    for k, share, low, high in zip(curve.at, curve.moving, curve.low, curve.high, strict=True):
        count = sum(is_good[k - 12 : k])
        assert share == pytest.approx(count / 12)
        interval = binomtest(count, 12).proportion_ci(method="wilson")
        assert (low, high) == pytest.approx((interval.low, interval.high))


@pytest.mark.parametrize(("n", "width"), [(300, 30), (60, 10), (4, 4)])
def test_window_is_a_tenth_of_the_trials_and_at_least_ten(n, width):
    (curve,) = feasibility_view(search(n)).curves.values()
    assert curve.window == width
    assert curve.at.tolist() == list(range(width, n + 1))


def test_lost_and_pending_trials_do_not_count():
    trials = trials_of(
        [(0.6, 1.0), (NAN, NAN), (NAN, NAN), (0.1, 1.0)],
        state=["complete", "pending", "failed", "complete"],
        reason=["", "", "lost", ""],
    )
    view = feasibility_view(trials)
    assert view.curves[""].cumulative.tolist() == [1.0, 0.5]
    assert view.n_excluded == {"pending": 1, "lost": 1}


def test_several_studies_differ_in_name_and_line():
    drawing = draw_feasibility(feasibility_view({"ours": STORY, "<a>": search(40)}))
    assert texts(drawing)[0] == "ours, all 6 so far: 67 %"
    assert any(text.startswith("<a>, all 40 so far") for text in texts(drawing))
    assert len(elements(drawing, "l1")) == len(elements(drawing, "l2")) == 2, "in the legend and in the panel"


def test_empty_study_gets_a_message_and_failures_a_line_at_zero():
    assert "No trial has finished yet." in texts(draw_feasibility(feasibility_view(STORY[:0])))
    (curve,) = feasibility_view(STORY[4:]).curves.values()
    assert curve.cumulative.tolist() == [0.0, 0.0]
    assert np.all(curve.high > 0)
