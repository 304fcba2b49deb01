"""Transforms of losses are monotone, can be inverted, and do not depend on units."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from paretune.engine.models.outcome_transform import LossTransform, candidate_transforms

LOSSES = st.floats(-1e3, 1e3)
DISTINCT = st.lists(st.integers(-1000, 1000), min_size=2, max_size=12, unique=True).map(lambda v: np.array(v, float))


@st.composite
def transforms(draw):
    """Draw a transform."""
    return LossTransform(
        best=draw(LOSSES),
        linear_range=draw(st.one_of(st.just(math.inf), st.floats(0.01, 1e4))),
        mean=draw(st.floats(-10, 10)),
        unit=draw(st.floats(0.01, 100)),
    )


@given(transforms(), DISTINCT)
def test_untransform_inverts_transform(scale, losses):
    np.testing.assert_allclose(
        scale.untransform(scale.transform(losses)), losses, rtol=1e-8, atol=1e-8 * (1 + abs(scale.best))
    )


@given(transforms(), DISTINCT)
def test_transform_keeps_order_of_losses(scale, losses):
    assert (np.diff(scale.transform(np.sort(losses))) > 0).all()


@given(transforms(), LOSSES)
def test_transform_is_the_formula_of_its_docstring(scale, loss):
    distance = loss - scale.best
    if distance > 0 and not scale.is_linear:
        distance = scale.linear_range * math.log(1 + distance / scale.linear_range)
    assert scale.transform(loss) == pytest.approx((distance - scale.mean) / scale.unit, rel=1e-6, abs=1e-6)


@given(transforms(), DISTINCT)
def test_log_jacobian_is_log_determinant_of_slopes(scale, losses):
    losses = losses[np.abs(losses - scale.best) > 0.01]
    slopes = [oracles.slope(scale.transform, loss, 1e-3 * abs(loss - scale.best)) for loss in losses]
    np.testing.assert_allclose(scale.slope(losses), slopes, rtol=1e-4)
    assert scale.log_jacobian(losses) == pytest.approx(np.linalg.slogdet(np.diag(slopes))[1], abs=0.01)


@given(DISTINCT, st.one_of(st.just(math.inf), st.floats(0.01, 1e4)))
def test_fitted_losses_have_mean_zero_and_standard_deviation_one(losses, linear_range):
    scale = LossTransform.fit(losses, linear_range)
    assert scale.best == losses.min()
    assert np.mean(scale.transform(losses)) == pytest.approx(0, abs=1e-9)
    assert np.std(scale.transform(losses)) == pytest.approx(1)


def test_transform_is_linear_beyond_the_best_loss():
    better = np.array([-9.0, -1.0, 0.0])
    np.testing.assert_array_equal(
        LossTransform(best=0.0, linear_range=0.1).transform(better), LossTransform(best=0.0).transform(better)
    )
    np.testing.assert_allclose(LossTransform(best=0.0, linear_range=0.1).slope(better), 1.0)


@given(DISTINCT, st.floats(1e-3, 1e3), LOSSES)
def test_candidate_transforms_are_the_same_in_any_units(losses, factor, offset):
    ours, others = candidate_transforms(losses), candidate_transforms(factor * losses + offset)
    assert len(ours) == len(others)
    for one, other in zip(ours, others, strict=True):
        np.testing.assert_allclose(other.transform(factor * losses + offset), one.transform(losses), atol=1e-6)


@pytest.mark.parametrize("losses", [np.ones(20), np.array([3.0]), np.array([1.0, 2.0])])
def test_few_or_constant_losses_have_only_linear_candidate(losses):
    (only,) = candidate_transforms(losses)
    assert only.is_linear
    assert np.isfinite(only.transform(losses)).all()


def test_huge_loss_is_untransformed_to_finite_number():
    scale = LossTransform(best=0.0, linear_range=1e-3)
    assert np.isfinite(scale.untransform([1e3, 1e300])).all()
    assert np.isfinite(scale.transform([1e300])).all()
