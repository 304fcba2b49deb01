"""Tests of telling penalties from measurements."""

import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune import Categorical, Float, Int, Maximize, Minimize, Objectives, Space, Trials, pareto
from paretune.trials.penalties import describe_penalties, find_penalties, mark_penalties_failed

SPACE = Space({"x": Float(0, 1)})
CHOICE = Space({"kind": Categorical(["a", "b"]), "x": Float(0, 1)})
ERROR_AND_TIME = Objectives([Minimize("error"), Minimize("time")])
MEASURED = [[0.4, 1.0], [0.3, 2.0], [0.2, 3.0], [0.35, 2.5], [0.25, 4.0]]


def table(losses, objectives=ERROR_AND_TIME, xs=None, **columns):
    """Make trials, by default each with its own configuration."""
    xs = np.linspace(0, 1, len(losses)) if xs is None else xs
    return Trials(SPACE, objectives, tuple({"x": float(x)} for x in xs), losses=np.array(losses, float), **columns)


def penalty_rows(losses, **columns):
    return np.flatnonzero(find_penalties(table(losses, **columns))).tolist()


# Penalties


@pytest.mark.parametrize("number", [1e6, 9999.0, 1e30, 1e300, sys.float_info.max])
@pytest.mark.parametrize("error", [1.0, None])
def test_number_far_beyond_all_others_is_a_penalty_even_once(number, error):
    assert penalty_rows([*MEASURED, [number if error is None else error, number]]) == [5]


def test_equal_losses_of_three_unlike_configurations_are_a_penalty_even_if_near():
    assert penalty_rows([MEASURED[0], [1.0, 10.0], *MEASURED[1:], [1.0, 10.0], [1.0, 10.0]]) == [1, 6, 7]


def test_equal_losses_of_two_configurations_are_a_penalty_if_they_are_far():
    assert penalty_rows([*MEASURED[:3], [1.0, 1e6], [1.0, 1e6]]) == [3, 4]


def test_near_penalty_is_found_among_configurations_that_share_no_value():
    near = [{"kind": "a", "x": 0.1}, {"kind": "b", "x": 0.1}, {"kind": "a", "x": 0.2}]
    measured = [{"kind": "a", "x": x} for x in (0.3, 0.4, 0.5, 0.6, 0.7)]
    trials = Trials(CHOICE, ERROR_AND_TIME, (*measured, *near), losses=[*MEASURED, *[[1.0, 10.0]] * 3])
    assert find_penalties(trials).tolist() == [False] * 5 + [True] * 3


@pytest.mark.parametrize("other", [[2.4, 4.5], [1e9, 1.0]])
def test_trial_that_is_worse_in_one_objective_hides_no_penalty(other):
    """For example a log-loss above 1, or a fast training that diverged."""
    assert penalty_rows([*MEASURED, other, [1.0, 1e6], [1.0, 1e6]]) == [6, 7]


def test_penalty_in_one_table_is_a_penalty_in_all():
    alone = table([[0.4, 1.0], [1.0, 1e6]])
    assert not find_penalties(alone).any()
    assert find_penalties(alone, table([*MEASURED, [1.0, 1e6]])).tolist() == [False, True]


def test_smaller_penalty_is_found_behind_a_larger_one():
    """For example a million for exhausted memory, and a thousand for divergence."""
    assert penalty_rows([*MEASURED, [1e6, 1e6], [1e3, 1e3], [1e6, 1e6], [1e3, 1e3]]) == [5, 6, 7, 8]


def test_zero_accuracy_with_a_huge_time_is_a_penalty():
    objectives = Objectives([Maximize("accuracy"), Minimize("time")])
    losses = [[error - 1, time] for error, time in MEASURED]
    trials = table([*losses, [-0.0, 1e6]], objectives)
    assert find_penalties(trials).tolist() == [False] * 5 + [True]
    assert describe_penalties(trials) == (
        "trial 5 reported accuracy 0 and time 1000000, which is taken for a penalty: it counts as failed"
    )


def test_penalty_outside_a_limit_is_found():
    objectives = Objectives([Minimize("error"), Minimize("time", at_most=10.0)])
    trials = table([*MEASURED, [1.0, 1e6]], objectives)
    assert trials.reasons[5] == "outside_limits"
    assert mark_penalties_failed(trials).failures() == {"crashed": 1}


def test_penalty_of_a_single_objective_is_far_from_the_others():
    one = Objectives([Minimize("error")])
    assert penalty_rows([[0.1], [0.2], [0.3], [0.9], [0.9]], objectives=one) == [], "what diverged is as bad as chance"
    assert penalty_rows([[0.1], [0.2], [0.3], [0.25], [0.15], [1e6]], objectives=one) == [5]


# Measurements


@pytest.mark.parametrize(
    ("losses", "xs"),
    [
        ([*MEASURED, [1.0, 10.0]], None),  # once, and near
        ([*MEASURED, [1.0, 10.0], [1.0, 10.0]], None),  # twice: two trials at chance of one size
        ([*MEASURED, *[[1.0, 10.0]] * 3], [0, 0.1, 0.2, 0.3, 0.4, 0.8, 0.9, 0.9]),  # two configurations, one twice
        ([*MEASURED, *[[1.0, 1.5]] * 3], None),  # fast
        ([*MEASURED, [1e6, 1.5]], None),  # diverged, and fast
        ([[1.0, 5.0], *MEASURED, *[[1.0, 10.0]] * 3], None),  # equal to a measured error
        ([[1e6, 1e6]] * 8, None),  # no other trials
        ([[0.4, 1.0], [0.3, 2.0], [1e6, 1e6], [1e6, 1e6]], None),  # too few trials
        ([*MEASURED[1:], [1e6, 1e6]], None),  # once, beyond only four trials
        ([*MEASURED, *[[0.45, 5.0]] * 3], None),  # beyond the others by less than a range
        ([], None),
    ],
)
def test_measurement_is_not_a_penalty(losses, xs):
    assert penalty_rows(np.reshape(losses, (-1, 2)), xs=xs) == []


