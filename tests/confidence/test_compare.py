"""Tests of the comparison of two studies."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, sem, t

import strategies
from paretune import confidence, pareto
from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Float, Space
from paretune.trials import Trials

NAN = math.nan
SPACE = Space({"x": Float(0, 1)})
OBJECTIVES = Objectives([Minimize("a"), Minimize("b")])


def study(losses, objectives=OBJECTIVES, **columns):
    return Trials(SPACE, objectives, ({"x": 0.5},) * len(losses), losses=np.array(losses, float), **columns)


def estimates(found):
    sides = (found.merged_front_share, found.merged_front_share_unequal, found.coverage, found.hypervolume)
    both = [side for pair in (*sides, found.feasible_share) for side in (pair.candidate, pair.baseline)]
    return [*both, found.hypervolume_difference]


@given(st.data(), st.integers(1, 4))
def test_measured_numbers_are_those_of_the_plain_functions(data, m):
    candidate, baseline = (data.draw(strategies.losses(m=m, min_size=1, with_nan=True)) for _ in range(2))
    before = candidate.copy(), baseline.copy()
    found = confidence.compare(candidate, baseline, reference=[4] * m, repeats=3)
    n = min(len(candidate), len(baseline))
    ours, theirs = candidate[:n], baseline[:n]

    def same(pair, first, second):
        for side, expected in ((pair.candidate, first), (pair.baseline, second)):
            value = math.nan if side.value is None else side.value
            assert value == pytest.approx(expected, nan_ok=True)

    share, cover, volume = confidence.merged_front_share, confidence.coverage, pareto.hypervolume
    same(found.merged_front_share, share(ours, theirs), share(theirs, ours))
    same(found.merged_front_share_unequal, share(candidate, baseline), share(baseline, candidate))
    same(found.coverage, cover(ours, theirs), cover(theirs, ours))
    same(found.hypervolume, volume(ours, [4] * m), volume(theirs, [4] * m))
    same(found.feasible_share, *((~np.isnan(side).any(axis=1)).mean() for side in (candidate, baseline)))
    assert found.budget == n
    for number in estimates(found):
        assert number.value is None or number.low is None or number.low <= number.value <= number.high
    np.testing.assert_array_equal(candidate, before[0])
    np.testing.assert_array_equal(baseline, before[1])


def test_comparison_of_a_worked_example():
    candidate = [[1, 3], [NAN, NAN], [3, 1]]
    baseline = [[1, 3], [2, 2], [4, 4], [0, 5], [5, 0], [3, 1]]
    found = confidence.compare(candidate, baseline, reference=[5, 5], repeats=20)
    assert found.merged_front_share.candidate.value == pytest.approx(2 / 3)  # (1, 3) is both sides'
    assert found.merged_front_share.baseline.value == pytest.approx(2 / 3)
    assert found.merged_front_share_unequal.candidate.value == pytest.approx(2 / 5)
    assert found.merged_front_share_unequal.baseline.value == 1
    assert found.coverage.candidate.value == 0.5
    assert found.coverage.baseline.value == 0.5
    assert found.hypervolume.candidate.value == 8 + 8 - 4
    assert found.hypervolume.baseline.value == 8 + 9 - 6
    assert found.hypervolume_difference.value == 1
    assert found.evaluations_to_match.observed == 6
    assert found.feasible_share.candidate.value == pytest.approx(2 / 3)
    assert (found.budget, found.n_trials, found.n_runs, found.reference) == (3, (3, 6), (1, 1), (5.0, 5.0))


def test_trials_are_used_in_the_order_of_their_numbers():
    trials = study(
        [[3, 3], [2, 9], [NAN, NAN], [1, 1], [NAN, NAN], [NAN, NAN]],
        numbers=[4, 0, 1, 2, 7, 3],
        states=np.array(["complete", "complete", "failed", "complete", "pending", "failed"], object),
        reasons=np.array(["", "", "lost", "", "", "crashed"], object),
    )
    rows = [[2, 9], [1, 1], [NAN, NAN], [3, 3]]  # 0, 2, 3 and 4: the lost and the pending one count for nothing
    baseline = [[2, 2], [1, 2], [0, 4]]
    found = confidence.compare(trials, study(baseline), repeats=30)
    assert found == confidence.compare(rows, baseline, repeats=30)
    assert found.n_trials == (4, 3)
    assert found.feasible_share.candidate.value == 0.75


def test_trial_outside_the_limits_has_no_point_and_limits_are_the_reference():
    limited = Objectives([Maximize("a", at_least=2), Minimize("b")])
    trials = study([[-9, 1], [-1, 0], [-3, 3]], limited)
    found = confidence.compare(trials, trials, repeats=5)
    assert found.reference == (-2.0, 3.2)
    assert found.feasible_share.candidate.value == pytest.approx(2 / 3)
    assert found.hypervolume.candidate.value == pytest.approx(7 * 2.2)


def test_feasible_share_has_the_binomial_spread():
    losses = np.where(np.arange(200)[:, None] < 60, NAN, 1.0) * [1, 1]
    share = confidence.compare(losses, losses[:1], repeats=800).feasible_share.candidate
    half = 1.96 * math.sqrt(0.3 * 0.7 / 200)
    assert share.value == 0.7
    assert share.low == pytest.approx(0.7 - half, abs=0.015)
    assert share.high == pytest.approx(0.7 + half, abs=0.015)


def test_several_runs_are_resampled_as_runs():
    ours = [[[x, x]] for x in (0.0, 1.0, 2.0)]  # volumes 9, 4 and 1
    theirs = [[[x, x]] for x in (1.5, 1.5)]  # 2.25
    found = confidence.compare(ours, theirs, reference=[3, 3], repeats=5000)
    means = np.array([np.mean(picks) for picks in np.array(np.meshgrid(*[[9, 4, 1]] * 3)).reshape(3, -1).T])
    means = 14 / 3 + math.sqrt(3 / 2) * t.ppf(0.975, 2) / norm.ppf(0.975) * (means - 14 / 3)  # they are few
    assert found.hypervolume.candidate.value == pytest.approx(14 / 3)
    assert found.hypervolume.candidate.low == max(0, np.quantile(means, 0.025, method="inverted_cdf"))
    highest = np.quantile(means, 0.975, method="inverted_cdf")
    assert found.hypervolume.candidate.high == pytest.approx(highest, abs=0.05)
    assert found.hypervolume.baseline == confidence.Estimate(2.25, 2.25, 2.25)
    assert found.probability_better == pytest.approx(np.mean(means > 2.25), abs=0.02)
    assert found.merged_front_share.candidate.value == pytest.approx(2 / 3)  # over the six pairs of runs
    assert found.coverage.baseline.value == pytest.approx(1 / 3)
    assert found.n_runs == (3, 2)


@pytest.mark.parametrize("several", [list, tuple, np.array])
def test_sequence_of_one_run_equals_that_run(several):
    run, baseline = [[1.0, 2.0], [2.0, 0.0]], [[1.0, 1.0]]
    assert confidence.compare(several([run]), baseline, repeats=5) == confidence.compare(run, baseline, repeats=5)


def test_runs_can_be_tables_arrays_or_trials_and_are_cut_to_the_shortest():
    runs = [study([[1, 2], [2, 1], [0, 0]]), np.array([[1.0, 2.0], [2.0, 1.0]])]
    found = confidence.compare(runs, pd.DataFrame({"a": [3, 1, 1], "b": [0, 1, 1]}), reference=[4, 4], repeats=5)
    assert (found.n_trials, found.n_runs, found.budget) == ((2, 3), (2, 1), 2)
    assert found.hypervolume.candidate == confidence.Estimate(8.0, 8.0, 8.0)


def test_single_run_resamples_trials_and_several_runs_resample_runs():
    rng = np.random.default_rng(0)
    one, several = rng.random((30, 2)), rng.random((4, 30, 2))
    found = confidence.compare(one, several, reference=[1, 1], repeats=200)
    volumes = [pareto.hypervolume(run, [1, 1]) for run in several]
    assert found.hypervolume.baseline.value == pytest.approx(np.mean(volumes))
    assert found.hypervolume.baseline.low < min(volumes) < max(volumes) < found.hypervolume.baseline.high
    assert found.hypervolume.candidate.low < found.hypervolume.candidate.high


@pytest.mark.parametrize("n_runs", [4, 12])
def test_interval_of_several_runs_is_as_wide_as_students_t(n_runs):
    runs = np.random.default_rng(n_runs).random((n_runs, 5, 2))
    found = confidence.compare(runs, runs[:2], reference=[1, 1], repeats=2000).hypervolume.candidate
    volumes = [pareto.hypervolume(run, [1, 1]) for run in runs]
    low, high = t.interval(0.95, n_runs - 1, np.mean(volumes), sem(volumes))
    assert found.high - found.low == pytest.approx(high - low, rel=0.1)


@pytest.mark.parametrize("n_runs", [2, 3])
def test_two_or_three_equal_runs_rarely_show_a_difference(n_runs):
    claimed = 0
    for seed in range(40):
        sides = np.random.default_rng(seed).random((2, n_runs, 40, 2))
        found = confidence.compare(*sides, reference=[1, 1], repeats=100, seed=seed).hypervolume_difference
        claimed += not found.low <= 0 <= found.high
    assert claimed <= 4  # of forty; as the percentiles come it would be about ten


def test_intervals_and_probabilities_are_fair_for_equal_sides():
    truth = np.mean([pareto.hypervolume(np.random.default_rng(seed).random((100, 2)), [1, 1]) for seed in range(300)])
    inside, better = [], []
    for seed in range(40):
        sides = np.random.default_rng(seed).random((2, 100, 2))
        found = confidence.compare(*sides, reference=[1, 1], repeats=60, seed=seed)
        numbers = (found.hypervolume_difference, found.hypervolume.candidate, found.merged_front_share.candidate)
        known = (0, truth, 0.5)
        inside.append([number.low <= true <= number.high for number, true in zip(numbers, known, strict=True)])
        better.append(found.probability_better)
    difference, volume, share = np.mean(inside, axis=0)
    assert difference > 0.85
    assert volume > 0.65
    assert share > 0.65
    assert np.mean(better) == pytest.approx(0.5, abs=0.12)
    assert np.mean(np.array(better) < 0.2) == pytest.approx(0.2, abs=0.15)


def test_study_equals_itself():
    losses = np.random.default_rng(0).integers(0, 9, (40, 2)).astype(float)
    found = confidence.compare(losses, losses, repeats=500)
    assert found.hypervolume_difference.value == 0
    assert found.probability_better == pytest.approx(0.5, abs=0.06)
    for pair in (found.merged_front_share, found.coverage):
        assert (pair.candidate.value, pair.baseline.value) == (1, 1)


def test_budget_cuts_both_sides_to_their_first_trials():
    candidate, baseline = [[3, 3], [2, 2], [0, 0]], [[1, 1], [0, 0]]
    found = confidence.compare(candidate, baseline, budget=1, reference=[4, 4], repeats=5)
    assert (found.hypervolume.candidate.value, found.hypervolume.baseline.value) == (1, 9)
    assert found.merged_front_share.candidate.value == 0
    assert found.merged_front_share_unequal.candidate.value == 1


def test_sides_with_only_failed_trials_are_accepted():
    failed, known = [[NAN, NAN]] * 3, [[1, 1], [0, 2], [NAN, 0]]
    found = confidence.compare(failed, known, repeats=50)
    assert found.merged_front_share.candidate.value == 0
    assert found.coverage.baseline == confidence.Estimate(None, None, None)  # there is no front to cover
    assert found.probability_better < 0.1
    neither = confidence.compare(failed, failed, repeats=50)
    assert neither.merged_front_share.candidate == confidence.Estimate(None, None, None)
    assert neither.hypervolume.candidate == confidence.Estimate(0, 0, 0)
    assert neither.probability_better == 0.5
    json.dumps(neither.to_dict(), allow_nan=False)


def test_single_trial_and_constant_objective_are_accepted():
    one = confidence.compare([[1, 7]], [[2, 7]], repeats=5)
    assert one.merged_front_share.candidate == confidence.Estimate(1, 1, 1)
    assert one.probability_better == 1
    assert one.evaluations_to_match.text == "more than 1.0 times"
    assert confidence.compare([[1, 7], [2, 7]], [[3, 7], [1, 7]], repeats=5).coverage.baseline.value == 1


def test_comparison_survives_json():
    rng = np.random.default_rng(0)
    found = confidence.compare(rng.random((2, 5, 2)), rng.random((3, 20, 2)), repeats=10).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert set(found["merged_front_share"]["candidate"]) == {"value", "low", "high"}
    assert set(found["evaluations_to_match"]) == {"value", "low", "high", "searched", "reached", "observed", "text"}
    assert (found["n_trials"], found["n_runs"], found["budget"]) == ([5, 20], [2, 3], 5)


def test_same_seed_gives_the_same_comparison():
    candidate, baseline = np.random.default_rng(0).random((2, 20, 2))
    again = [
        confidence.compare(candidate, baseline, repeats=20, seed=seed) for seed in (1, np.random.default_rng(1), 2)
    ]
    assert again[0] == again[1] != again[2]


@pytest.mark.parametrize(
    ("candidate", "baseline", "settings", "message"),
    [
        ([], [[1, 2]], {}, "candidate must be a table of n points by m objectives, but have shape (0,)"),
        (np.empty((0, 2)), [[1, 2]], {}, "the candidate has no finished trial: a comparison needs at least one"),
        ([[1, 2]], study([]), {}, "the baseline has no finished trial: a comparison needs at least one"),
        ([[1, 2]], [[1, 2, 3]], {}, "both sides must have the same number of objectives, but have [2, 3]"),
        ([[1, 2]], [[[1, 2]], [[1, 2, 3]]], {}, "both sides must have the same number of objectives, but have [2, 3]"),
        (
            [[1, 2], [1, math.inf]],
            [[1, 2]],
            {},
            "candidate: row 1 is infinite, but losses must be finite: use NaN for a failed trial",
        ),
        ([[1, 2], [1]], [[1, 2]], {}, "candidate must be a table of numbers"),
        ([[[1, 2], [1]]], [[1, 2]], {}, "candidate must be a table of numbers"),
        (
            [[1, 2]],
            [[1, 2]],
            {"budget": 2},
            "budget must be at most 1, the number of trials of the shorter side, but is 2",
        ),
        ([[1, 2]], [[1, 2]], {"budget": 0}, "budget must be a whole number of at least 1, but is 0"),
        ([[1, 2]], [[1, 2]], {"repeats": 0}, "repeats must be a whole number of at least 1, but is 0"),
        ([[1, 2]], [[1, 2]], {"reference": [1]}, "reference must be 2 finite losses"),
        ([[1, 2]], [[1, 2]], {"reference": [1, NAN]}, "reference must be 2 finite losses"),
        (
            study([[1, 2]]),
            study([[1, 2]], Objectives([Minimize("a"), Maximize("b")])),
            {},
            "different objectives cannot be compared: the candidate is to minimize a, minimize b, the baseline to min",
        ),
    ],
)
def test_invalid_input_is_refused_with_one_line(candidate, baseline, settings, message):
    with pytest.raises(InvalidInputError) as caught:
        confidence.compare(candidate, baseline, **settings)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_diverged_trial_does_not_decide_a_comparison():
    ours, theirs = (np.random.default_rng(seed).random((30, 2)) for seed in (4, 9))
    before = confidence.compare(ours, theirs, repeats=50)
    ours[0] = 1e6, 1e6
    found = confidence.compare(ours, theirs, repeats=50)
    assert (found.hypervolume_difference.value > 0) == (before.hypervolume_difference.value > 0)
    assert max(found.reference) < 20
