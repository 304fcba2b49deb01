"""Tests of the number of trials that match another study."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune import confidence, pareto
from paretune.confidence.evaluations_to_match import EvaluationsToMatch, evaluations_to_match
from paretune.confidence.runs import Side


def matched(candidate, baseline, repeats=50, reference=(2, 2), seed=0):
    sides = Side(candidate, "candidate"), Side(baseline, "baseline")
    return evaluations_to_match(*sides, np.array(reference, float), repeats, np.random.default_rng(seed))


@given(strategies.losses(m=2, min_size=1, with_nan=True), strategies.losses(m=2, min_size=1, with_nan=True))
def test_observed_number_is_the_first_trial_whose_history_reaches_the_target(candidate, baseline):
    target = pareto.hypervolume(candidate, [4, 4])
    history = pareto.hypervolume_history(baseline, [4, 4])
    expected = next((k for k, volume in enumerate(history, 1) if volume >= target - 1e-9), None)
    found = confidence.compare(candidate, baseline, repeats=10, reference=[4, 4]).evaluations_to_match
    assert found.observed == expected
    if expected is None:
        assert (found.value, found.high) == (None, None)
        assert found.low <= found.searched == len(baseline) / len(candidate)
    else:
        assert found.low <= found.value == expected / len(candidate) <= (found.high or math.inf)


def test_baseline_that_never_reaches_the_target_gives_a_bound():
    found = matched([[0, 0]] * 2, [[1, 1]] * 20, reference=[2, 2])
    assert found == EvaluationsToMatch(value=None, low=10.0, high=None, searched=10.0, reached=0.0, observed=None)
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


def test_interval_of_a_random_baseline_is_that_of_its_permutations():
    baseline = np.array([[1.0, 1.0]] * 45 + [[0.0, 0.0]] * 5)  # a tenth of the trials match the candidate
    order = np.random.default_rng(0).permutation(50)
    found = matched([[0, 0]], baseline[order], repeats=1500, reference=[2, 2], seed=1)
    assert found.reached == 1
    assert found.value == found.observed == 1 + next(k for k, row in enumerate(order) if row >= 45)
    later = [math.comb(50 - k, 5) / math.comb(50, 5) for k in range(46)]  # the chance that the first k are all others
    low, high = (next(k for k, chance in enumerate(later) if 1 - chance >= tail) for tail in (0.025, 0.975))
    assert found.low == low
    assert found.high == pytest.approx(max(high, found.observed), abs=1)
    assert found.text == f"{found.value:.1f} times ({found.low:.1f} to {found.high:.1f})"


def test_interval_contains_the_measured_number():
    late = np.array([[1.0, 1.0]] * 60 + [[0.0, 0.0]] * 60)  # in any other order the first trials would do
    found = matched([[0, 0]], late, repeats=200, reference=[2, 2])
    assert (found.value, found.reached) == (61, 1)
    assert (found.low, found.high) == (1, 61)


def test_number_for_a_single_find_is_between_one_and_all_trials():
    rare = np.array([[0.0, 0.0]] + [[1.0, 1.0]] * 99)  # found at once, by luck
    found = matched([[0, 0]], rare, repeats=1500, reference=[2, 2])
    assert (found.observed, found.value, found.low) == (1, 1, 1)
    assert found.high == pytest.approx(97.5, abs=1.5)


def test_several_runs_are_averaged_trial_by_trial_and_resampled():
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


def test_upper_end_is_open_if_some_resamples_never_reach_the_target():
    candidate = [[[1.0, 1.0]], [[0.0, 0.0]]]  # volumes 1 and 4, on average 2.5
    baseline = [[2.0, 2.0], [1.0, 1.0], [0.4, 0.4]]  # 0, 1 and 2.56: never that of the better candidate twice
    found = matched(candidate, baseline, repeats=1500, reference=[2, 2])
    assert (found.observed, found.value, found.high, found.searched) == (3, 3, None, 3)
    assert found.reached == pytest.approx(3 / 4, abs=0.03)
    assert found.text == f"3.0 times ({found.low:.1f} to more than 3.0)"


def test_candidate_of_one_trial_has_a_single_resample():
    baseline = [[[2.0, 2.0], [0.0, 0.0]]] * 3
    found = matched([[0.0, 0.0]], baseline, reference=[2, 2])
    assert found == EvaluationsToMatch(value=2.0, low=2.0, high=2.0, searched=2.0, reached=1.0, observed=2)


def test_candidate_without_a_point_is_matched_by_the_first_trial():
    found = matched([[math.nan] * 2] * 4, [[math.nan] * 2] * 8)
    assert found == EvaluationsToMatch(value=0.25, low=0.25, high=0.25, searched=2.0, reached=1.0, observed=1)


def test_study_matches_itself_in_spite_of_rounding():
    for seed in range(20):
        losses = np.random.default_rng(seed).random((30, 3))
        history = pareto.hypervolume_history(losses, [1, 1, 1])
        last = 1 + int(np.flatnonzero(np.diff(history, prepend=0) > 0)[-1])
        assert matched(losses, losses, repeats=1, reference=[1, 1, 1]).observed == last


@given(st.integers(0, 10**6))
def test_same_seed_gives_the_same_number(seed):
    candidate, baseline = np.random.default_rng(seed).integers(0, 4, (2, 9, 2)).astype(float)
    assert matched(candidate, baseline, 20, seed=seed) == matched(candidate, baseline, 20, seed=seed)
