"""Is a number that stands in for a failure told from a measurement, and nothing else taken for one?"""

import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune import Float, Maximize, Minimize, Objectives, Space, Trials, pareto
from paretune.trials.penalties import are_penalties, as_failures, penalties_in_words

SPACE = Space({"x": Float(0, 1)})
ERROR_AND_TIME = Objectives([Minimize("error"), Minimize("time")])
MEASURED = [[0.4, 1.0], [0.3, 2.0], [0.2, 3.0], [0.35, 2.5], [0.25, 4.0]]


def table(losses, objectives=ERROR_AND_TIME, xs=None, **columns):
    """Each trial at a configuration of its own, if nothing else is said."""
    xs = np.linspace(0, 1, len(losses)) if xs is None else xs
    return Trials(SPACE, objectives, tuple({"x": float(x)} for x in xs), losses=np.array(losses, float), **columns)


def found(losses, **given):
    return np.flatnonzero(are_penalties(table(losses, **given))).tolist()


# What is one


@pytest.mark.parametrize("number", [1e6, 9999.0, 1e30, 1e300, sys.float_info.max])
@pytest.mark.parametrize("error", [1.0, None])
def test_a_number_far_beyond_all_others_is_one_though_it_is_told_once(number, error):
    assert found([*MEASURED, [number if error is None else error, number]]) == [5]


def test_the_same_of_different_configurations_is_one_though_it_is_near():
    assert found([MEASURED[0], [1.0, 10.0], *MEASURED[1:], [1.0, 10.0]]) == [1, 6]


@pytest.mark.parametrize("other", [[2.4, 4.5], [1e9, 1.0]])
def test_one_that_is_worse_in_one_thing_hides_none(other):
    """A log-loss above 1, or what diverged and was fast."""
    assert found([*MEASURED, other, [1.0, 1e6], [1.0, 1e6]]) == [6, 7]


def test_what_is_one_in_one_table_is_one_in_all():
    alone = table([[0.4, 1.0], [1.0, 1e6]])
    assert not are_penalties(alone).any()
    assert are_penalties(alone, table([*MEASURED, [1.0, 1e6]])).tolist() == [False, True]


def test_a_lesser_one_is_found_behind_a_larger_one():
    """Out of memory is a million, and diverged a thousand."""
    assert found([*MEASURED, [1e6, 1e6], [1e3, 1e3], [1e6, 1e6], [1e3, 1e3]]) == [5, 6, 7, 8]


def test_no_accuracy_and_an_endless_time_are_one():
    wanted = Objectives([Maximize("accuracy"), Minimize("time")])
    losses = [[error - 1, time] for error, time in MEASURED]
    trials = table([*losses, [-0.0, 1e6]], wanted)
    assert are_penalties(trials).tolist() == [False] * 5 + [True]
    assert penalties_in_words(trials) == (
        "trial 5 told accuracy 0 and time 1000000, which is taken for a penalty: it counts as failed"
    )


def test_one_outside_a_limit_is_one_all_the_same():
    wanted = Objectives([Minimize("error"), Minimize("time", at_most=10.0)])
    trials = table([*MEASURED, [1.0, 1e6]], wanted)
    assert trials.reasons[5] == "outside_limits"
    assert as_failures(trials).failures() == {"crashed": 1}


def test_of_one_objective_it_is_far_from_the_others():
    one = Objectives([Minimize("error")])
    assert found([[0.1], [0.2], [0.3], [0.9], [0.9]], objectives=one) == [], "what diverged is as bad as chance"
    assert found([[0.1], [0.2], [0.3], [0.25], [0.15], [1e6]], objectives=one) == [5]


# What is none


