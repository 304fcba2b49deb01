"""The models of many trials are fitted to the best, the latest and some of the others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from paretune.engine.history import History
from paretune.engine.subsample import training_rows
from paretune.objectives import Minimize, Objectives
from paretune.space import Float, Space
from paretune.trials import Trials

SQUARE = Space({"x": Float(0, 1), "y": Float(0, 1)})
TWO = Objectives([Minimize("f"), Minimize("g")])


def history(losses, **columns):
    """Return trials at random configurations."""
    X = np.random.default_rng(1).random((len(losses), len(SQUARE)))
    return History(Trials(SQUARE, TWO, tuple(SQUARE.decode(X)), losses=losses, **columns), SQUARE)


def history_of(states, seed=0):
    """Return trials with random losses, in random order; the losses of failed ones are known too."""
    losses = np.random.default_rng(seed).random((len(states), 2))
    shuffled = np.random.default_rng(seed).permutation(np.array(states, object))
    losses[shuffled == "pending"] = np.nan
    return history(losses, states=shuffled)


@given(st.integers(1, 90), st.integers(0, 30), st.integers(0, 9), st.integers(30, 60), st.integers(0, 99))
def test_subsample_has_front_and_all_pending_trials_and_not_too_many_others(n, failed, pending, n_max, seed):
    found = history_of(["complete"] * n + ["failed"] * failed + ["pending"] * pending, seed=seed)
    trials, rows = found.trials, training_rows(found, n_max)
    is_chosen = np.isin(np.arange(len(trials)), rows)
    assert rows.tolist() == np.flatnonzero(is_chosen).tolist()
    assert is_chosen[trials.is_pending].all()
    assert np.sum(is_chosen & ~trials.is_pending) == min(n_max, np.sum(~trials.is_pending))
    complete = np.flatnonzero(trials.is_complete)
    assert is_chosen[complete[oracles.is_nondominated(trials.losses[complete].tolist())]].all()
    assert rows.tolist() == training_rows(found, n_max).tolist()


def test_subsample_is_half_the_best_then_latest_and_evenly_spaced_others():
    losses = np.random.default_rng(0).permutation(np.arange(1000.0))
    rows = set(training_rows(history(np.column_stack([losses, losses])), 100).tolist())
    best = set(np.argsort(losses)[:50].tolist())
    assert best <= rows
    assert set(range(988, 1000)) <= rows
    assert np.diff(sorted(rows - best)).max() < 40


@pytest.mark.parametrize("reason", ["crashed", "outside_limits"])
def test_failed_trials_do_not_replace_the_front(reason):
    ahead = np.arange(300.0)
    losses = np.vstack([np.column_stack([ahead, -ahead]), np.column_stack([ahead, -ahead])[:20] + 1000])
    states = np.array(["failed"] * 300 + ["complete"] * 20, object)
    reasons = np.array([reason] * 300 + [""] * 20, object)
    assert set(range(300, 320)) <= set(training_rows(history(losses, states=states, reasons=reasons), 50))


def test_subsample_has_failures_in_proportion():
    found = history_of(["failed"] * 400 + ["complete"] * 600)
    assert 15 <= found.trials.is_failed[training_rows(found, 100)].sum() <= 35
