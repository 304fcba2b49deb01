"""Is what the models are told free of units, and all that is known?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune.engine.models.targets import FAR, constraints, losses
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Float, Space
from paretune.trials import Trials

SPACE = Space({"x": Float(0, 1)})
TWO = Objectives([Minimize("f"), Minimize("g")])
VALUES = np.array([[1.0, 40.0], [2.0, 10.0], [4.0, 20.0], [3.0, 50.0]])
REFERENCE = np.array([5.0, 60.0])


def table(values, **columns):
    params = tuple({"x": x} for x in np.linspace(0, 1, len(values)).tolist())
    return Trials(SPACE, TWO, params, losses=values, **columns)


@given(
    strategies.losses(m=2, with_nan=True),
    st.tuples(st.integers(-60, 60), st.integers(-60, 60)),
    st.tuples(strategies.SMALL, strategies.SMALL),
)
def test_units_do_not_matter(values, powers, offsets):
    values = np.vstack([values, [0.0, 3.0], [1.0, 1.0], [3.0, 0.0]])  # some that vary
    factors = 2.0 ** np.array(powers, float)
    reference = np.array([4.0, 4.0])
    ours, corner = losses(table(values, losses_se=np.abs(values)), reference)
    moved = values * factors + np.array(offsets) * factors
    others, moved_corner = losses(
        table(moved, losses_se=np.abs(values) * factors), reference * factors + np.array(offsets) * factors
    )
    np.testing.assert_allclose(moved_corner, corner, rtol=1e-9)
    for one, other in zip(ours, others, strict=True):
        np.testing.assert_array_equal(other.rows, one.rows)
        np.testing.assert_allclose(other.values, one.values, atol=1e-9)
        np.testing.assert_allclose(other.noise, one.noise, rtol=1e-9)


def test_losses_have_mean_zero_and_deviation_one_and_the_reference_moves_along():
    (f, g), corner = losses(table(VALUES), REFERENCE)
    for outcome, column in ((f, VALUES[:, 0]), (g, VALUES[:, 1])):
        np.testing.assert_allclose(outcome.values, (column - column.mean()) / column.std())
    np.testing.assert_allclose(corner, (REFERENCE - VALUES.mean(axis=0)) / VALUES.std(axis=0))


def test_a_loss_that_is_not_known_is_left_out_of_its_objective_alone():
    values = VALUES.copy()
    values[1, 0], values[2, 1] = np.nan, np.inf
    (f, g), _ = losses(table(values), REFERENCE)
    assert f.rows.tolist() == [0, 2, 3]
    assert g.rows.tolist() == [0, 1, 3]
    np.testing.assert_allclose(f.values, (values[f.rows, 0] - 8 / 3) / values[f.rows, 0].std())


def test_a_standard_error_is_a_variance_in_the_units_of_the_values():
    errors = np.array([[0.5, np.nan], [np.nan, 1.0], [0.0, 2.0], [1.0, np.inf]])
    (f, g), _ = losses(table(VALUES, losses_se=errors), REFERENCE)
    np.testing.assert_allclose(f.noise, np.array([0.25, 0.25, 0, 1]) / VALUES[:, 0].var())
    np.testing.assert_allclose(g.noise, np.array([2.25, 1, 4, 2.25]) / VALUES[:, 1].var())


def test_a_standard_error_beyond_all_measure_is_a_large_one_and_none_at_all_is_none():
    errors = np.column_stack([np.full(4, np.nan), [1e200, 1.0, 1.0, 1.0]])
    (f, g), _ = losses(table(VALUES, losses_se=errors), REFERENCE)
    assert not f.noise.any()
    assert g.noise[0] == FAR**2


def test_only_the_time_that_a_trial_had_taken_when_it_was_timed_out_is_a_bound():
    reasons = np.array(["", "timed_out", "crashed", "timed_out"], object)
    values = VALUES.copy()
    values[3, 0] = np.nan
    given = {"reasons": reasons, "states": np.where(reasons == "", "", "failed")}
    durations = np.abs(values[:, 1]) * 1.05
    (_, time), _ = losses(table(np.abs(values), **given, durations=durations), REFERENCE)
    assert time.is_bound.tolist() == [False, True, False, True]
    for other in (durations * 10, np.full(4, np.nan)):  # a latency, or an error; or nobody knows
        (f, g), _ = losses(table(np.abs(values), **given, durations=other), REFERENCE)
        assert not f.is_bound.any()
        assert not g.is_bound.any()


def test_a_time_beyond_its_limit_is_a_bound_however_long_the_trial_took_beside_others():
    """Four trials side by side: each took ten times as long as it would have alone."""
    wanted = Objectives([Maximize("accuracy", at_least=0.75), Minimize("time", at_most=250, unit="s")])
    values = wanted.losses([[0.5, 275.0], [0.9, 249.0], [0.5, 300.0], [0.9, 20.0]])
    reasons = np.array(["timed_out", "timed_out", "", ""], object)
    given = {"reasons": reasons, "states": np.where(reasons == "", "", "failed"), "durations": np.full(4, 2500.0)}
    params = [{"x": x} for x in (0.1, 0.2, 0.3, 0.4)]
    (accuracy, time), _ = losses(Trials(Space({"x": Float(0, 1)}), wanted, params, values, **given), REFERENCE)
    assert time.is_bound.tolist() == [True, False, False, False]
    assert not accuracy.is_bound.any()


@pytest.mark.parametrize(
    ("unit", "duration", "is_bound"),
    [
        ("MB", 4, False),
        ("ms", 4, True),
        ("s", 4, False),
        ("s", 8000, True),
        ("", 3600, True),
        ("", 8000, False),  # an error, say
        ("MB", 4000, False),
    ],
)
def test_what_is_in_no_unit_of_time_or_more_than_the_trial_took_is_no_time(unit, duration, is_bound):
    wanted = Objectives([Minimize("f"), Minimize("g", at_most=3000, unit=unit)])
    values, timed_out = np.array([[1.0, 3500.0], [2.0, 100.0]]), np.array(["timed_out", ""], object)
    given = {"reasons": timed_out, "states": np.array(["failed", ""], object), "durations": np.full(2, float(duration))}
    params = [{"x": x} for x in (0.1, 0.2)]
    (_, g), _ = losses(Trials(Space({"x": Float(0, 1)}), wanted, params, values, **given), np.array([3.0, 3000.0]))
    assert g.is_bound.tolist() == [is_bound, False]


@pytest.mark.parametrize(
    "values", [[[3.0, 3.0]], [[3.0, 0.0]], [[1e308, 1e-308]] * 2, [[0.0, -1e300], [1e-300, 1e300]]]
)
@pytest.mark.parametrize("reference", [[4.0, 4.0], [1e308, -1e308]])
def test_of_few_or_extreme_losses_everything_is_a_number(values, reference):
    outcomes, corner = losses(table(np.array(values)), np.array(reference))
    for outcome in outcomes:
        assert np.isfinite(outcome.values).all()
        assert np.abs(outcome.values).max() <= 10
    assert (np.abs(corner) <= FAR).all()


def test_of_two_trials_the_reference_is_no_farther_than_two_units():
    (f, _), corner = losses(table(np.array([[1.0, 1.0], [1.001, 1.0]])), np.array([3.0, 3.0]))
    assert corner[0] == pytest.approx(2.0)
    assert np.ptp(f.values) < 0.01


def test_far_values_of_a_constraint_do_not_push_the_others_to_its_border():
    far, near = (constraints(table(VALUES, violations=np.array([[-1.0], [1.0], [-2.0], [v]])))[0] for v in (1e9, 7.5))
    np.testing.assert_allclose(far.values, near.values)


def test_of_a_constraint_that_tells_violations_alone_zero_is_inside():
    (told,) = constraints(table(VALUES, violations=np.array([[0.0], [0.0], [1.0], [3.0]])))
    assert (np.sign(told.values) == [-1, -1, 1, 1]).all()
    (satisfied,) = constraints(table(VALUES, violations=np.zeros((4, 1))))
    assert not satisfied.values.any()


@given(st.floats(1e-9, 1e9))
def test_of_a_constraint_zero_stays_the_border_and_units_do_not_matter(factor):
    violations = np.array([[-1.0], [0.0], [np.nan], [3.0]])
    (one,), (other,) = (constraints(table(VALUES, violations=violations * size)) for size in (1.0, factor))
    assert one.rows.tolist() == [0, 1, 3]
    np.testing.assert_array_equal(np.sign(one.values), [-1, 0, 1])
    assert one.values.std() == pytest.approx(1)
    np.testing.assert_allclose(other.values, one.values)
    assert not one.noise.any()
    assert not one.is_bound.any()


def test_a_constraint_that_does_not_vary_keeps_its_side():
    (only,) = constraints(table(VALUES, violations=np.full((4, 1), -math.pi)))
    assert (only.values < 0).all()
    assert np.isfinite(only.values).all()
