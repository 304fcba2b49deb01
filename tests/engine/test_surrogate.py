"""Is the model the Gaussian process that its docstring names?"""

import numpy as np
import pytest
import torch

import oracles
from paretune.engine.surrogate import features, fit, to_gains
from paretune.space import Categorical, Float, Int, Space

pytestmark = pytest.mark.filterwarnings(
    "ignore::linear_operator.utils.warnings.NumericalWarning", "ignore:Sparse invariant checks"
)  # as the engine ignores them

SPACE = Space(
    {
        "c": Categorical(["a", "b", "c"]),
        "x": Float(0, 1),
        "one": Int(3, 3),
        "k": Int(1, 8),
        "d": Categorical(["u", "v"], when={"c": "a"}),
        "z": Float(0, 1, when={"c": "b"}),
    }
)


@pytest.fixture(scope="module")
def seen():
    X = SPACE.snap(np.random.default_rng(0).random((14, 6)))
    Y = np.column_stack([X[:, 1] + (X[:, 0] > 0.5), 100 * np.sin(5 * X[:, 1])])
    return X, Y


def test_features_are_the_parameters_that_vary_and_a_filler_where_one_does_not_exist():
    X = SPACE.encode([{"c": "a", "x": 0.25, "one": 3, "k": 8, "d": "v"}, {"c": "b", "x": 1, "one": 3, "k": 1, "z": 0}])
    expected = [[1 / 6, 0.25, 15 / 16, 0.75, 0.5], [0.5, 1, 1 / 16, -1, 0]]
    np.testing.assert_allclose(features(SPACE, X).numpy(), expected)


def test_gains_are_losses_turned_round():
    losses = np.array([[1.0, -2.0]])
    assert to_gains(losses).tolist() == [[-1, 2]]
    assert losses.tolist() == [[1, -2]]


def test_its_posterior_is_that_of_the_formula_with_its_own_parameters(seen):
    X, Y = seen
    F = features(SPACE, X)
    model = fit(SPACE, F, torch.tensor(Y))
    places = features(SPACE, SPACE.snap(np.random.default_rng(1).random((9, 6))))
    with torch.no_grad():
        posterior = model.posterior(places)
    matern, hamming = model.covar_module.kernels
    assert (list(matern.active_dims), list(hamming.active_dims)) == ([1, 2, 4], [0, 3])
    for j in range(2):
        scales = matern.lengthscale[j, 0].detach().numpy(), hamming.lengthscale[j, 0].detach().numpy()

        def kernel(A, B, scales=scales):
            return oracles.matern_and_hamming(A, B, [1, 2, 4], scales[0], [0, 3], scales[1])

        A, B = F.numpy(), places.numpy()
        centre, spread = Y[:, j].mean(), Y[:, j].std(ddof=1)
        noise = model.likelihood.noise[j].item()
        constant = model.mean_module.constant[j].item()
        mean, variance = oracles.gaussian_process(
            kernel(A, A), kernel(A, B), np.ones(len(B)), noise, (Y[:, j] - centre) / spread, constant
        )
        np.testing.assert_allclose(posterior.mean[:, j], centre + spread * mean, rtol=1e-4, atol=1e-4 * spread)
        np.testing.assert_allclose(posterior.variance[:, j], spread**2 * variance, rtol=1e-3, atol=1e-4 * spread**2)


def test_a_smooth_function_is_learned_between_the_points():
    space = Space({"x": Float(0, 1)})
    x = np.linspace(0, 1, 12)[:, None]
    model = fit(space, features(space, x), torch.tensor(np.sin(4 * x)))
    between = (x[:-1] + x[1:]) / 2
    with torch.no_grad():
        found = model.posterior(features(space, between)).mean.numpy()
    np.testing.assert_allclose(found, np.sin(4 * between), atol=0.05)


@pytest.mark.parametrize("names", [["c"], ["x"], ["c", "x"], ["one", "k"]])
def test_any_mixture_of_parameters_can_be_fitted_from_one_point_on(names):
    space = Space({name: SPACE[name] for name in names})
    X = space.snap(np.full((1, len(space)), 0.4))
    model = fit(space, features(space, X), torch.tensor([[3.0]], dtype=torch.double))
    with torch.no_grad():
        posterior = model.posterior(features(space, X))
    assert torch.isfinite(posterior.mean).all()
    assert (posterior.variance >= 0).all()
