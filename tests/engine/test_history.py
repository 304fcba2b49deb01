"""The history says what the models need to know of the trials."""

import numpy as np
import pytest

from paretune.engine.history import History
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Categorical, Float, Int, Space
from paretune.trials import Trials

SQUARE = Space({"x": Float(0, 1), "y": Float(0, 1)})
LIMITED = Objectives([Minimize("f"), Minimize("g", at_most=1.0)])
TWO = Objectives([Minimize("f"), Minimize("g")])
NAN = float("nan")


def history(losses, objectives=LIMITED, **columns):
    """Return trials at random configurations."""
    X = np.random.default_rng(1).random((len(losses), len(SQUARE)))
    return History(Trials(SQUARE, objectives, tuple(SQUARE.decode(X)), losses=losses, **columns), SQUARE)


def failed(losses, reasons, **columns):
    """Return trials that failed for these reasons."""
    n = len(reasons)
    return history(losses, states=np.full(n, "failed", object), reasons=np.array(reasons, object), **columns)


def test_columns_of_some_trials_are_those_rows():
    losses, states = np.arange(10.0).reshape(5, 2), np.array(["", "failed", "pending", "", "failed"], object)
    losses[2] = NAN
    whole = history(losses, states=states)
    some = whole[np.array([1, 2, 4])]
    assert len(some) == 3
    np.testing.assert_array_equal(some.X, whole.X[[1, 2, 4]])
    assert some.keys == [whole.keys[i] for i in (1, 2, 4)]
    np.testing.assert_array_equal(some.is_known, whole.is_known[[1, 2, 4]])
    np.testing.assert_array_equal(some.pending, whole.X[[2]])


def test_equal_configurations_have_equal_keys_whatever_the_order_of_the_space():
    space = Space({"k": Int(1, 9), "c": Categorical(["a", "b"]), "x": Float(0, 1, when={"c": "a"})})
    turned = Space({"c": space["c"], "x": space["x"], "k": space["k"]})
    params = ({"k": 1, "c": "b"}, {"k": 1, "c": "a", "x": 0.5}, {"k": 1, "c": "b"}, {"k": 2, "c": "b"})
    trials = Trials(space, LIMITED, params, losses=np.ones((4, 2)))
    for each in (History(trials, space), History(trials, turned)):
        assert [each.keys.index(key) for key in each.keys] == [0, 1, 0, 3]
        assert each.X.shape == (4, 3)
    assert np.isnan(History(trials, turned).X[:, 1]).tolist() == [True, False, True, True]


def test_trial_is_known_if_it_ran_to_its_end_with_all_losses():
    losses = [[1.0, 0.5], [1.0, 2.0], [1.0, NAN], [1.0, 0.5], [NAN, NAN]]
    states = np.array(["complete", "failed", "failed", "failed", "pending"], object)
    reasons = np.array(["", "outside_limits", "outside_limits", "crashed", ""], object)
    assert history(losses, states=states, reasons=reasons).is_known.tolist() == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("reason", "ended_at_limit"),
    [("outside_limits", True), ("timed_out", True), ("crashed", False), ("out_of_memory", False)],
)
def test_trial_outside_its_limit_was_stopped_unless_it_crashed(reason, ended_at_limit):
    found = failed([[NAN, 2.0], [NAN, NAN]], [reason] * 2)
    assert found.ended_at_limit.tolist() == [ended_at_limit, False]
    assert found.shows_limits.tolist() == [ended_at_limit, False]


def test_trial_outside_a_constraint_was_stopped_and_shows_the_limit():
    found = failed(np.full((3, 2), NAN), ["timed_out"] * 3, violations=np.array([[1.0], [-1.0], [NAN]]))
    assert found.ended_at_limit.tolist() == found.shows_limits.tolist() == [True, False, False]


def test_trial_that_was_stopped_at_an_earlier_limit_shows_no_limit_where_none_is_left():
    unlimited = Objectives([Minimize("f"), Maximize("g")])
    columns = {"states": np.array(["failed"], object), "reasons": np.array(["outside_limits"], object)}
    found = history([[NAN, 2.0]], unlimited, **columns)
    assert (found.ended_at_limit.tolist(), found.shows_limits.tolist()) == ([True], [False])


def test_stopped_trials_are_no_failures_in_a_row():
    losses = np.array([[0.5, 0.5], [NAN, 2.0], [NAN, 0.9], [NAN, 2.0], [NAN, 2.0], [NAN, NAN]])
    states = np.array(["complete", "failed", "failed", "failed", "failed", "pending"], object)
    reasons = np.array(["", "outside_limits", "crashed", "out_of_memory", "timed_out", ""], object)
    for n, expected in ((1, 0), (2, 0), (3, 1), (4, 2), (5, 0), (6, 0)):
        assert history(losses[:n], states=states[:n], reasons=reasons[:n]).n_failures_in_a_row == expected


def test_before_the_first_known_trial_there_are_no_failures_in_a_row():
    assert failed(np.full((3, 2), NAN), ["crashed"] * 3).n_failures_in_a_row == 0


def test_infeasible_trials_show_limits_by_constraints_that_vary():
    losses, violations = np.ones((5, 2)), [[1.0, 2.0], [1.0, 3.0], [1.0, NAN], [-1.0, -1.0], [NAN, 2.0]]
    losses[4] = NAN
    known = history(losses, TWO, violations=violations)
    assert known.is_infeasible.tolist() == known.shows_limits.tolist() == [True, True, True, False, True]
    flagged = history(losses, TWO, violations=np.ones((5, 1)))
    assert flagged.is_infeasible.all()
    assert not flagged.shows_limits.any()


@pytest.mark.parametrize(("violations", "has_front"), [([1.0, 2.0], False), ([1.0, 0.0], True), ([1.0, NAN], True)])
def test_front_needs_a_trial_that_violates_no_constraint(violations, has_front):
    assert history(np.ones((2, 2)), TWO, violations=np.reshape(violations, (2, 1))).has_front == has_front


def test_crashed_trial_within_constraints_is_no_front():
    losses = [[1.0, 1.0], [NAN, NAN]]
    assert not history(losses, TWO, violations=[[1.0], [-1.0]]).has_front
