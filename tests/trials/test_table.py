"""Tests of the table of trials."""

import math

import numpy as np
import pytest
from hypothesis import given

import strategies
from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Categorical, Float, Int, Space
from paretune.trials import Trials

SPACE = Space(
    {
        "kind": Categorical(["a", "b", None]),
        "rate": Float(0.0, 1.0),
        "depth": Int(1, 8, when={"kind": "a"}),
        "extra": Categorical([None, "on"], when={"kind": None}),
    }
)
OBJECTIVES = Objectives([Maximize("accuracy", at_least=0.5), Minimize("time")])
UNLIMITED = Objectives([Maximize("accuracy"), Minimize("time")])
COLUMNS = {
    "kind": ["a", "b", None, "a"],
    "rate": [0.1, 0.2, 0.3, 0.4],
    "depth": [3, None, math.nan, 4.0],
    "extra": [None, None, "on", None],
    "accuracy": [0.9, 0.4, None, 0.7],
    "time": [1.0, 2.0, 3.0, math.nan],
}


def table():
    return Trials.from_columns(COLUMNS, SPACE, OBJECTIVES)


def assert_same(a, b):
    assert a.space == b.space
    assert a.objectives == b.objectives
    assert a.params == b.params
    for name in ("losses", "losses_se", "states", "reasons", "numbers", "started", "durations"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


def test_table_from_columns_has_their_values():
    trials = table()
    assert trials.params == (
        {"kind": "a", "rate": 0.1, "depth": 3},
        {"kind": "b", "rate": 0.2},
        {"kind": None, "rate": 0.3, "extra": "on"},
        {"kind": "a", "rate": 0.4, "depth": 4},
    )
    assert trials.states.tolist() == ["complete", "failed", "failed", "failed"]
    assert trials.reasons.tolist() == ["", "outside_limits", "crashed", "crashed"]
    assert trials.failures() == {"crashed": 2, "outside_limits": 1}
    np.testing.assert_array_equal(trials.losses, [[-0.9, 1], [-0.4, 2], [np.nan, 3], [-0.7, np.nan]])
    np.testing.assert_array_equal(trials.values, [[0.9, 1], [0.4, 2], [np.nan, 3], [0.7, np.nan]])
    assert trials.numbers.tolist() == [0, 1, 2, 3]


def test_empty_state_is_derived_from_the_losses():
    columns = {**COLUMNS, "state": ["", None, "pending", math.nan], "reason": [None, "", None, "lost"]}
    trials = Trials.from_columns(columns, SPACE, OBJECTIVES)
    assert trials.states.tolist() == ["complete", "failed", "pending", "failed"]
    assert trials.reasons.tolist() == ["", "outside_limits", "", "lost"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"losses": [[1.0, 2.0]]}, "losses must be 4 x 2, but is 1 x 2"),
        ({"losses_se": [[1.0]] * 4}, "losses_se must be 4 x 2"),
        ({"violations": [[1.0]] * 3}, "violations must be 4 x 1"),
        ({"durations": [1.0]}, "durations must have 4 entries, but has 1"),
        ({"metrics": ({},)}, "metrics must have 4 entries, but has 1"),
        ({"violations": [1.0] * 4}, "violations must be 4 x c, a column for each constraint, but is 4"),
        ({"losses": None}, "losses must be 4 x 2, but is a single value"),
        ({"losses": [["a", "b"]] * 4}, "losses must be numbers in rows of equal length: could not convert string"),
        ({"losses": [[1.0, 2.0]] * 3 + [[1.0]]}, "losses must be numbers in rows of equal length"),
        ({"losses_se": [[0.1, -0.5]] * 4}, "losses_se must be at least 0, or NaN where not known, but has -0.5"),
        ({"params": ("a",) * 4}, "params must be mappings of names to values, but one is 'a'"),
    ],
)
def test_arrays_of_wrong_shape_are_refused(changes, message):
    with pytest.raises(InvalidInputError, match=message):
        Trials(SPACE, OBJECTIVES, **{"params": table().params, **changes})


