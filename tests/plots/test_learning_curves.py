"""Learning curves as Matplotlib axes."""

import dataclasses

import pytest

from paretune.errors import InvalidInputError
from paretune.plots import plot_learning_curves
from paretune.trials import Curves
from studies import search


def test_each_trial_has_its_curve():
    table = search(4, 2)
    steps = {int(n): [{"step": k, "training_loss": 1 / (k + n)} for k in (1, 2, 4)] for n in table.numbers}
    (ax,) = plot_learning_curves(dataclasses.replace(table, curves=Curves.from_steps(steps)))
    assert ax.get_ylabel() == "training_loss"
    drawn = {tuple(line.get_ydata()) for line in ax.lines}
    assert drawn == {tuple(each["training_loss"] for each in curve) for curve in steps.values()}


def test_study_without_curves_is_refused():
    with pytest.raises(InvalidInputError, match="no trial has reported steps"):
        plot_learning_curves(search(4, 2))
