"""The regression against fits without each trial, and its observations against a division of normal densities."""

import numpy as np
import pytest

from paretune.engine.curves.end_regression import MAX_BEYOND, EndRegression


def test_error_is_that_of_fits_without_each_trial():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 12))
    found = EndRegression.fit(x[:, None], y)
    rows = np.arange(12)
    lines = [np.polyfit(x[rows != i], y[rows != i], 1) for i in rows]
    squares = [(y[i] - np.polyval(line, x[i])) ** 2 for i, line in zip(rows, lines, strict=True)]
    assert found.error == pytest.approx(np.sqrt(np.mean(squares)))
    slope, intercept = np.polyfit(x, y, 1)
    assert found.predict(np.array([[0.3]])) == pytest.approx(intercept + 0.3 * slope)


def test_weights_are_likelihoods_of_the_errors_without_each_trial():
    rng = np.random.default_rng(1)
    y = rng.normal(size=10)
    early = np.column_stack([y + rng.normal(size=10), y + 0.7 * rng.normal(size=10)])
    errors = [EndRegression.fit(early[:, [j]], y).error for j in range(2)]
    weights = EndRegression.fit(early, y).weights
    assert weights[0] / weights[1] == pytest.approx((errors[1] / errors[0]) ** 10)


def test_exact_metric_has_all_the_weight():
    rng = np.random.default_rng(2)
    y = rng.normal(size=9)
    found = EndRegression.fit(np.column_stack([y + 0.1 * rng.normal(size=9), 3 - 2 * y, rng.normal(size=9)]), y)
    assert found.weights == pytest.approx([0, 1, 0], abs=1e-9)
    assert found.error == pytest.approx(0, abs=1e-9)


def test_metric_that_a_trial_lacks_or_that_never_differs_has_no_weight():
    y = np.linspace(0, 1, 9)
    early = np.column_stack([np.where(np.arange(9) == 4, np.nan, y), np.ones(9), 2 * y])
    found = EndRegression.fit(early, y)
    assert found.weights.tolist() == [0, 0, 1]
    assert found.predict(np.array([[np.nan, 5.0, 1.0]])) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "early", [np.ones((7, 1)), np.ones((20, 1)), np.full((20, 1), np.nan), np.empty((20, 0)), np.empty((0, 2))]
)
def test_too_few_trials_or_metrics_that_never_differ_predict_nothing(early):
    assert EndRegression.fit(early, np.arange(len(early), dtype=float)) is None


def test_observation_is_the_prediction_divided_by_what_all_trials_say():
    rng = np.random.default_rng(3)
    y = rng.normal(2, 3, size=4000)
    early = (0.5 * y + rng.normal(0, 1, 4000))[:, None]  # in units of y its error is 2
    found = EndRegression.fit(early, y)
    observed = found.observe(early)
    prior, posterior = found.predict(early).var() + found.error**2, found.error**2
    assert observed.error**-2 == pytest.approx(1 / posterior - 1 / prior, rel=0.1)
    assert observed.error == pytest.approx(2, rel=0.1)
    inside = np.abs(observed.losses - y.mean()) < 5
    assert observed.losses[inside] == pytest.approx(2 * early[inside, 0], abs=0.5)


def test_observation_stays_near_the_range_of_the_final_losses():
    rng = np.random.default_rng(4)
    y = np.linspace(0, 1, 30)
    early = (y + rng.normal(0, 0.2, 30))[:, None]
    observed = EndRegression.fit(early, y).observe(np.vstack([early, [[50.0]], [[-50.0]]]))
    assert observed.losses.min() >= -MAX_BEYOND
    assert observed.losses.max() <= 1 + MAX_BEYOND


def test_unrelated_metric_observes_nothing():
    rng = np.random.default_rng(5)
    early, y = rng.normal(size=(40, 1)), rng.normal(size=40)
    assert EndRegression.fit(early, y).observe(early) is None


def test_equal_final_losses_teach_nothing():
    assert EndRegression.fit(np.random.default_rng(6).normal(size=(9, 1)), np.full(9, 3.0)) is None


def test_units_of_metrics_and_losses_do_not_matter():
    rng = np.random.default_rng(7)
    y = rng.normal(size=12)
    early = np.column_stack([y + 0.3 * rng.normal(size=12), y + 0.4 * rng.normal(size=12)])
    one, other = EndRegression.fit(early, y), EndRegression.fit(early * [1e120, -1e-120] + [0, 1e-119], 1e90 * y)
    assert other.predict(early * [1e120, -1e-120] + [0, 1e-119]) == pytest.approx(1e90 * one.predict(early))
    assert other.error == pytest.approx(1e90 * one.error)
