"""Tests of the final losses as means over the last reports."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.engine import suggest
from paretune.engine.curves.last_reports import average_last_reports, choose_window
from paretune.engine.recommend import recommend
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Float, Space
from paretune.trials import Curves, Trials

SPACE = Space({"x": Float(0, 1)})
OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("size")])
N_STEPS = 60


def trials_of(accuracies, **changes):
    """Trials with a curve of accuracies, ``n x steps``; the last one is the final accuracy, and the size is 1 - x."""
    n, n_steps = accuracies.shape
    x = np.linspace(0, 1, n)
    size = np.repeat(1 - x, n_steps)
    curves = Curves(
        np.repeat(np.arange(n), n_steps), np.tile(np.arange(n_steps), n), {"accuracy": accuracies.ravel(), "size": size}
    )
    losses = np.column_stack([-accuracies[:, -1], 1 - x])
    columns = {"losses": losses, "curves": curves} | changes
    return Trials(SPACE, OBJECTIVES, tuple({"x": float(v)} for v in x), **columns)


def jumping(rng, n=12, spread=0.1):
    """Trainings that have learned all by the middle, and jump from then on; and their true final accuracies."""
    true = rng.uniform(0.3, 0.8, n)
    learned = np.minimum(np.arange(N_STEPS) / 30, 1)
    return true[:, None] * learned + rng.normal(0, spread, (n, N_STEPS)), true


def test_means_are_those_over_the_last_reports_and_closer_to_the_truth():
    errors = []
    for seed in range(20):
        accuracies, true = jumping(np.random.default_rng(seed))
        found = -average_last_reports(trials_of(accuracies)).losses[:, 0]
        window = choose_window(list(accuracies))
        np.testing.assert_allclose(found, accuracies[:, -window:].mean(axis=1))
        errors.append([((found - true) ** 2).mean(), ((accuracies[:, -1] - true) ** 2).mean()])
    averaged, last = np.mean(errors, axis=0)
    assert averaged < 0.3 * last  # a twelfth at best, with a window of twelve


@given(st.integers(0, 1000))
def test_window_of_jumping_curves_without_trend_is_most_of_the_longest(seed):
    accuracies, _ = jumping(np.random.default_rng(seed), n=40)
    assert choose_window(list(accuracies)) >= 6


@pytest.mark.parametrize("noise", [0.0, 1e-3])
def test_curves_that_still_improve_keep_their_last_value(noise):
    rng = np.random.default_rng(0)
    rising = np.linspace(0, 1, N_STEPS) * rng.uniform(0.5, 1, 12)[:, None] + rng.normal(0, noise, (12, N_STEPS))
    trials = trials_of(rising)
    assert choose_window(list(rising)) == 1
    assert average_last_reports(trials) is trials


def test_trend_that_is_common_to_all_shortens_the_window():
    accuracies, _ = jumping(np.random.default_rng(1), n=60, spread=0.05)
    late = accuracies + 0.3 * np.clip((np.arange(N_STEPS) - 50) / 10, 0, 1)  # all improve in the last ten steps
    assert choose_window(list(late)) < choose_window(list(accuracies))


def test_size_that_never_changes_and_trials_without_an_end_keep_their_losses():
    accuracies, _ = jumping(np.random.default_rng(2))
    states = ["complete"] * 11 + ["stopped"]
    losses = trials_of(accuracies).losses.copy()
    losses[-1, 0] = np.nan
    trials = trials_of(accuracies, losses=losses, states=states)
    found = average_last_reports(trials)
    np.testing.assert_array_equal(found.losses[:, 1], trials.losses[:, 1])
    assert np.isnan(found.losses[-1, 0])
    assert (found.losses[:-1, 0] != trials.losses[:-1, 0]).all()


def test_final_value_that_is_not_the_last_report_is_kept():
    """Such as the best epoch's, or that of a test set."""
    accuracies, _ = jumping(np.random.default_rng(3))
    losses = trials_of(accuracies).losses.copy()
    losses[:4, 0] = -accuracies[:4].max(axis=1)
    found = average_last_reports(trials_of(accuracies, losses=losses))
    np.testing.assert_array_equal(found.losses[:4, 0], losses[:4, 0])
    assert (found.losses[4:, 0] != losses[4:, 0]).all()


def test_reports_that_are_no_numbers_are_left_out():
    accuracies, _ = jumping(np.random.default_rng(4))
    holes = accuracies.copy()
    holes[:, 40:58:3] = np.nan
    found = average_last_reports(trials_of(holes))
    assert np.isfinite(found.losses).all()
    np.testing.assert_allclose(found.losses[:, 0], average_last_reports(trials_of(accuracies)).losses[:, 0], atol=0.15)


@pytest.mark.parametrize(("n", "n_steps"), [(5, 60), (12, 9)])
def test_few_trials_or_short_curves_keep_their_losses(n, n_steps):
    trials = trials_of(np.random.default_rng(0).normal(size=(n, n_steps)))
    assert average_last_reports(trials) is trials


def test_curves_of_different_lengths_are_averaged_over_a_fifth_at_most():
    accuracies, _ = jumping(np.random.default_rng(5))
    trials = trials_of(accuracies)
    is_short = (trials.curves.numbers == 3) & (trials.curves.steps >= 20)
    curves = Curves(
        trials.curves.numbers[~is_short],
        trials.curves.steps[~is_short],
        {name: values[~is_short] for name, values in trials.curves.metrics.items()},
    )
    losses = trials.losses.copy()
    losses[3, 0] = -accuracies[3, 19]
    found = average_last_reports(trials_of(accuracies, curves=curves, losses=losses))
    assert found.losses[3, 0] == pytest.approx(-accuracies[3, 16:20].mean())


def test_recommendation_is_not_the_luckiest_last_report():
    """All trainings are equally good, and the size falls with x. One had luck at its last step."""
    rng = np.random.default_rng(6)
    accuracies = 0.5 + rng.normal(0, 0.02, (12, N_STEPS))
    accuracies[0, -1] = 0.9
    recommended = recommend(trials_of(accuracies))
    assert recommended.values[:, 0].max() < 0.6


def test_suggestions_learn_the_means():
    accuracies, _ = jumping(np.random.default_rng(7))
    trials = trials_of(accuracies)
    averaged = average_last_reports(trials)
    without_curves = Trials(SPACE, OBJECTIVES, trials.params, losses=averaged.losses)
    assert suggest(trials, SPACE, OBJECTIVES) == suggest(without_curves, SPACE, OBJECTIVES)
