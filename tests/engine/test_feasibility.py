"""Is the probability of success learned from crashes?"""

import math

import numpy as np
import pytest
import torch
from scipy.stats import norm

from paretune.engine.feasibility import LogSuccess, penalty
from paretune.engine.surrogate import features, fit
from paretune.space import Float, Space

pytestmark = pytest.mark.filterwarnings(
    "ignore::linear_operator.utils.warnings.NumericalWarning", "ignore:Sparse invariant checks"
)  # as the engine ignores them

SPACE = Space({"x": Float(0, 1), "y": Float(0, 1)})
X = np.random.default_rng(0).random((30, 2))
HAS_CRASHED = X[:, 0] > 0.6


@pytest.fixture(scope="module")
def log_success():
    return LogSuccess(SPACE, features(SPACE, X), torch.tensor(HAS_CRASHED))


def test_it_is_the_normal_probability_of_a_regression_on_labels(log_success):
    places = features(SPACE, np.random.default_rng(1).random((20, 2)))
    labels = torch.tensor(np.where(HAS_CRASHED, -1.0, 1.0)[:, None])
    model = fit(SPACE, features(SPACE, X), labels)
    with torch.no_grad():
        posterior = model.posterior(places, observation_noise=True)
        expected = norm.logcdf(posterior.mean[:, 0].numpy() / np.sqrt(posterior.variance[:, 0].numpy()))
    np.testing.assert_allclose(log_success(places).numpy(), expected, rtol=1e-6)


def test_it_tells_where_trainings_crash(log_success):
    grid = np.stack(np.meshgrid(np.linspace(0.05, 0.95, 10), np.linspace(0.05, 0.95, 10)), axis=-1).reshape(-1, 2)
    p = log_success(features(SPACE, grid)).exp().numpy()
    assert ((p > 0) & (p < 1)).all()
    clear = np.abs(grid[:, 0] - 0.6) > 0.1
    assert np.mean((p < 0.5)[clear] == (grid[:, 0] > 0.6)[clear]) > 0.95


def test_the_highest_is_that_of_a_trial(log_success):
    assert log_success.highest == pytest.approx(log_success(features(SPACE, X)).max().item())


def test_the_penalty_is_log_p_and_steeper_where_failure_is_likelier_than_success():
    p = torch.tensor([0.01, 0.3, 0.49, 0.5, 0.7, 1.0], dtype=torch.double)
    found = penalty(p.log(), highest=math.log(0.95))
    expected = [math.log(x) + min(0.0, 30 * math.log(x / 0.5)) for x in p.tolist()]
    assert found.tolist() == pytest.approx(expected)


def test_the_slope_starts_lower_where_nothing_is_well_above_one_half_and_not_by_the_company_a_place_keeps():
    p = torch.tensor([0.1, 0.24, 0.4], dtype=torch.double)
    found = penalty(p.log(), highest=math.log(0.4))
    expected = [math.log(x) + min(0.0, 30 * math.log(x / 0.24)) for x in p.tolist()]
    assert found.tolist() == pytest.approx(expected)
    assert penalty(p[:1].log(), highest=math.log(0.4)).tolist() == pytest.approx(expected[:1])
