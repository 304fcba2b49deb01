"""The kernel is the formula of its docstring, and positive semidefinite."""

import math
import pickle

import numpy as np
import pytest
import torch
from botorch.fit import fit_gpytorch_mll
from botorch.models import SingleTaskGP
from botorch.models.utils.gpytorch_modules import get_covar_module_with_dim_scaled_prior
from gpytorch.mlls import ExactMarginalLogLikelihood
from hypothesis import given
from hypothesis import strategies as st

import oracles
from paretune.engine.models.kernel import MixedKernel, covariance, covariance_with_gradient

UNIT = st.sampled_from([0.0, 0.125, 0.3, 0.5, 0.75, 1.0])  # so that places coincide now and then
CHOICE = st.sampled_from([-1.0, 0.125, 0.5, 0.875])
NODES, MASSES = (array / 2 for array in np.polynomial.legendre.leggauss(12))
NODES = NODES + 0.5


@st.composite
def kernels(draw):
    """Draw a kernel, its arguments, and two sets of places."""
    is_nominal = draw(st.lists(st.booleans(), min_size=1, max_size=4))
    lengthscales = [draw(st.floats(0.05, 20)) for _ in is_nominal]
    weight = draw(st.floats(0.01, 10))
    row = st.tuples(*(CHOICE if is_nominal else UNIT for is_nominal in is_nominal))
    A, B = (np.array(draw(st.lists(row, min_size=1, max_size=6))) for _ in range(2))
    return kernel_with(is_nominal, lengthscales, weight), (is_nominal, lengthscales, weight), A, B


def kernel_with(is_nominal, lengthscales, weight):
    kernel = MixedKernel(torch.tensor(is_nominal))
    kernel.set_hyperparameters(torch.tensor(lengthscales, dtype=torch.double), torch.tensor(weight, dtype=torch.double))
    return kernel


def covariance_matrix(kernel, A, B):
    with torch.no_grad():
        return kernel(torch.tensor(A), torch.tensor(B)).to_dense().numpy()


@given(kernels())
def test_kernel_is_the_formula_of_its_docstring(drawn):
    kernel, parts, A, B = drawn
    np.testing.assert_allclose(
        covariance_matrix(kernel, A, B), oracles.mixed_kernel(A, B, *parts), rtol=1e-5, atol=1e-6
    )


@given(kernels())
def test_covariance_is_that_of_the_kernel(drawn):
    kernel, (_, lengthscales, weight), A, _ = drawn
    X = torch.tensor(A)
    found = covariance(
        kernel.squared_differences(X),
        kernel.main_effects(X, X),
        torch.tensor(lengthscales).double(),
        torch.tensor(weight),
    )
    np.testing.assert_allclose(found, covariance_matrix(kernel, A, A), rtol=1e-5, atol=1e-6)


