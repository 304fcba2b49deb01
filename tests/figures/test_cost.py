"""Cost: hypervolume against the sum of durations and steps. Covers `cost` and its drawing."""

import numpy as np
import pytest

from drawings import elements, texts
from paretune import Trials
from paretune.figures import cost_view, draw_cost
from paretune.trials import Curves
from studies import LINE, NAN, minimize

COSTLY = Trials(
    LINE,
    minimize("a", "b"),
    ({"x": 0.1}, {"x": 0.2}, {"x": 0.3}),
    losses=[[2.0, 2.0], [NAN, NAN], [1.0, 1.0]],
    states=np.array(["complete", "stopped", "complete"], object),
    durations=[3600.0, 1800.0, 7200.0],
    curves=Curves.from_steps({0: [{"step": 9, "a": 2.0}], 1: [{"step": 3, "a": 5.0}], 2: [{"step": 9, "a": 1.0}]}),
)


def test_stopped_trial_costs_its_steps_and_hours_and_adds_no_volume():
    view = cost_view({"mine": [COSTLY]}, [3.0, 3.0])
    (hours,), (steps,) = view.curves["hours of trials"], view.curves["steps of training"]
    assert hours.spent.tolist() == [1.0, 1.5, 3.5]
    assert steps.spent.tolist() == [9.0, 12.0, 21.0]
    assert steps.hypervolume.tolist() == hours.hypervolume.tolist() == [1.0, 1.0, 4.0]


def test_cost_that_a_run_does_not_know_is_left_out():
    bare = Trials(LINE, minimize("a", "b"), ({"x": 0.1},), losses=[[2.0, 2.0]], durations=[60.0])
    assert list(cost_view({"mine": [COSTLY], "bare": [bare]}, [3.0, 3.0]).curves) == ["hours of trials"]
    none = Trials(LINE, minimize("a", "b"), ({"x": 0.1},), losses=[[2.0, 2.0]])
    assert cost_view({"none": [none]}, [3.0, 3.0]).curves == {}


@pytest.mark.parametrize(("seconds", "unit"), [(1.0, "seconds"), (300.0, "minutes"), (9000.0, "hours")])
def test_unit_of_time_suits_the_whole(seconds, unit):
    run = Trials(LINE, minimize("a", "b"), ({"x": 0.1},), losses=[[2.0, 2.0]], durations=[seconds])
    assert list(cost_view({"mine": [run]}, [3.0, 3.0]).curves) == [f"{unit} of trials"]


def test_picture_has_a_panel_for_each_cost_and_a_line_for_each_run():
    drawing = draw_cost(cost_view({"bayes": [COSTLY, COSTLY], "random": [COSTLY]}, [3.0, 3.0]))
    assert {"bayes", "random", "hours of trials", "steps of training"} < set(texts(drawing))
    assert (len(elements(drawing, "l1")), len(elements(drawing, "l2"))) == (1 + 2 * 2, 1 + 2)
