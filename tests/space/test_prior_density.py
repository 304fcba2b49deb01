"""The density and the quantiles of priors, against closed forms of SciPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import strategies
from paretune.space import Beta, Categorical, Float, Int, LogNormal, Normal, Space
from paretune.space.prior_density import MIN_DENSITY, has_priors, log_density, log_prior, prior_points, quantiles

U = np.linspace(0.05, 0.95, 19)


def truncated(distribution, low, high):
    mass = distribution.cdf(high) - distribution.cdf(low)
    return lambda x: distribution.pdf(x) / mass, lambda q: distribution.ppf(distribution.cdf(low) + q * mass)


def test_normal_prior_is_the_truncated_normal_distribution():
    parameter = Float(-1, 3, prior=Normal(0.5, 0.8))
    density, quantile = truncated(stats.norm(0.5, 0.8), -1, 3)
    assert np.exp(log_density(parameter, U)) == pytest.approx(density(-1 + 4 * U) * 4, rel=1e-4)
    assert quantiles(parameter, U) == pytest.approx((quantile(U) + 1) / 4)


def test_lognormal_prior_on_a_log_scale_is_normal_in_the_logarithm():
    parameter = Float(1e-4, 1, log=True, prior=LogNormal(1e-2, 1.5))
    width = np.log(1e4)
    density, quantile = truncated(stats.norm(np.log(1e-2), 1.5), np.log(1e-4), 0)
    places = np.log(1e-4) + width * U
    assert np.exp(log_density(parameter, U)) == pytest.approx(density(places) * width, rel=1e-4)
    assert quantiles(parameter, U) == pytest.approx((quantile(U) - np.log(1e-4)) / width)


def test_beta_prior_is_the_beta_distribution_of_the_position():
    parameter = Float(5, 25, prior=Beta(2, 5))
    assert np.exp(log_density(parameter, U)) == pytest.approx(stats.beta(2, 5).pdf(U), rel=1e-3)
    assert quantiles(parameter, U) == pytest.approx(stats.beta(2, 5).ppf(U))


def test_weights_of_choices_are_their_probabilities_in_the_order_of_the_choices():
    parameter = Categorical([64, 16, 32], prior=[5, 3, 2])
    positions = parameter.encode([64, 16, 32])
    assert np.exp(log_density(parameter, positions)) / 3 == pytest.approx([0.5, 0.3, 0.2])
    drawn = parameter.decode(quantiles(parameter, (np.arange(100) + 0.5) / 100))
    assert [drawn.count(choice) for choice in (64, 16, 32)] == [50, 30, 20]


@pytest.mark.parametrize("log", [False, True])
def test_density_of_whole_numbers_adds_up_to_one(log):
    parameter = Int(2, 30, log=log, prior=Normal(7, 3))
    values = list(range(2, 31))
    edges = [1.5 + np.arange(30)] if not log else [np.log(1.5 + np.arange(30))]
    widths = np.diff(edges[0]) / (edges[0][-1] - edges[0][0])
    masses = np.exp(log_density(parameter, parameter.encode(values))) * widths
    expected, _ = truncated(stats.norm(7, 3), 1.5, 30.5)
    assert masses.sum() == pytest.approx(1)
    assert masses[5] == pytest.approx(expected(7.0), rel=1e-2)


def test_prior_excludes_nothing():
    parameter = Float(0, 1, prior=Normal(0.5, 1e-4))
    assert log_density(parameter, np.array([0.0, 1.0])).tolist() == [np.log(MIN_DENSITY)] * 2


def test_parameter_that_does_not_exist_does_not_count():
    space = Space({"c": Categorical(["a", "b"]), "x": Float(0, 1, prior=Normal(0.5, 0.1), when={"c": "a"})})
    absent, present = log_prior(space, space.snap([[0.9, 0.5], [0.1, 0.5]]))
    assert absent == 0
    assert present == pytest.approx(np.log(stats.norm(0, 0.1).pdf(0)), rel=1e-3)


@settings(max_examples=30)
@given(strategies.spaces(), st.integers(0, 99))
def test_space_without_priors_is_uniform(space, seed):
    points = np.random.default_rng(seed).random((5, len(space)))
    assert not has_priors(space)
    assert log_prior(space, space.snap(points)).tolist() == [0.0] * 5
    assert prior_points(space, points).tolist() == points.tolist()


@settings(max_examples=40)
@given(
    st.sampled_from(["float", "log float", "stepped", "int", "log int"]),
    st.floats(0.5, 20),
    st.floats(0.5, 20),
    st.integers(0, 99),
)
def test_quantiles_are_in_the_unit_interval_and_increase(kind, a, b, seed):
    prior = Beta(a, b)
    parameter = {
        "float": Float(-3, 5, prior=prior),
        "log float": Float(1e-6, 5, log=True, prior=prior),
        "stepped": Float(0, 1, step=0.1, prior=prior),
        "int": Int(-5, 9, step=2, prior=prior),
        "log int": Int(1, 900, log=True, prior=prior),
    }[kind]
    places = quantiles(parameter, np.sort(np.random.default_rng(seed).random(20)))
    assert (places >= 0).all()
    assert (places <= 1).all()
    assert (np.diff(places) >= 0).all()
