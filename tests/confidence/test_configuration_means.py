"""Tests of the means of configurations over repeated trials."""

import math

import numpy as np

from paretune.confidence.configuration_means import ConfigurationMeans
from paretune.objectives import Minimize, Objectives
from paretune.space import Int, Space
from paretune.trials import Trials

NAN = math.nan
SPACE = Space({"k": Int(0, 9)})


def table(ks, losses, errors=NAN, at_most=None, **columns):
    losses = np.array(losses, float)
    objectives = Objectives([Minimize("f", at_most=at_most), Minimize("g")])
    errors = np.broadcast_to(errors, losses.shape)
    return Trials(SPACE, objectives, tuple({"k": k} for k in ks), losses=losses, losses_se=errors, **columns)


def test_mean_is_weighted_by_precision():
    """The repeats scatter less than their errors, so the weights are the inverse squared errors."""
    errors = [[0.1, 1], [0.2, 1], [0.3, 2]]
    found = ConfigurationMeans.from_trials(table([4, 1, 4], [[1, 5], [7, 7], [1.1, 5.2]], errors))
    weights = np.array([1 / 0.1**2, 1 / 0.3**2])
    np.testing.assert_allclose(found.losses[0], [weights @ [1, 1.1] / weights.sum(), (5 + 5.2 / 4) / (1 + 1 / 4)])
    np.testing.assert_allclose(found.variances[0], [1 / weights.sum(), 1 / (1 + 1 / 4)])
    np.testing.assert_allclose(found.losses[1], [7, 7])
    np.testing.assert_allclose(found.variances[1], [0.04, 1])
    assert found.is_noise_known.tolist() == [True, True]


def test_mean_of_normal_measurements_has_its_stated_variance():
    """The excess of repeats over their errors is never negative, so the stated variance is a little too large."""
    rng = np.random.default_rng(0)
    errors = np.array([0.3, 0.5, 0.9])
    means = []
    for _ in range(400):
        measured = errors[:, None] * rng.normal(size=(3, 2))
        found = ConfigurationMeans.from_trials(table([2, 2, 2], measured, errors[:, None]))
        means.append(found.losses[0] / np.sqrt(found.variances[0]))
    assert 0.8 < np.std(means) < 1.05


def test_plain_mean_is_taken_where_no_noise_is_known():
    found = ConfigurationMeans.from_trials(table([3, 3, 0], [[1, 4], [3, 8], [0, 0]]))
    np.testing.assert_allclose(found.losses, [[2, 6], [0, 0]])
    assert not found.variances.any()
    assert found.is_noise_known.tolist() == [False, False]


def test_trials_outside_the_limits_count_and_failed_ones_do_not():
    states = np.array(["complete", "failed", "failed", "pending"], object)
    reasons = np.array(["", "outside_limits", "crashed", ""], object)
    losses = [[2.8, 1], [3.6, 1], [NAN, 1], [NAN, NAN]]
    found = ConfigurationMeans.from_trials(table([5, 5, 5, 5], losses, at_most=3, states=states, reasons=reasons))
    np.testing.assert_allclose(found.losses, [[3.2, 1]])
    assert found.complete_indices.tolist() == [0]


def test_first_rows_are_those_of_the_first_trial_of_each_configuration():
    found = ConfigurationMeans.from_trials(table([7, 2, 7, 9, 2], [[1, 1]] * 5))
    assert found.complete_indices.tolist() == [0, 1, 0, 2, 1]
    assert found.first_rows.tolist() == [0, 1, 3]


def test_table_without_complete_trials_has_no_configurations():
    found = ConfigurationMeans.from_trials(table([1], [[NAN, NAN]]))
    assert found.losses.shape == found.variances.shape == (0, 2)
    assert len(found.first_rows) == 0