def test_trial_with_violated_constraint_fails_and_keeps_its_losses():
    trials = Trials(
        SPACE, OBJECTIVES, table().params[:3], losses=[[-0.9, 1]] * 3, violations=[[0, -1], [-1, 0.1], [-1, -1]]
    )
    assert trials.states.tolist() == ["complete", "failed", "complete"]
    assert trials.failures() == {"outside_limits": 1}
    assert trials.values[1].tolist() == [0.9, 1]


def test_table_is_frozen_and_copies_its_inputs():
    losses, params = np.array([[-0.9, 1.0]]), [{"kind": "b", "rate": 0.5}]
    trials = Trials(SPACE, OBJECTIVES, tuple(params), losses=losses)
    losses[0, 0], params[0]["rate"] = 7.0, 0.9
    assert trials.losses[0, 0] == -0.9
    assert trials.params[0]["rate"] == 0.5
    for array in (trials.losses, trials.losses_se, trials.states, trials.numbers, trials.started, trials.X):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(AttributeError):
        trials.losses = losses


def test_single_index_is_refused():
    with pytest.raises(InvalidInputError, match=r"by a slice, a mask or an array, such as trials\[1:\], but not by 1"):
        Trials(Space({"x": Float(0, 1)}), Objectives([Minimize("f")]), ({"x": 0.5},) * 2)[1]


@given(strategies.trials())
def test_rows_are_selected_by_slice_mask_and_indices(trials):
    n = len(trials)
    mask = np.arange(n) % 2 == 0
    for rows in (slice(0, n, 2), mask, np.flatnonzero(mask)):
        chosen = trials[rows]
        assert chosen.params == trials.params[::2]
        np.testing.assert_array_equal(chosen.losses, trials.losses[::2])
        np.testing.assert_array_equal(chosen.states, trials.states[::2])
        assert chosen.numbers.tolist() == trials.numbers.tolist()[::2]


@given(strategies.trials())
def test_every_trial_is_complete_failed_or_pending(trials):
    np.testing.assert_array_equal(trials.is_complete.astype(int) + trials.is_failed + trials.is_pending, 1)
    assert sum(trials.failures().values()) == trials.is_failed.sum()
    assert (trials.is_lost <= trials.is_failed).all()
    assert trials.objectives.is_within(trials.losses[trials.is_complete]).all()
    assert np.isfinite(trials.losses[trials.is_complete]).all()


@given(strategies.trials())
def test_pending_trials_are_appended_with_new_numbers(trials):
    params = trials.space.decode(np.full((2, len(trials.space)), 0.5))
    longer = trials.with_pending(params)
    assert_same(longer[: len(trials)], trials)
    assert longer.params[len(trials) :] == tuple(params)
    assert longer.is_pending[len(trials) :].tolist() == [True, True]
    assert len(set(longer.numbers.tolist())) == len(longer)


def test_empty_table_has_the_right_shapes():
    trials = Trials(SPACE, OBJECTIVES)
    assert len(trials) == 0
    assert trials.losses.shape == (0, 2)
    assert trials.X.shape == (0, 4)
    assert len(trials.to_frame()) == 0
    assert trials.failures() == {}


def test_other_limits_change_which_trials_succeed():
    columns = {"x": [1, 2, 3, 4, 5], "accuracy": [0.6, 0.8, 0.9, math.nan, 0.7], "time": [1, 1, 1, 1, 1]}
    stored = Trials.from_columns(columns, Space({"x": Int(1, 5)}), UNLIMITED.with_limits({"accuracy": 0.75}, {}))
    violated = Trials(stored.space, stored.objectives, stored.params, stored.losses, violations=[[0]] * 4 + [[1]])
    assert stored.is_complete.tolist() == [False, True, True, False, False]
    looser = violated.with_objectives(UNLIMITED.with_limits({"accuracy": 0.5}, {}))
    assert looser.is_complete.tolist() == [True, True, True, False, False]  # the last violates something else
    assert looser.failures() == {"crashed": 1, "outside_limits": 1}
    stricter = looser.with_objectives(UNLIMITED.with_limits({"accuracy": 0.85}, {}))
    assert stricter.is_complete.tolist() == [False, False, True, False, False]
    back = stricter.with_objectives(violated.objectives)
    np.testing.assert_array_equal(back.states, violated.states)
    np.testing.assert_array_equal(back.reasons, violated.reasons)
