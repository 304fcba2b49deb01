"""The evidence chooses the transform of a loss, and noise is transformed with it."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

import oracles
from paretune.engine.models.map_fit import evenly_spaced_rows
from paretune.engine.models.outcome_transform import LossTransform
from paretune.engine.models.target_models import fit_with_best_transform, fit_with_transform
from paretune.engine.models.targets import Target

X = np.random.default_rng(0).random((24, 2))
IS_NOMINAL = torch.tensor([False, False])


def target(losses):
    """Return exact losses, one for each place."""
    n = len(losses)
    return Target(np.arange(n), losses, np.zeros(n), np.zeros(n, bool))


def test_evidence_chooses_logarithm_of_losses_that_vary_evenly_in_logarithms_and_else_linear_transform():
    n_logarithmic = {"as drawn": 0, "its exponential": 0}
    for seed in range(8):
        rng = np.random.default_rng(seed)
        places = rng.random((30, 2))
        K = np.exp(-((places[:, None] - places) ** 2).sum(axis=-1) / 0.2) + 0.01 * np.eye(30)
        even = np.linalg.cholesky(K) @ rng.normal(size=30)
        for name, losses in zip(n_logarithmic, (even, np.exp(3 * even)), strict=True):
            model, scale = fit_with_best_transform(target(losses), torch.tensor(places), IS_NOMINAL)
            n_logarithmic[name] += not scale.is_linear
            with torch.no_grad():
                found = scale.untransform(-model.posterior(torch.tensor(places)).mean[:, 0].numpy())
            assert np.corrcoef(found, losses)[0, 1] > 0.9
    assert n_logarithmic["as drawn"] <= 2
    assert n_logarithmic["its exponential"] == 8


def test_some_of_many_losses_choose_the_transform():
    """The losses of a valley are skewed, which alone is no evidence for a logarithm."""
    rng = np.random.default_rng(5)
    places = rng.random((800, 2))
    losses = ((places - [0.3, 0.4]) ** 2).sum(axis=1)
    losses = (losses - losses.mean()) / losses.std() + 0.1 * rng.normal(size=800)
    rows = evenly_spaced_rows(800).numpy()
    for chosen in (rows, np.arange(800)):
        _, scale = fit_with_best_transform(target(losses[chosen]), torch.tensor(places[chosen]), IS_NOMINAL)
        assert scale.is_linear


def test_transform_of_few_losses_is_linear():
    _, scale = fit_with_best_transform(target(np.exp(5 * X[:5, 0])), torch.tensor(X[:5]), IS_NOMINAL)
    assert scale.is_linear


@pytest.mark.parametrize("linear_range", [math.inf, 0.3])
def test_known_noise_is_transformed_as_small_changes_of_the_loss_are(linear_range):
    losses, variance = ((X - [0.2, 0.3]) ** 2).sum(axis=1), np.linspace(0.01, 0.04, 24)
    scale = LossTransform.fit(losses, linear_range)
    model, _ = fit_with_transform(replace(target(losses), noise=variance), scale, torch.tensor(X), IS_NOMINAL)
    slopes = np.array(
        [oracles.slope(scale.transform, loss) if loss > losses.min() else 1 / scale.unit for loss in losses]
    )
    np.testing.assert_allclose(model.likelihood.noise_covar.noise.numpy(), slopes**2 * variance, rtol=1e-5)
