"""Tests of the noise estimate from standard errors and repeats."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.objectives import Minimize, Objectives
from paretune.space import Int, Space
from paretune.trials import Trials
from paretune.trials.noise import is_fully_evaluated, noise_variances

SPACE = Space({"k": Int(0, 999)})
ONE = Objectives([Minimize("f", at_most=1e6)])
NAN = math.nan


def table(numbers, losses, errors=None, **columns):
    losses = np.array(losses, float)[:, None]
    errors = np.empty((0, 0)) if errors is None else np.array(errors, float)[:, None]
    return Trials(SPACE, ONE, tuple({"k": k} for k in numbers), losses=losses, losses_se=errors, **columns)


def noise(*arguments, **columns):
    return noise_variances(table(*arguments), **columns)[:, 0]


def test_variance_is_squared_standard_error_and_median_replaces_unknown_errors():
    """The median is used, so that one imprecise trial does not change the others."""
    found = noise([1, 2, 3, 4, 5], [0, 1, 2, 3, 4], [1.0, 3.0, 1e6, NAN, math.inf])
    np.testing.assert_allclose(found, [1, 9, 1e12, 9, 9])


def test_noise_is_unknown_without_standard_errors_and_repeats():
    assert np.isnan(noise([1, 2, 3], [0, 1, 2])).all()


def test_repeats_alone_give_the_pooled_variance():
    groups = [[1.0, 2.0, 6.0], [4.0, 4.5], [9.0]]
    numbers, losses = np.repeat([5, 1, 3], [3, 2, 1]), np.concatenate(groups)
    degrees = sum(len(group) - 1 for group in groups)
    pooled = sum((len(group) - 1) * np.var(group, ddof=1) for group in groups if len(group) > 1) / degrees
    np.testing.assert_allclose(noise(numbers, losses, min_repeats=degrees), pooled)
    assert np.isnan(noise(numbers, losses, min_repeats=degrees + 1)).all()


def test_few_repeats_count_only_with_standard_errors():
    numbers, losses = [1, 1, 2], [0.0, 2.0, 9.0]
    assert np.isnan(noise(numbers, losses)).all()
    np.testing.assert_allclose(noise(numbers, losses, [0.1] * 3), 2.0)
    numbers, losses = np.repeat([1, 2], [11, 1]), np.r_[np.arange(11.0), 9.0]
    np.testing.assert_allclose(noise(numbers, losses), np.var(np.arange(11.0), ddof=1))


@pytest.mark.parametrize("beyond", [0.0, 1.0])
def test_repeats_add_the_variance_that_standard_errors_miss(beyond):
    rng = np.random.default_rng(0)
    numbers, errors = np.repeat(np.arange(900), 3), rng.uniform(0.5, 1.5, 2700)
    losses = rng.normal(size=900)[numbers] * 9 + np.sqrt(errors**2 + beyond) * rng.normal(size=2700)
    np.testing.assert_allclose(noise(numbers, losses, errors) - errors**2, beyond, atol=0.12)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-3, 3), st.integers(0, 3)), min_size=1))
def test_variance_is_at_least_the_squared_standard_error(rows):
    numbers, losses, errors = zip(*rows, strict=True)
    assert (noise(numbers, losses, errors) >= np.square(errors)).all()


def test_only_fully_evaluated_trials_count_as_repeats():
    reasons = np.array(["", "crashed", "outside_limits", ""], object)
    trials = table([1, 1, 1, 2], [0.0, 50.0, 2.0, 9.0], states=np.where(reasons == "", "", "failed"), reasons=reasons)
    assert is_fully_evaluated(trials).tolist() == [True, False, True, True]
    np.testing.assert_allclose(noise_variances(trials, min_repeats=1), 2.0)


@pytest.mark.parametrize("errors", [None, [1e300] * 12, [1.7e308] * 12], ids=["none", "large", "the largest"])
@pytest.mark.parametrize("size", [1e300, 1.7e308])
def test_losses_with_overflowing_squares_have_a_large_finite_variance(size, errors):
    """Some evaluations return the largest number for a failure, with either sign."""
    found = noise(np.repeat([1, 2], 6), [size, -size] * 6, errors)
    assert (found > 1e300).all()
    assert np.isfinite(found).all()