@given(kernels(), st.integers(0, 9))
def test_slopes_of_covariance_are_those_of_autograd(drawn, seed):
    kernel, (_, lengthscales, weight), A, _ = drawn
    X = torch.tensor(A)
    squared_differences, main = kernel.squared_differences(X), kernel.main_effects(X, X).detach()
    gradient = torch.tensor(np.random.default_rng(seed).normal(size=main.shape))
    logs = torch.tensor([*np.log(lengthscales), np.log(weight)], dtype=torch.double, requires_grad=True)
    (theirs,) = torch.autograd.grad(
        covariance(squared_differences, main, logs[:-1].exp(), logs[-1].exp()), logs, gradient
    )
    K, slopes = covariance_with_gradient(squared_differences, main, logs.detach()[:-1].exp(), logs.detach()[-1].exp())
    np.testing.assert_allclose(K, covariance_matrix(kernel, A, A), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(slopes(gradient), theirs, rtol=1e-6, atol=1e-8)


@given(kernels())
def test_diagonal_and_batches_are_parts_of_the_whole_matrix(drawn):
    kernel, _, A, B = drawn
    whole, places = covariance_matrix(kernel, A, B), torch.tensor(A)
    with torch.no_grad():
        np.testing.assert_allclose(kernel(places, diag=True), np.diag(covariance_matrix(kernel, A, A)), atol=1e-6)
        batches = kernel(places.unsqueeze(-2), torch.tensor(B)).to_dense()
        alone = kernel(places.unsqueeze(-2), diag=True)
        paired = kernel(places, places.flip(0), diag=True)
    assert batches.shape == (len(A), 1, len(B))
    np.testing.assert_allclose(batches[:, 0], whole, atol=1e-6)
    np.testing.assert_allclose(alone[:, 0], np.diag(covariance_matrix(kernel, A, A)), atol=1e-6)
    np.testing.assert_allclose(paired, np.diag(covariance_matrix(kernel, A, A)[:, ::-1]), atol=1e-6)


@given(kernels())
def test_kernel_can_be_pickled(drawn):
    kernel, _, A, B = drawn
    copy = pickle.loads(pickle.dumps(kernel))  # noqa: S301 (our own)
    np.testing.assert_array_equal(covariance_matrix(copy, A, B), covariance_matrix(kernel, A, B))


@given(kernels())
def test_kernel_is_symmetric_and_positive_semidefinite(drawn):
    kernel, _, A, B = drawn
    X = np.vstack([A, B])
    K = covariance_matrix(kernel, X, X)
    np.testing.assert_allclose(K, K.T, atol=1e-9)
    assert np.linalg.eigvalsh(K).min() > -1e-6 * np.abs(K).max()


@pytest.mark.parametrize(("k", "variance"), [(1, 1 / 3), (2, 1 / 3), (3, 0), (4, 0)])
def test_main_effects_of_ordered_parameter_are_line_and_parabola(k, variance):
    """The kernel maps a polynomial to its multiple by the variance, or to zero."""
    X = np.column_stack([NODES, np.full((len(NODES), 2), 0.5)])
    with torch.no_grad():
        main = kernel_with([False, True, False], [1.0] * 3, 1.0).main_effects(torch.tensor(X), torch.tensor(X)).numpy()
    polynomial = oracles.legendre(k, NODES)
    np.testing.assert_allclose(main @ (MASSES * polynomial), variance * polynomial, atol=1e-7)


def test_variance_of_main_effects_does_not_grow_with_number_of_parameters():
    grid = np.stack(np.meshgrid(NODES, NODES), axis=-1).reshape(-1, 2)
    masses = np.outer(MASSES, MASSES).ravel()
    for d, X in [(1, NODES[:, None]), (2, grid)]:
        with torch.no_grad():
            main = kernel_with([False] * d, [1.0] * d, 1.0).main_effects(torch.tensor(X), torch.tensor(X)).numpy()
        assert np.diag(main) @ (masses if d == 2 else MASSES) == pytest.approx(2.0)


@given(kernels(), st.randoms(use_true_random=False))
def test_codes_of_choices_and_order_of_parameters_do_not_change_the_kernel(drawn, random):
    kernel, (is_nominal, lengthscales, weight), A, B = drawn
    order = random.sample(range(len(is_nominal)), len(is_nominal))
    other = kernel_with([is_nominal[j] for j in order], [lengthscales[j] for j in order], weight)
    renamed = {-1.0: 7.0, 0.125: -1.0, 0.5: 0.25, 0.875: 0.5}

    def rewritten(X):
        columns = [[renamed[x] for x in X[:, j].tolist()] if is_nominal[j] else X[:, j].tolist() for j in order]
        return np.array(columns).T

    np.testing.assert_allclose(
        covariance_matrix(other, rewritten(A), rewritten(B)), covariance_matrix(kernel, A, B), atol=1e-6
    )


@pytest.mark.parametrize("d", [1, 4, 30])
def test_lengthscale_prior_is_longer_than_that_of_botorch(d):
    is_nominal = torch.arange(d) % 2 == 1
    assert_prior(MixedKernel(is_nominal), [math.exp(3.0) if is_nominal else math.e for is_nominal in is_nominal])


@pytest.mark.parametrize("d", [1, 6])
def test_lengthscale_prior_of_choices_alone_or_without_stretch_is_that_of_botorch(d):
    assert_prior(MixedKernel(torch.ones(d).bool()), [1.0] * d)
    assert_prior(MixedKernel(torch.arange(d) % 2 == 1, log_stretch=0.0), [1.0] * d)


def assert_prior(kernel, times):
    """Check that the prior is BoTorch's, with each length scale so many times as long."""
    d = len(times)
    theirs = get_covar_module_with_dim_scaled_prior(d).lengthscale_prior
    lengthscales = torch.tensor([0.1, 1.0, 9.0])
    for j, log_stretch in enumerate(times):
        expected = theirs.log_prob(lengthscales) - math.log(log_stretch)
        found = kernel.lengthscale_prior.log_prob((log_stretch * lengthscales)[:, None].expand(3, d))[:, j]
        np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_lengthscale_prior_has_double_precision():
    """With choices in the space, torch's default type would round it."""
    found = MixedKernel(torch.tensor([False, True])).lengthscale_prior.loc
    expected = math.sqrt(2.0) + 0.5 * math.log(2) + np.array([1.0, 3.0])
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_mode_of_weight_prior_is_one_half():
    prior = MixedKernel(torch.tensor([False])).weight_prior
    grid = torch.logspace(-3, 3, 6001, dtype=torch.double)
    assert grid[prior.log_prob(grid).argmax()].item() == pytest.approx(0.5, rel=0.01)


def test_gpytorch_can_fit_the_kernel():
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.random(30), rng.integers(3, size=30) / 3 + 1 / 6])
    y = np.sin(4 * X[:, 0]) + 0.5 * (X[:, 1] > 0.4)
    kernel = MixedKernel(torch.tensor([False, True]))
    model = SingleTaskGP(torch.tensor(X), torch.tensor(y[:, None]), covar_module=kernel)
    before = kernel.lengthscale.tolist()[0], kernel.weight.item()
    fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
    after = kernel.lengthscale.tolist()[0], kernel.weight.item()
    assert after[0][0] != before[0][0]
    assert after[1] != before[1]
    with torch.no_grad():
        found = model.posterior(torch.tensor([[0.5, 0.5], [0.5, 1 / 6]], dtype=torch.double)).mean[:, 0]
    np.testing.assert_allclose(found, [np.sin(2) + 0.5, np.sin(2)], atol=0.05)
