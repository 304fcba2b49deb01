"""Can a scale be undone, and is it chosen as the evidence says?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from paretune.engine.models.outcome_transform import Scale, candidate_scales

LOSSES = st.floats(-1e3, 1e3)
DISTINCT = st.lists(st.integers(-1000, 1000), min_size=2, max_size=12, unique=True).map(lambda v: np.array(v, float))


@st.composite
def scales(draw):
    return Scale(
        best=draw(LOSSES),
        bend=draw(st.one_of(st.just(math.inf), st.floats(0.01, 1e4))),
        mean=draw(st.floats(-10, 10)),
        unit=draw(st.floats(0.01, 100)),
    )


@given(scales(), DISTINCT)
def test_what_is_put_on_a_scale_comes_back(scale, losses):
    np.testing.assert_allclose(scale.inverse(scale(losses)), losses, rtol=1e-8, atol=1e-8 * (1 + abs(scale.best)))


@given(scales(), DISTINCT)
def test_the_order_of_losses_is_kept(scale, losses):
    assert (np.diff(scale(np.sort(losses))) > 0).all()


@given(scales(), LOSSES)
def test_it_is_the_formula_of_its_docstring(scale, loss):
    distance = loss - scale.best
    if distance > 0 and math.isfinite(scale.bend):
        distance = scale.bend * math.log(1 + distance / scale.bend)
    assert scale(loss) == pytest.approx((distance - scale.mean) / scale.unit, rel=1e-6, abs=1e-6)


@given(scales(), DISTINCT)
def test_the_log_density_is_the_log_determinant_of_the_jacobian(scale, losses):
    losses = losses[np.abs(losses - scale.best) > 0.01]
    slopes = [oracles.slope(scale, loss, 1e-3 * abs(loss - scale.best)) for loss in losses]
    np.testing.assert_allclose(scale.slope(losses), slopes, rtol=1e-4)
    assert scale.log_density(losses) == pytest.approx(np.linalg.slogdet(np.diag(slopes))[1], abs=0.01)


@given(DISTINCT, st.one_of(st.just(math.inf), st.floats(0.01, 1e4)))
def test_of_the_losses_it_was_made_for_the_mean_is_zero_and_the_deviation_one(losses, bend):
    scale = Scale.of(losses, bend)
    assert scale.best == losses.min()
    assert np.mean(scale(losses)) == pytest.approx(0, abs=1e-9)
    assert np.std(scale(losses)) == pytest.approx(1)


def test_nothing_is_promised_beyond_the_best_that_a_straight_scale_would_not_promise():
    better = np.array([-9.0, -1.0, 0.0])
    np.testing.assert_array_equal(Scale(best=0.0, bend=0.1)(better), Scale(best=0.0)(better))
    np.testing.assert_allclose(Scale(best=0.0, bend=0.1).slope(better), 1.0)


@given(DISTINCT, st.floats(1e-3, 1e3), LOSSES)
def test_the_scales_that_are_tried_are_the_same_in_any_units(losses, factor, offset):
    ours, others = candidate_scales(losses), candidate_scales(factor * losses + offset)
    assert len(ours) == len(others)
    for one, other in zip(ours, others, strict=True):
        np.testing.assert_allclose(other(factor * losses + offset), one(losses), atol=1e-6)


@pytest.mark.parametrize("losses", [np.ones(20), np.array([3.0]), np.array([1.0, 2.0])])
def test_of_losses_that_say_too_little_only_the_straight_scale_is_tried(losses):
    (only,) = candidate_scales(losses)
    assert math.isinf(only.bend)
    assert np.isfinite(only(losses)).all()


def test_a_loss_beyond_all_measure_comes_back_as_a_number():
    scale = Scale(best=0.0, bend=1e-3)
    assert np.isfinite(scale.inverse([1e3, 1e300])).all()
    assert np.isfinite(scale([1e300])).all()
