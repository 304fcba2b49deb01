"""Picture of the front: every trial is efficient, dominated, outside the limits, or in the margin."""

import re

import moocore
import numpy as np
import pytest

from paretune import Maximize, Minimize, Objectives
from paretune.figures import draw_front, front_view, image_bytes
from studies import NAN, OBJECTIVES, STORY, minimize, search, trials_of


def marks(ax, label):
    """Positions of the marks with a label that starts with the given one."""
    found = [np.asarray(c.get_offsets()) for c in ax.collections if c.get_label().startswith(label)]
    return np.vstack(found).tolist() if found else []


def ids(svg):
    return re.findall(r'id="(trial-[^"]*)"', svg.decode())


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
    trials = search(80, m)
    known = np.flatnonzero(~np.isnan(trials.losses).any(axis=1))
    expected = known[moocore.is_nondominated(trials.losses[known], keep_weakly=True)]
    view = front_view(trials)
    assert sorted(view.front[:, -1].tolist()) == expected.tolist()
    assert len(view.front) + len(view.dominated) + len(view.unknown) == len(trials)


def test_legend_counts_every_group_of_trials():
    fig = draw_front(front_view(STORY))
    ax, margin = fig.axes
    assert marks(ax, "dominated (1)") == [[3.0, 0.6]]
    assert marks(ax, "outside the limits (1)") == [[0.1, 0.4]]
    assert marks(margin, "failed, not all measured (1)") == [[0.0, 5.0]]
    assert {text.get_text() for text in fig.legends[0].get_texts()} == {
        "efficient (3)",
        "dominated (1)",
        "outside the limits (1)",
        "failed, not all measured (1)",
        "knee",
        "limit",
    }


def test_every_efficient_trial_has_a_unique_id():
    assert sorted(ids(image_bytes(draw_front(front_view(STORY)), "svg"))) == ["trial-0", "trial-1", "trial-2"]
    view = front_view(search(40, 3))
    found = ids(image_bytes(draw_front(view), "svg"))
    numbers = view.front[:, -1].astype(int).tolist()
    assert sorted(found) == sorted(f"trial-{n}{suffix}" for n in numbers for suffix in ("", "-2", "-3"))


def test_standard_errors_are_drawn_as_bars():
    trials = trials_of([(0.6, 1.0), (0.9, 4.0)], time_se=[0.25, 0.5])
    (ax,) = draw_front(front_view(trials)).axes
    (bars,) = ax.containers
    across = sorted(np.asarray(segment)[:, 0].tolist() for segment in bars.lines[2][0].get_segments())
    assert across == [[0.75, 1.25], [3.5, 4.5]]


def test_axes_have_name_unit_and_better_direction():
    ax, _ = draw_front(front_view(STORY)).axes
    assert {ax.get_xlabel(), ax.get_ylabel()} == {"accuracy (higher is better)", "time [s] (lower is better)"}


def test_axis_is_logarithmic_for_positive_values_over_more_than_one_and_a_half_decades():
    wide = [(0.6, 0.01), (0.9, 1.0)]
    (ax,) = draw_front(front_view(trials_of(wide))).axes
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "linear")
    assert front_view(trials_of([*wide, (0.7, 0.0)])).is_log == (False, False)
    assert front_view(trials_of([(0.6, 0.1), (0.9, 1.0)])).is_log == (False, False)


def test_axis_of_maximised_share_stays_linear():
    rows = [(0.01, 0.01), (0.9, 0.9)]
    objectives = Objectives([Maximize("accuracy"), Minimize("error")])
    assert front_view(trials_of(rows, objectives)).is_log == (False, True)
    assert front_view(trials_of([(1.0, 1), (100.0, 1)], objectives)).is_log == (True, False)


def test_single_objective_is_drawn_over_trial_numbers_with_failures_below():
    trials = trials_of([(1.0,), (0.5,), (0.7,), (NAN,)], minimize("loss"))
    (ax,) = draw_front(front_view(trials)).axes
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("trial", "loss (lower is better)")
    assert marks(ax, "failed")[0][0] == 3


def test_caption_counts_trials_that_are_not_shown():
    trials = trials_of(
        [(0.6, 1.0), (0.9, 1e308), (NAN, NAN), (NAN, NAN)],
        state=["complete", "complete", "pending", "failed"],
        reason=["", "", "", "lost"],
    )
    view = front_view(trials)
    assert view.n_excluded == {"pending": 1, "lost": 1, "with a value beyond 1e+60": 1}
    text = draw_front(view).get_supxlabel()
    assert text == "Not shown: 1 pending, 1 lost, 1 with a value beyond 1e+60."


def test_empty_picture_has_a_message():
    (ax,) = draw_front(front_view(STORY[:0])).axes
    assert ax.texts[0].get_text() == "No trial has finished with values that can be drawn."


def test_order_of_trials_does_not_matter():
    view = front_view(STORY[np.array([4, 2, 0, 1, 5, 3])])
    assert view.front[:, -1].tolist() == [1, 2, 0]
    assert view.objectives == OBJECTIVES
