"""Picture of the front: every trial is efficient, dominated, outside the limits, or in the margin."""

import moocore
import numpy as np
import pytest

import drawings
from drawings import corners, elements, texts, trials
from paretune import Maximize, Minimize, Objectives
from paretune.figures import draw_front, front_view
from paretune.figures.labels import excluded_text
from studies import NAN, OBJECTIVES, STORY, minimize, search, trials_of


def test_trials_are_sorted_into_front_dominated_outside_and_unknown():
    view = front_view(STORY)
    assert view.front.tolist() == [[0.9, 4.0, 1], [0.7, 2.0, 2], [0.6, 1.0, 0]]
    assert view.dominated.tolist() == [[0.6, 3.0, 3]]
    assert view.outside.tolist() == [[0.4, 0.1, 4]]
    assert view.unknown.tolist() == [5]
    assert view.knee.tolist() == [0.7, 2.0, 2]


def test_staircase_takes_the_worse_value_of_two_neighbours():
    assert front_view(STORY).staircase.tolist() == [[0.9, 4.0], [0.7, 4.0], [0.7, 2.0], [0.6, 2.0], [0.6, 1.0]]


@pytest.mark.parametrize("m", [2, 3, 4])
def test_front_equals_that_of_moocore(m):
    table = search(80, m)
    known = np.flatnonzero(~np.isnan(table.losses).any(axis=1))
    expected = known[moocore.is_nondominated(table.losses[known], keep_weakly=True)]
    view = front_view(table)
    assert sorted(view.front[:, -1].tolist()) == expected.tolist()
    assert len(view.front) + len(view.dominated) + len(view.unknown) == len(table)


def test_legend_counts_every_group_of_trials():
    drawing = draw_front(front_view(STORY))
    assert trials(drawing, "d") == [3]
    assert trials(drawing, "o") == [4]
    assert trials(drawing, "x") == [5]
    assert texts(drawing)[:6] == [
        "efficient (3)",
        "knee",
        "dominated (1)",
        "outside the limits (1)",
        "failed, no values (1)",
        "limit",
    ]


@pytest.mark.parametrize("m", [2, 3])
def test_efficient_trial_has_a_mark_in_each_panel_and_one_of_them_can_have_the_focus(m):
    view = front_view(search(40, m))
    drawing = draw_front(view, 1000)
    marks = elements(drawing, "e")[1:]  # the first one is in the legend
    numbers = sorted(view.front[:, -1].astype(int).tolist())
    assert sorted(int(mark.get("data-trial")) for mark in marks) == sorted(numbers * len(view.pairs))
    assert sorted(int(mark.get("data-trial")) for mark in marks if mark.get("tabindex")) == numbers
    assert texts(drawing).count("knee") == 1


def test_better_trial_is_further_in_the_better_direction():
    places = drawings.places(draw_front(front_view(STORY)), "e")
    by_time = sorted(places, key=lambda number: places[number][0])
    assert by_time == [0, 2, 1]
    assert sorted(places, key=lambda number: -places[number][1]) == [0, 2, 1], "a higher accuracy is further up"


def test_standard_errors_are_drawn_as_bars():
    bars = elements(draw_front(front_view(trials_of([(0.6, 1.0), (0.9, 4.0)], time_se=[0.25, 0.5]))), "whisker")
    short, long = sorted(corners(bar)[1][0] - corners(bar)[0][0] for bar in bars)
    assert long == pytest.approx(2 * short, rel=0.01)
    assert all(corners(bar)[0][1] == corners(bar)[1][1] for bar in bars)


def test_axes_have_name_unit_and_better_direction():
    assert {"accuracy (higher is better)", "time [s] (lower is better)"} < set(texts(draw_front(front_view(STORY))))


def test_front_of_baseline_is_drawn_with_its_name():
    view = front_view(STORY[:2], STORY[2:])
    assert view.baseline[:, -1].tolist() == [2]
    drawing = draw_front(view, baseline_name="random-1")
    assert "front of random-1 (1)" in texts(drawing)
    assert len(elements(drawing, "p")) == 2, "in the legend and in the panel"
    assert front_view(STORY).baseline.shape == (0, 3)


def test_axis_is_logarithmic_for_positive_values_over_more_than_one_and_a_half_decades():
    wide = [(0.6, 0.01), (0.9, 1.0)]
    assert front_view(trials_of(wide)).is_log == (False, True)
    assert front_view(trials_of([*wide, (0.7, 0.0)])).is_log == (False, False)
    assert front_view(trials_of([(0.6, 0.1), (0.9, 1.0)])).is_log == (False, False)


def test_axis_of_maximised_share_stays_linear():
    rows = [(0.01, 0.01), (0.9, 0.9)]
    objectives = Objectives([Maximize("accuracy"), Minimize("error")])
    assert front_view(trials_of(rows, objectives)).is_log == (False, True)
    assert front_view(trials_of([(1.0, 1), (100.0, 1)], objectives)).is_log == (True, False)


def test_baseline_has_a_part_in_the_choice_of_axes():
    assert front_view(trials_of([(0.6, 0.1)]), trials_of([(0.6, 9.0)])).is_log == (False, True)


def test_single_objective_is_drawn_over_trial_numbers_with_failures_below():
    drawing = draw_front(front_view(trials_of([(1.0,), (0.5,), (0.7,), (NAN,)], minimize("loss"))))
    assert {"trial", "loss (lower is better)"} < set(texts(drawing))
    assert trials(drawing, "x") == [3]
    assert trials(drawing, "e") == [1]
    assert "failed, in order" not in texts(drawing)


def test_trials_that_are_not_shown_are_counted():
    excluded = trials_of(
        [(0.6, 1.0), (0.9, 1e308), (NAN, NAN), (NAN, NAN)],
        state=["complete", "complete", "pending", "failed"],
        reason=["", "", "", "lost"],
    )
    view = front_view(excluded)
    assert view.n_excluded == {"pending": 1, "lost": 1, "with a value beyond 1e+60": 1}
    assert excluded_text(view.n_excluded) == "Not shown: 1 pending, 1 lost, 1 with a value beyond 1e+60."


def test_empty_picture_has_a_message():
    assert " ".join(texts(draw_front(front_view(STORY[:0])))) == "No trial has finished with values that can be drawn."


def test_order_of_trials_does_not_matter():
    view = front_view(STORY[np.array([4, 2, 0, 1, 5, 3])])
    assert view.front[:, -1].tolist() == [1, 2, 0]
    assert view.objectives == OBJECTIVES