@pytest.mark.parametrize(
    ("losses", "xs"),
    [
        ([*MEASURED, [1.0, 10.0]], None),  # once, and near
        ([*MEASURED, [1.0, 10.0], [1.0, 10.0]], [0, 0.1, 0.2, 0.3, 0.4, 0.9, 0.9]),  # one configuration, twice
        ([*MEASURED, [1.0, 1.5], [1.0, 1.5]], None),  # fast
        ([*MEASURED, [1e6, 1.5]], None),  # diverged, and fast
        ([[1.0, 5.0], *MEASURED, [1.0, 10.0], [1.0, 10.0]], None),  # as wrong as another that ran
        ([[1e6, 1e6]] * 8, None),  # there is nothing else
        ([[0.4, 1.0], [0.3, 2.0], [1e6, 1e6], [1e6, 1e6]], None),  # there is little of either
        ([*MEASURED[1:], [1e6, 1e6]], None),  # once, where four say little of their range
        ([*MEASURED, [0.45, 5.0], [0.45, 5.0]], None),  # the worst by less than a range
        ([], None),
    ],
)
def test_a_measurement_is_none(losses, xs):
    assert found(np.reshape(losses, (-1, 2)), xs=xs) == []


def test_long_tails_are_none():
    """Sizes over three powers of ten, and errors that have nothing to do with them, or grow with them."""
    rng = np.random.default_rng(0)
    for n in (4, 8, 20, 60):
        for _ in range(100):
            sizes = 10 ** rng.uniform(0, 3, n)
            assert not found(np.column_stack([rng.lognormal(0, 1, n), sizes]))
            assert not found(np.column_stack([np.sqrt(sizes), sizes]))


def test_counts_are_none():
    """Two that grow together, and both of a confusion matrix."""
    rng = np.random.default_rng(1)
    k = rng.integers(1, 9, 60)
    assert not found(np.column_stack([k, 2 * k]))
    right = rng.integers(8, 20, 60)
    assert not found(np.column_stack([1 - right / 20, np.round(1 - (right / 20) ** 1.5, 3)]))


def test_a_failure_told_as_one_stays_what_it_is():
    states = np.array(["complete"] * 6 + ["failed"] * 3, object)
    reasons = np.array([""] * 6 + ["lost", "timed_out", "out_of_memory"], object)
    trials = table([*MEASURED, *[[1e6, 1e6]] * 4], states=states, reasons=reasons)
    assert are_penalties(trials).tolist() == [False] * 5 + [True] + [False] * 3
    assert as_failures(trials).failures() == {"crashed": 1, "out_of_memory": 1, "timed_out": 1, "lost": 1}


def test_what_is_pending_or_lacks_a_loss_is_not_compared_with():
    states = ["complete"] * 5 + ["pending", "failed", "complete"]
    losses = [*MEASURED, [1e9, 1e9], [1e9, np.nan], [1e6, 1e6]]
    assert found(losses, states=np.array(states, object)) == [7]


# What follows


@given(strategies.trials(), st.randoms(use_true_random=False))
def test_penalties_are_dominated_and_do_not_depend_on_order_or_units(trials, random):
    are = are_penalties(trials)
    known = np.isfinite(trials.losses).all(axis=1) & ~trials.is_pending
    for loss in trials.losses[are]:
        assert (trials.losses[known & ~are] <= loss).all(axis=1).any(), "it is dominated"
    order = random.sample(range(len(trials)), len(trials))
    np.testing.assert_array_equal(are_penalties(trials[np.array(order, int)]), are[order])
    larger = replace(trials, losses=trials.losses * 2.0 ** np.arange(len(trials.objectives)))
    np.testing.assert_array_equal(are_penalties(larger), are)


@given(strategies.trials())
def test_without_them_the_front_is_what_it_was_and_there_are_no_more(trials):
    without, are = as_failures(trials), are_penalties(trials)
    assert not are_penalties(without).any()
    assert np.isnan(without.losses[are]).all()
    assert set(without.reasons[are]) <= {"crashed"}
    kept = [trials.losses[rows] for rows in (trials.is_complete, without.is_complete)]
    before, after = (pareto.front(losses) for losses in kept)
    if len(kept[1]):
        np.testing.assert_array_equal(before, after)
    for name in ("losses", "states", "reasons"):
        np.testing.assert_array_equal(getattr(without, name)[~are], getattr(trials, name)[~are])


def test_several_are_told_by_number_the_most_first():
    assert penalties_in_words(table(MEASURED)) == ""
    both = table([*MEASURED, [1e3, 1e3], [1.0, 1e6], [1.0, 1e6]])
    assert penalties_in_words(both) == (
        "2 trials, such as 6, told error 1 and time 1000000; trial 5 told error 1000 and time 1000, "
        "which is taken for a penalty: they count as failed"
    )
