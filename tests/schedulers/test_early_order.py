"""Tests of the order of trials before enough of them have ended to learn a predictor."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from paretune.objectives import Maximize, Minimize, Objectives
from paretune.schedulers.early_order import EarlyOrder, concordance, normal_scores
from paretune.space import Float, Space
from paretune.trials import Curves, Trials

SPACE = Space({"x": Float(0, 1)})
OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("size")])


def trials_of(curves, ended=(), first_step=1):
    """Trials with curves of metrics by step; those that ended have an accuracy and the size that they reported."""
    n = len(curves)
    losses = np.full((n, 2), math.nan)
    for number, accuracy in dict(ended).items():
        losses[number] = [-accuracy, curves[number][0]["size"]]
    states = ["complete" if number in dict(ended) else "stopped" for number in range(n)]
    steps = {
        i: [{"step": s + first_step, **metrics} for s, metrics in enumerate(curve)] for i, curve in enumerate(curves)
    }
    return Trials(SPACE, OBJECTIVES, ({"x": 0.5},) * n, losses=losses, states=states, curves=Curves.from_steps(steps))


def falling_losses(ends):
    """Three steps: the accuracy is at chance, the loss falls by as much as the training is good."""
    return [[{"accuracy": 0.1, "loss": 2 - end * s, "size": 1.0 + i} for s in range(3)] for i, end in enumerate(ends)]


def test_loss_that_falls_most_promises_most_while_no_trial_has_ended():
    order = EarlyOrder.at(trials_of(falling_losses([0.3, 0.9, 0.1, 0.5])), 3)
    assert order.losses[:, 0].argsort().tolist() == [1, 3, 0, 2]


def test_objective_that_is_known_before_training_counts_as_it_is():
    assert EarlyOrder.at(trials_of(falling_losses([0.3, 0.9, 0.1])), 3).losses[:, 1].tolist() == [1.0, 2.0, 3.0]


def test_objective_that_is_reported_at_step_0_only_counts():
    curves = falling_losses([0.3, 0.9, 0.1])
    for curve in curves:
        curve[0] = {"size": curve[0]["size"]}
        for metrics in curve[1:]:
            del metrics["size"]
    order = EarlyOrder.at(trials_of(curves, first_step=0), 2)
    assert order.losses[:, 1].tolist() == [1.0, 2.0, 3.0]
    assert order.losses[:, 0].argsort().tolist() == [1, 0, 2]


def test_trials_that_ended_otherwise_turn_the_order_of_a_metric():
    """Four trials ended: the further the loss fell, the worse they ended."""
    curves = falling_losses([0.3, 0.9, 0.1, 0.5, 0.2, 0.7])
    ended = {0: 0.6, 1: 0.2, 2: 0.8, 3: 0.4}
    assert EarlyOrder.at(trials_of(curves, ended), 3).losses[:, 0].argsort().tolist() == [2, 4, 0, 3, 5, 1]


def test_metric_that_is_missing_ranks_last():
    curves = falling_losses([0.3, 0.9, 0.1])
    for step in curves[1]:
        del step["loss"]
    assert EarlyOrder.at(trials_of(curves), 3).losses[:, 0].argmax() == 1


@given(
    st.lists(st.integers(0, 20), min_size=2, max_size=12).flatmap(lambda a: st.tuples(st.just(a), st.permutations(a)))
)
def test_concordance_counts_pairs_as_kendall(columns):
    one, other = (np.array(column, float) for column in columns)
    if len(np.unique(one)) == len(one):
        n_pairs = len(one) * (len(one) - 1) / 2
        expected = kendalltau(one, other).statistic * n_pairs
        assert concordance(one, other) == np.clip(round(expected), -50, 50)


def test_normal_scores_are_symmetric_and_do_not_depend_on_units():
    values = np.array([3.0, 1.0, 2.0, 2.0, 1e9])
    scores = normal_scores(values)
    np.testing.assert_allclose(scores, normal_scores(np.exp(np.minimum(values, 10))))
    np.testing.assert_allclose(scores, -normal_scores(-values))
