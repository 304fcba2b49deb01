"""Learning curves: efficient trials coloured, stopped ones grey. Covers `learning_curves` and its drawing."""

import numpy as np

from drawings import elements, texts, trials
from paretune import Trials
from paretune.figures import draw_learning_curves, learning_curves_view
from paretune.trials import Curves
from studies import LINE, NAN, minimize

STATES = ["complete", "stopped", "complete", "complete", "failed", "pending"]
LAST_STEPS = [9, 3, 9, 9, 2, 1]


def table(n_repeats=1):
    losses, reports = [], {}
    for i, (state, last) in enumerate(zip(STATES * n_repeats, LAST_STEPS * n_repeats, strict=True)):
        error = 1.0 + i % 6
        steps = [
            {"step": s, "error": error + 1 / s, "loss": 10.0 ** (i % 6 - s), "size": 9.0 - error}
            for s in range(1, last)
        ]
        reports[i] = [*steps, {"step": last, "error": error}]
        losses.append([error, 9.0 - error if i % 6 < 3 else 9.0] if state == "complete" else [NAN, NAN])
    n = len(losses)
    params = tuple({"x": i / n} for i in range(n))
    states = np.array(STATES * n_repeats, object)
    return Trials(
        LINE, minimize("error", "size"), params, losses=losses, states=states, curves=Curves.from_steps(reports)
    )


def test_trials_are_grouped_and_metrics_that_change_are_drawn():
    view = learning_curves_view(table())
    assert view.metrics == ("error", "loss")
    assert view.groups == {0: "efficient", 1: "stopped", 2: "efficient", 3: "complete", 4: "other", 5: "other"}
    assert view.rungs == (3,)
    assert view.is_log == (False, True)


def test_colour_is_that_of_the_group():
    drawing = draw_learning_curves(learning_curves_view(table()), 1000)
    assert trials(drawing, "ce") == [0, 2]
    assert trials(drawing, "c") == [3]
    assert trials(drawing, "cs") == [1, 4]
    assert {"efficient (2)", "stopped early (1)", "steps of decisions", "error", "loss"} < set(texts(drawing))
    assert [len(elements(drawing, "limit"))] == [1 + 2], "in the legend and in each panel"


def test_axis_of_steps_begins_at_the_first_step():
    curves = Curves.from_steps({0: [{"step": s, "loss": 0.5 + 1 / s} for s in range(10, 16)]})
    one = Trials(LINE, minimize("error"), ({"x": 0.5},), losses=[[1.0]], states=["complete"], curves=curves)
    assert {"10", "15"} <= set(texts(draw_learning_curves(learning_curves_view(one), 800)))
    assert "0" not in texts(draw_learning_curves(learning_curves_view(one), 800))


def test_efficient_and_latest_of_very_many_curves_are_drawn():
    view = learning_curves_view(table(100))
    assert view.n_excluded["older"] == 300
    assert view.count("efficient") == 200
    assert max(view.groups) == 599


def test_trial_without_a_curve_is_counted():
    bare = table()
    view = learning_curves_view(Trials(LINE, bare.objectives, bare.params, losses=bare.losses, states=bare.states,
                                       curves=bare.curves.select([0, 1])))  # fmt: skip
    assert view.n_excluded == {"without a curve": 4, "older": 0}
