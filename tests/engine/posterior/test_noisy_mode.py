"""The denser mode of two is found."""

import numpy as np
import torch

from paretune.engine.models.map_fit import negative_log_density
from paretune.engine.models.surrogate import NOISE_PRIOR, fit, gaussian_evidence
from paretune.engine.posterior.noisy_mode import denser_mode
from paretune.engine.posterior.regression import Hyperparameters, Regression


def modes(y, d=6, seed=0):
    """Return the mode of the search's fit, the denser mode, and the log density of each."""
    n = len(y)
    X, y = torch.tensor(np.random.default_rng(seed).random((n, d))), torch.tensor((y - y.mean()) / y.std())
    model, _ = fit(X, y, torch.zeros(d, dtype=torch.bool))
    first = Hyperparameters.of(model)
    nothing = torch.zeros(n, dtype=torch.double)
    regression = Regression(model.covar_module, X, y, nothing, torch.eye(n).double(), has_own_effects=False)
    second = denser_mode(regression, first)
    loss = negative_log_density(model.covar_module, X, gaussian_evidence(y, nothing), NOISE_PRIOR)

    def density(h):
        return -loss(np.log([*h.lengthscales.tolist(), float(h.weight), float(h.residual_variance)]))[0]

    return first, second, density(first), density(second)


def test_mode_of_much_noise_is_found_where_it_is_denser():
    """One parameter of forty trials, with noise of half the variance."""
    X = np.random.default_rng(3).random((40, 1))
    y = X[:, 0] + 0.3 * np.random.default_rng(1003).normal(size=40)
    first, second, before, after = modes(y, d=1, seed=3)
    assert after >= before
    assert float(second.residual_variance) > 0.3
    assert float(second.residual_variance) >= float(first.residual_variance) - 0.01


def test_density_is_never_smaller():
    for seed in range(3):
        _, _, before, after = modes(np.random.default_rng(100 + seed).normal(size=20), d=6, seed=seed)
        assert after >= before


def test_exact_outcomes_keep_their_mode():
    X = np.random.default_rng(0).random((30, 2))
    first, second, _, _ = modes(np.square(X - 0.4).sum(axis=1), d=2)
    assert float(first.residual_variance) < 1e-3
    assert float(second.residual_variance) < 1e-3
