"""Is the number of trials that match another study counted, and never extrapolated?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune import confidence, pareto
from paretune.confidence.matching import Match


def matched(candidate, baseline, repeats=50, **how):
    return confidence.compare(candidate, baseline, repeats=repeats, **how).evaluations_to_match


@given(strategies.losses(m=2, min_size=1, with_nan=True), strategies.losses(m=2, min_size=1, with_nan=True))
def test_it_is_the_first_trial_at_which_the_plain_history_gets_there(candidate, baseline):
    target = pareto.hypervolume(candidate, [4, 4])
    history = pareto.hypervolume_history(baseline, [4, 4])
    expected = next((k for k, volume in enumerate(history, 1) if volume >= target - 1e-9), None)
    found = matched(candidate, baseline, repeats=10, reference=[4, 4])
    assert found.observed == expected
    if expected is None:
        assert (found.value, found.high) == (None, None)
        assert found.low <= found.searched == len(baseline) / len(candidate)
    else:
        assert found.low <= found.value == expected / len(candidate) <= (found.high or math.inf)


def test_a_baseline_that_never_gets_there_gives_a_bound_in_words():
    found = matched([[0, 0]] * 2, [[1, 1]] * 20, reference=[2, 2])
    assert found == Match(value=None, low=10.0, high=None, searched=10.0, reached=0.0, observed=None)
    assert found.text == "more than 10.0 times"
    assert found.to_dict() == {
        "value": None,
        "low": 10.0,
        "high": None,
        "searched": 10.0,
        "reached": 0.0,
        "observed": None,
        "text": "more than 10.0 times",
    }


def test_the_first_success_of_a_random_baseline_comes_when_its_orders_say():
    baseline = np.array([[1.0, 1.0]] * 45 + [[0.0, 0.0]] * 5)  # a tenth of the trials match the candidate
    order = np.random.default_rng(0).permutation(50)
    found = matched([[0, 0]], baseline[order], repeats=4000, reference=[2, 2], seed=1)
    assert found.reached == 1
    assert found.value == found.observed == 1 + next(k for k, row in enumerate(order) if row >= 45)
    later = [math.comb(50 - k, 5) / math.comb(50, 5) for k in range(46)]  # the chance that the first k are all others
    low, high = (next(k for k, chance in enumerate(later) if 1 - chance >= tail) for tail in (0.025, 0.975))
    assert found.low == low
    assert found.high == pytest.approx(max(high, found.observed), abs=1)
    assert found.text == f"{found.value:.1f} times ({found.low:.1f} to {found.high:.1f})"


def test_an_interval_holds_what_was_measured_however_late_it_was():
    late = np.array([[1.0, 1.0]] * 60 + [[0.0, 0.0]] * 60)  # in any other order the first trials would do
    found = matched([[0, 0]], late, repeats=200, reference=[2, 2])
    assert (found.value, found.reached) == (61, 1)
    assert (found.low, found.high) == (1, 61)


def test_what_was_found_once_is_a_number_between_one_and_all():
    rare = np.array([[0.0, 0.0]] + [[1.0, 1.0]] * 99)  # found at once, by luck
    found = matched([[0, 0]], rare, repeats=4000, reference=[2, 2])
    assert (found.observed, found.value, found.low) == (1, 1, 1)
    assert found.high == pytest.approx(97.5, abs=1.5)


def test_several_runs_are_averaged_trial_by_trial_and_then_resampled():
    candidate = [[[1.0, 1.0]], [[0.0, 0.0]]]  # volumes 1 and 4, on average 2.5
    baseline = [[[2.0, 2.0], [1.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]]]  # 0 1 4 and 1 1 4
    found = matched(candidate, baseline, repeats=4000, reference=[2, 2])
    assert (found.observed, found.value, found.low, found.high) == (3, 3, 1, None)
    assert found.reached == pytest.approx(3 / 4, abs=0.03)  # not where both candidates drawn are the better
    never = matched(candidate, [run[:2] for run in baseline], repeats=4000, reference=[2, 2])
    assert (never.observed, never.value, never.high, never.searched) == (None, None, None, 2)
    # both candidates drawn are the worse, or one is, and both baselines are the better
    assert never.reached == pytest.approx(3 / 8, abs=0.03)
    assert never.low == 1


def test_where_some_of_the_resamples_never_get_there_the_number_stands_and_its_upper_end_is_open():
    candidate = [[[1.0, 1.0]], [[0.0, 0.0]]]  # volumes 1 and 4, on average 2.5
    baseline = [[2.0, 2.0], [1.0, 1.0], [0.4, 0.4]]  # 0, 1 and 2.56: never that of the better candidate twice
    found = matched(candidate, baseline, repeats=4000, reference=[2, 2])
    assert (found.observed, found.value, found.high, found.searched) == (3, 3, None, 3)
    assert found.reached == pytest.approx(3 / 4, abs=0.03)
    assert found.text == f"3.0 times ({found.low:.1f} to more than 3.0)"


def test_a_candidate_of_one_trial_has_no_other_draws():
    baseline = [[[2.0, 2.0], [0.0, 0.0]]] * 3
    found = matched([[0.0, 0.0]], baseline, reference=[2, 2])
    assert found == Match(value=2.0, low=2.0, high=2.0, searched=2.0, reached=1.0, observed=2)


def test_a_candidate_without_a_point_is_matched_by_the_first_trial():
    found = matched([[math.nan] * 2] * 4, [[math.nan] * 2] * 8)
    assert found == Match(value=0.25, low=0.25, high=0.25, searched=2.0, reached=1.0, observed=1)


def test_a_study_matches_itself_whatever_the_rounding():
    for seed in range(20):
        losses = np.random.default_rng(seed).random((30, 3))
        history = pareto.hypervolume_history(losses, [1, 1, 1])
        last = 1 + int(np.flatnonzero(np.diff(history, prepend=0) > 0)[-1])
        assert matched(losses, losses, repeats=1, reference=[1, 1, 1]).observed == last


@given(st.integers(0, 10**6))
def test_the_same_seed_gives_the_same_number(seed):
    candidate, baseline = np.random.default_rng(seed).integers(0, 4, (2, 9, 2)).astype(float)
    assert matched(candidate, baseline, 20, seed=seed) == matched(candidate, baseline, 20, seed=seed)
