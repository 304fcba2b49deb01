"""Schedules: what the parameters of efficient members of a population were at each step."""

import numpy as np
import pytest

from drawings import corners, elements, texts
from paretune import Float, Int, Minimize, Objectives, Space, Trials
from paretune.figures import NARROW, draw_schedules, schedules_view
from paretune.reports.alt_texts import describe_schedules
from paretune.reports.captions import schedules_caption
from paretune.trials import Curves
from paretune.trials.birth import PARENT_METRIC, Birth

SPACE = Space({"rate": Float(0.001, 1, log=True), "units": Int(1, 64), "drop": Float(0, 1)})
OBJECTIVES = Objectives([Minimize("loss")])


def lineage(rates, births, losses=None):
    """Trials with these rates; each loss that is not NaN is that of a complete trial with 12 steps."""
    n = len(rates)
    losses = [np.nan] * (n - 1) + [0.1] if losses is None else losses
    states = ["stopped" if np.isnan(loss) else "complete" for loss in losses]
    return Trials(
        SPACE,
        OBJECTIVES,
        tuple({"rate": rate, "units": 8, "drop": 0.5} for rate in rates),
        losses=np.array(losses)[:, None],
        states=np.array(states, object),
        metrics=tuple({PARENT_METRIC: births[i].to_dict()} if i in births else {} for i in range(n)),
        curves=Curves.from_steps({i: [{"step": 1, "loss": 1.0}, {"step": 12, "loss": 0.1}] for i in range(n)}),
    )


BIRTHS = {1: Birth(0, 4, 9), 2: Birth(1, 8, 8)}


@pytest.fixture
def view():
    return schedules_view(lineage([0.1, 0.01, 0.01], BIRTHS))


def test_schedule_goes_from_the_first_ancestor_to_the_trial(view):
    (schedule,) = view.schedules
    assert (view.names, schedule.numbers, schedule.begins, schedule.end) == (("rate",), (0, 1, 2), (0, 4, 8), 12)
    assert schedule.places[:, 0].tolist() == pytest.approx([2 / 3, 1 / 3, 1 / 3])


def test_study_without_copies_has_no_picture():
    assert schedules_view(lineage([0.1, 0.01], {})) is None


def test_copies_that_changed_nothing_have_no_picture():
    assert schedules_view(lineage([0.1, 0.1], {1: Birth(0, 4, 9)})) is None


def test_trial_that_is_not_efficient_is_left_out():
    trials = lineage([0.1, 0.01, 0.02], {1: Birth(0, 4, 9), 2: Birth(0, 4, 8)}, [np.nan, 0.1, 0.2])
    assert [schedule.numbers for schedule in schedules_view(trials).schedules] == [(0, 1)]


def test_many_efficient_trials_are_thinned():
    n = 8
    births = {i: Birth(0, 4, 20 + i) for i in range(1, n)}
    view = schedules_view(lineage(np.geomspace(0.01, 0.1, n).tolist(), births, [np.nan] + [0.1] * (n - 1)))
    assert len(view.schedules) == 4
    assert view.n_excluded == {"other efficient trials": 3}


def test_ancestor_that_was_deleted_is_left_out():
    trials = lineage([0.1, 0.01, 0.02], BIRTHS)[1:]
    assert schedules_view(trials).schedules[0].numbers == (1, 2)


@pytest.mark.parametrize("width", [760, NARROW])
def test_line_has_a_step_where_the_value_changes(view, width):
    drawing = draw_schedules(view, width)
    (drawn,) = [each for each in elements(drawing, "ce") if each.get("data-trial") == "2"]
    x, y = np.array(corners(drawn)).T
    assert len(x) == 6
    assert (np.diff(x) >= 0).all()
    assert y[0] == y[1] < y[2] == y[-1]
    assert {"rate", "step", "2"} <= set(texts(drawing))
    assert drawing.width == width


def test_schedule_in_words(view):
    assert schedules_caption(view) == (
        "The values of the parameters that changed in the trainings of efficient trials, by step. "
        "Trial 2: rate 0.1, 0.01 from step 4."
    )
    assert describe_schedules(view) == "Lines of rate over the steps of trial 2, 3 parts over 12 steps."