@pytest.mark.parametrize(
    ("space", "evaluate"),
    [
        (  # learning rates at which a network of any size stays at chance
            Space({"width": Categorical([8, 16, 32, 128]), "rate": Categorical([0.01, 0.1, 1.0, 10.0, 100.0])}),
            lambda p: (0.9 if p["rate"] >= 1 and p["width"] == 128 else 0.5 - p["width"] / 1000, p["width"]),
        ),
        (  # a parameter without effect
            Space({"width": Categorical([8, 16, 32, 128]), "seed": Int(0, 9)}),
            lambda p: (0.9 if p["width"] == 128 else 0.5 - p["width"] / 1000, p["width"]),
        ),
    ],
)
def test_honest_trials_that_repeat_the_worst_values_are_no_penalty(space, evaluate):
    rows = list(space.configurations())
    objectives = Objectives([Minimize("error"), Minimize("size")])
    worst = max(map(evaluate, rows))
    assert sum(evaluate(row) == worst for row in rows) >= 3
    assert not find_penalties(Trials(space, objectives, tuple(rows), losses=[evaluate(row) for row in rows])).any()


def test_long_tails_are_not_penalties():
    """Sizes over three powers of ten, with independent errors, or with errors that grow with the sizes."""
    rng = np.random.default_rng(0)
    for n in (4, 8, 20, 60):
        for _ in range(100):
            sizes = 10 ** rng.uniform(0, 3, n)
            assert not penalty_rows(np.column_stack([rng.lognormal(0, 1, n), sizes]))
            assert not penalty_rows(np.column_stack([np.sqrt(sizes), sizes]))


def test_counts_are_not_penalties():
    """Two proportional counts, and two metrics of one confusion matrix."""
    rng = np.random.default_rng(1)
    k = rng.integers(1, 9, 60)
    assert not penalty_rows(np.column_stack([k, 2 * k]))
    right = rng.integers(8, 20, 60)
    assert not penalty_rows(np.column_stack([1 - right / 20, np.round(1 - (right / 20) ** 1.5, 3)]))


def test_failed_trial_keeps_its_reason():
    states = np.array(["complete"] * 6 + ["failed"] * 3, object)
    reasons = np.array([""] * 6 + ["lost", "timed_out", "out_of_memory"], object)
    trials = table([*MEASURED, *[[1e6, 1e6]] * 4], states=states, reasons=reasons)
    assert find_penalties(trials).tolist() == [False] * 5 + [True] + [False] * 3
    assert mark_penalties_failed(trials).failures() == {"crashed": 1, "out_of_memory": 1, "timed_out": 1, "lost": 1}


def test_pending_trials_and_unknown_losses_are_not_compared_with():
    states = ["complete"] * 5 + ["pending", "failed", "complete"]
    losses = [*MEASURED, [1e9, 1e9], [1e9, np.nan], [1e6, 1e6]]
    assert penalty_rows(losses, states=np.array(states, object)) == [7]


# Consequences


@given(strategies.trials(), st.randoms(use_true_random=False))
def test_penalties_are_dominated_and_do_not_depend_on_order_or_units(trials, random):
    penalties = find_penalties(trials)
    known = np.isfinite(trials.losses).all(axis=1) & ~trials.is_pending
    for loss in trials.losses[penalties]:
        assert (trials.losses[known & ~penalties] <= loss).all(axis=1).any(), "it is dominated"
    order = random.sample(range(len(trials)), len(trials))
    np.testing.assert_array_equal(find_penalties(trials[np.array(order, int)]), penalties[order])
    larger = replace(trials, losses=trials.losses * 2.0 ** np.arange(len(trials.objectives)))
    np.testing.assert_array_equal(find_penalties(larger), penalties)


@given(strategies.trials())
def test_front_is_unchanged_without_penalties(trials):
    without, penalties = mark_penalties_failed(trials), find_penalties(trials)
    assert not find_penalties(without).any()
    assert np.isnan(without.losses[penalties]).all()
    assert set(without.reasons[penalties]) <= {"crashed"}
    kept = [trials.losses[rows] for rows in (trials.is_complete, without.is_complete)]
    before, after = (pareto.front(losses) for losses in kept)
    if len(kept[1]):
        np.testing.assert_array_equal(before, after)
    for name in ("losses", "states", "reasons"):
        np.testing.assert_array_equal(getattr(without, name)[~penalties], getattr(trials, name)[~penalties])


def test_description_names_trials_by_number_most_frequent_first():
    assert describe_penalties(table(MEASURED)) == ""
    both = table([*MEASURED, [1e3, 1e3], [1.0, 1e6], [1.0, 1e6]])
    assert describe_penalties(both) == (
        "2 trials, such as 6, reported error 1 and time 1000000; trial 5 reported error 1000 and time 1000, "
        "which is taken for a penalty: they count as failed"
    )
