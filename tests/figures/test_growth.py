"""Growth of the hypervolume: one reference point, and bands from resamples."""

import math

import moocore
import numpy as np
import pytest
from scipy.stats import norm, t

from drawings import corners, elements, texts
from paretune.confidence import compare
from paretune.errors import InvalidInputError
from paretune.figures import draw_growth, growth_view
from paretune.figures.growth import GrowthCurve
from studies import NAN, STORY, minimize, search, trials_of


def history(losses, reference):
    """The hypervolume after each trial, by moocore."""
    known = [losses[:k][~np.isnan(losses[:k]).any(axis=1)] for k in range(1, len(losses) + 1)]
    return [moocore.hypervolume(rows, ref=reference) if len(rows) else 0.0 for rows in known]


def test_growth_is_hypervolume_of_finished_trials_from_one_reference():
    view = growth_view(STORY)
    # The reference: the limit of accuracy, and the slowest complete trial with a tenth of the range, 4.0 + 0.3.
    assert view.reference.tolist() == pytest.approx([0.5, 4.3])
    by_hand = [0.1 * 3.3, 0.1 * 3.3 + 0.3 * 0.3, 0.1 * 3.3 + 0.3 * 0.3 + 0.1 * 2.0]
    assert view.candidate.hypervolume.tolist() == pytest.approx([*by_hand, *[by_hand[-1]] * 3])
    assert view.candidate.failed.tolist() == [5, 6]
    assert view.baseline is None


def test_both_sides_use_the_reference_of_the_comparison():
    candidate, baseline = search(15, seed=1), search(40, seed=2)
    view = growth_view(candidate, baseline, repeats=5)
    found = compare(candidate, baseline, repeats=5)
    assert view.reference.tolist() == list(found.reference)
    for curve, trials in ((view.candidate, candidate), (view.baseline, baseline)):
        assert curve.hypervolume.tolist() == pytest.approx(history(trials.losses, found.reference))


def test_several_runs_give_their_mean_and_a_bootstrap_over_runs():
    runs = [search(n, seed=n) for n in (12, 10, 11, 14)]
    view = growth_view(runs, repeats=400, seed=5)
    corner = view.reference
    curves = np.array([history(run.losses[:10], corner) for run in runs])
    assert view.candidate.hypervolume.tolist() == pytest.approx(curves.mean(axis=0).tolist())
    means = np.array([curves[list(pick), -1].mean() for pick in np.ndindex(4, 4, 4, 4)])  # every draw there is
    means = means.mean() + math.sqrt(4 / 3) * t.ppf(0.975, 3) / norm.ppf(0.975) * (means - means.mean())  # four are few
    assert view.candidate.at[-1] == 10
    tolerance = 0.1 * float(np.ptp(means))
    assert view.candidate.low[-1] == pytest.approx(np.quantile(means, 0.025), abs=tolerance)
    assert view.candidate.high[-1] == pytest.approx(np.quantile(means, 0.975), abs=tolerance)
    assert view.n_excluded == {"pending": 0, "lost": 0, "with a value beyond 1e+60": 0, "beyond the shortest run": 7}


def test_band_of_single_run_is_bootstrap_centred_on_measured_line():
    trials = search(30, seed=3)
    view = growth_view(trials, repeats=1000, seed=0)
    rng = np.random.default_rng(9)
    drawn = []
    for _ in range(1000):
        rows = trials.losses[rng.integers(30, size=30)]
        drawn.append(moocore.hypervolume(rows[~np.isnan(rows).any(axis=1)], ref=view.reference))
    measured = view.candidate.hypervolume[-1]
    low, high = np.quantile(drawn, [0.025, 0.975]) + measured - np.mean(drawn)
    spread = high - low
    assert view.candidate.low[-1] == pytest.approx(low, abs=0.15 * spread)
    assert view.candidate.high[-1] == pytest.approx(max(high, measured), abs=0.15 * spread)


def test_band_contains_its_line():
    view = growth_view(search(80), search(50, seed=1), repeats=50)
    for curve in (view.candidate, view.baseline):
        measured = curve.hypervolume[curve.at - 1]
        assert (curve.low <= measured).all()
        assert (measured <= curve.high).all()
        assert (curve.at[0], curve.at[-1]) == (1, len(curve.hypervolume))


def test_band_never_exceeds_volume_of_ideal_trial():
    equal = growth_view(trials_of([(0.9, 1.0)] * 20), repeats=200)
    np.testing.assert_allclose(equal.candidate.high, equal.candidate.hypervolume[0])
    early = growth_view(trials_of([(0.9, 1.0), *[(0.6, 3.0)] * 9]), reference=[-0.5, 4.0], repeats=200)
    assert early.candidate.high.max() <= 0.4 * 3.0 + 1e-12


def test_value_too_large_to_draw_is_not_a_failure():
    curve = growth_view(trials_of([(0.9, 1.0), (0.8, 1e99), (NAN, NAN)]), repeats=20).candidate
    assert curve.failed.tolist() == [3]


def test_picture_names_both_sides_and_failures():
    drawing = draw_growth(growth_view(STORY, STORY[:3], repeats=20), names=("bayes", "random"))
    assert {"bayes, 6 trials", "random, 3 trials", "bayes, 95 % band", "failed (2)"} < set(texts(drawing))
    sample, failures = elements(drawing, "x")  # the sample in the legend looks like what it names
    assert "v-10" in sample.get("d")
    assert failures.get("d").count("M") == 2


def test_line_is_a_step_at_each_trial():
    drawing = draw_growth(growth_view(STORY, repeats=20))
    heights = [y for _, y in corners(elements(drawing, "l1")[-1])]
    assert heights == sorted(heights, reverse=True)
    assert len(set(heights)) == 3, "the third of six trials is the last one that improves the front"


def test_empty_study_has_a_message():
    assert "No trial has finished yet." in texts(draw_growth(growth_view(STORY[:0])))


def test_given_reference_is_used_and_unfit_one_is_rejected():
    assert growth_view(STORY, reference=[-0.2, 9.0]).reference.tolist() == [0.2, 9.0]
    with pytest.raises(InvalidInputError, match="reference must be 2 finite losses"):
        growth_view(STORY, reference=[1.0])


def test_different_objectives_are_rejected():
    with pytest.raises(InvalidInputError, match="different objectives"):
        growth_view(STORY, search(5))
    with pytest.raises(InvalidInputError, match="list of one or more"):
        growth_view([])


def test_one_objective_and_no_trials_give_a_curve():
    trials = trials_of([(3.0,), (1.0,), (NAN,)], minimize("loss"))
    assert growth_view(trials, reference=[4.0]).candidate.hypervolume.tolist() == [1.0, 3.0, 3.0]
    empty = growth_view(STORY[:0]).candidate
    assert isinstance(empty, GrowthCurve)
    assert len(empty.hypervolume) == len(empty.at) == len(empty.low) == 0
