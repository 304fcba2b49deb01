"""The front as Matplotlib axes."""

import numpy as np

from paretune.figures import front_view
from paretune.plots import plot_front
from studies import OBJECTIVES, STORY, search


def points(ax, label):
    """The points that the legend calls by a name."""
    handles = dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
    handle = next(handle for name, handle in handles.items() if name.startswith(label))
    line = handle[0] if hasattr(handle, "lines") else handle
    return np.column_stack(line.get_data())


def test_points_are_those_of_the_view():
    (ax,) = plot_front(STORY)
    view = front_view(STORY)
    (pair,) = view.pairs
    for label, rows in (("efficient", view.front), ("dominated", view.dominated), ("outside", view.outside)):
        assert points(ax, label).tolist() == rows[:, list(pair)[::-1]].tolist()
    assert ax.get_xlabel().startswith(OBJECTIVES.names[pair[1]])
    assert "(2)" not in ax.get_legend_handles_labels()[1]


def test_three_objectives_have_a_panel_for_each_pair():
    assert len(plot_front(search(30, 3))) == 3


def test_baseline_has_its_own_front():
    (ax,) = plot_front(STORY, STORY)
    assert points(ax, "front of the baseline").tolist() == points(ax, "efficient").tolist()


def test_empty_study_has_an_empty_picture():
    (ax,) = plot_front(STORY[:0])
    assert len(points(ax, "efficient")) == 0


def test_single_objective_is_drawn_over_the_trials():
    (ax,) = plot_front(search(10, 1))
    assert ax.get_xlabel() == "trial"
