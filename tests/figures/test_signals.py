"""Early signals: rank correlations, held against SciPy. Covers `signals` and its drawing."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from drawings import elements, texts
from paretune import Maximize, Minimize, Objectives, Trials
from paretune.figures import draw_signals, signals_view
from paretune.trials import Curves
from studies import LINE

OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("latency")])


def table(n=20, last=8):
    """The loss tells the final accuracy early, the accuracy itself only late; the latency is known from the start."""
    rng = np.random.default_rng(0)
    quality = rng.random(n)
    reports = {}
    for i in range(n):
        steps = [{"step": s, "accuracy": quality[i] * (s == last) + rng.random() * (s < last), "loss": 2 - quality[i]}
                 for s in range(1, last + 1)]  # fmt: skip
        for step in steps:
            step["loss"] += 0.05 * rng.random() / step["step"]
        reports[i] = [{"step": 0, "latency": float(i)}, *steps]
    order = rng.permutation(n)  # a table need not be sorted
    losses = np.column_stack([-quality, np.arange(n)])[order]
    params = tuple({"x": i / n} for i in order)
    return Trials(LINE, OBJECTIVES, params, losses=losses, numbers=order, curves=Curves.from_steps(reports))


def test_correlations_equal_those_of_scipy():
    trials = table()
    view = signals_view(trials)
    assert list(view.correlations) == ["accuracy"], "the latency is known before"
    for i, step in enumerate(view.steps):
        at = trials.curves.at(int(step))
        final = dict(zip(trials.numbers.tolist(), trials.values[:, 0].tolist(), strict=True))
        ends = [final[number] for number in at.numbers.tolist()]
        loss = spearmanr(at.metrics["loss"], ends).statistic
        accuracy = spearmanr(at.metrics["accuracy"], ends).statistic
        assert view.correlations["accuracy"]["loss"][i] == pytest.approx(abs(loss))
        assert view.correlations["accuracy"]["accuracy"][i] == pytest.approx(accuracy)


def test_metric_that_paretune_would_use_is_named():
    view = signals_view(table())
    assert view.chosen["accuracy"][0] == "loss"
    assert (view.n_ended, view.steps.tolist()) == (20, list(range(1, 9)))


def test_few_ended_trials_or_no_curve_give_no_picture():
    assert signals_view(table(7)) is None
    bare = table()
    assert signals_view(Trials(LINE, OBJECTIVES, bare.params, losses=bare.losses)) is None


def test_picture_has_a_line_for_each_metric():
    drawing = draw_signals(signals_view(table()))
    assert {"accuracy", "loss", "rank correlation with the final accuracy"} < set(texts(drawing))
    assert len([e for e in elements(drawing, "l1") if e.tag.endswith("path")]) == 2
