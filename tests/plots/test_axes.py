"""Axes to draw on."""

import sys

import matplotlib.pyplot as plt
import pytest

from paretune.errors import InvalidInputError
from paretune.plots import plot_front
from paretune.plots.axes import axes_for
from studies import STORY


def test_given_axes_are_drawn_on():
    _, ax = plt.subplots()
    assert plot_front(STORY, ax=ax) == [ax]
    assert ax.lines


def test_new_figure_has_as_many_axes_as_panels():
    axes = axes_for(4, None)
    assert axes[0].figure.axes == axes
    assert len(axes) == 4


def test_wrong_number_of_axes_is_refused():
    _, axes = plt.subplots(1, 2)
    with pytest.raises(InvalidInputError, match="the picture needs 1 axis, and ax has 2"):
        plot_front(STORY, ax=axes)


def test_missing_matplotlib_names_the_line_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InvalidInputError, match="plots need Matplotlib, which is not installed: pip install"):
        axes_for(1, None)
