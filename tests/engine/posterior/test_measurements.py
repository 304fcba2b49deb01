"""Measurements of one objective: means of configurations, and when there is noise to remove."""

import numpy as np
import pytest

from paretune.engine.models.targets import loss_targets
from paretune.engine.posterior.measurements import Configurations, Measurements
from paretune.objectives import Minimize, Objectives
from paretune.space import Float, Space
from paretune.trials import Trials
from paretune.trials.noise import noise_variances

X = [0.0, 0.5, 0.5, 1.0]


def measurements(losses, errors=np.nan, x=X):
    losses = np.array(losses, float)[:, None]
    errors = np.broadcast_to(np.asarray(errors, float).reshape(-1, 1), losses.shape)
    params = tuple({"x": value} for value in x)
    trials = Trials(Space({"x": Float(0, 1)}), Objectives([Minimize("f")]), params, losses=losses, losses_se=errors)
    (target,), _ = loss_targets(trials, np.array([10.0]))
    tried = Configurations.of(trials, np.flatnonzero(trials.is_complete), "cpu")
    return Measurements.of(tried, target, noise_variances(trials)[:, 0])


def test_means_are_of_each_configuration_with_their_standard_errors():
    found = measurements([1, 4, 6, 9], 2.0)
    means, errors = found.means()
    np.testing.assert_allclose(found.to_losses(means), [1, 5, 9])
    np.testing.assert_allclose(errors * found.target.unit, [2, np.sqrt(2), 2])
    assert found.tried.index_of_complete.tolist() == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("losses", "errors", "can_be_modelled"),
    [([1, 4, 6, 9], 2.0, True), ([1, 4, 6, 9], np.nan, True), ([1, 4, 4, 9], 0.0, False), ([3, 3, 3, 3], 1.0, False)],
)
def test_models_are_used_where_there_may_be_noise_and_losses_vary(losses, errors, can_be_modelled):
    assert measurements(losses, errors).can_be_modelled == can_be_modelled


def test_regression_knows_which_measurements_belong_to_a_configuration():
    fitted = measurements([1, 4, 6, 9], 2.0).regression()
    assert fitted.same.tolist() == [[1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]]
    assert fitted.F.tolist() == [[0.0], [0.5], [1.0]]
    assert fitted.regression.has_own_effects
    assert not measurements([1, 4, 6, 9]).regression().regression.has_own_effects
