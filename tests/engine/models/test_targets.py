"""Targets do not depend on units, and use every value that is known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune.engine.models.targets import MAX_DEVIATIONS, constraint_targets, loss_targets
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
def test_units_do_not_change_targets(values, powers, offsets):
    values = np.vstack([values, [0.0, 3.0], [1.0, 1.0], [3.0, 0.0]])  # some that vary
    factors = 2.0 ** np.array(powers, float)
    reference = np.array([4.0, 4.0])
    ours, at_reference = loss_targets(table(values, losses_se=np.abs(values)), reference)
    moved = values * factors + np.array(offsets) * factors
    others, moved_at_reference = loss_targets(
        table(moved, losses_se=np.abs(values) * factors), reference * factors + np.array(offsets) * factors
    )
    np.testing.assert_allclose(moved_at_reference, at_reference, rtol=1e-9)
    for one, other in zip(ours, others, strict=True):
        np.testing.assert_array_equal(other.rows, one.rows)
        np.testing.assert_allclose(other.values, one.values, atol=1e-9)
        np.testing.assert_allclose(other.noise, one.noise, rtol=1e-9)


def test_losses_and_reference_are_standardised_together():
    (f, g), at_reference = loss_targets(table(VALUES), REFERENCE)
    for target, column in ((f, VALUES[:, 0]), (g, VALUES[:, 1])):
        np.testing.assert_allclose(target.values, (column - column.mean()) / column.std())
    np.testing.assert_allclose(at_reference, (REFERENCE - VALUES.mean(axis=0)) / VALUES.std(axis=0))


def test_unknown_loss_is_left_out_of_its_objective_only():
    values = VALUES.copy()
    values[1, 0], values[2, 1] = np.nan, np.inf
    (f, g), _ = loss_targets(table(values), REFERENCE)
    assert f.rows.tolist() == [0, 2, 3]
    assert g.rows.tolist() == [0, 1, 3]
    np.testing.assert_allclose(f.values, (values[f.rows, 0] - 8 / 3) / values[f.rows, 0].std())


def test_standard_errors_become_variances_in_units_of_the_values():
    errors = np.array([[0.5, np.nan], [np.nan, 1.0], [0.0, 2.0], [1.0, np.inf]])
    (f, g), _ = loss_targets(table(VALUES, losses_se=errors), REFERENCE)
    np.testing.assert_allclose(f.noise, np.array([0.25, 0.25, 0, 1]) / VALUES[:, 0].var())
    np.testing.assert_allclose(g.noise, np.array([2.25, 1, 4, 2.25]) / VALUES[:, 1].var())


def test_huge_standard_error_is_limited_and_unknown_ones_are_no_noise():
    errors = np.column_stack([np.full(4, np.nan), [1e200, 1.0, 1.0, 1.0]])
    (f, g), _ = loss_targets(table(VALUES, losses_se=errors), REFERENCE)
    assert not f.noise.any()
    assert g.noise[0] == MAX_DEVIATIONS**2


def test_only_the_time_taken_by_a_timed_out_trial_is_a_bound():
    reasons = np.array(["", "timed_out", "crashed", "timed_out"], object)
    values = VALUES.copy()
    values[3, 0] = np.nan
    given = {"reasons": reasons, "states": np.where(reasons == "", "", "failed")}
    durations = np.abs(values[:, 1]) * 1.05
    (_, time), _ = loss_targets(table(np.abs(values), **given, durations=durations), REFERENCE)
    assert time.is_bound.tolist() == [False, True, False, True]
    for other in (durations * 10, np.full(4, np.nan)):  # a latency, or an error; or nobody knows
        (f, g), _ = loss_targets(table(np.abs(values), **given, durations=other), REFERENCE)
        assert not f.is_bound.any()
        assert not g.is_bound.any()


def test_time_beyond_its_limit_is_a_bound_even_if_trials_ran_in_parallel():
    """Four trials ran in parallel, and each took ten times as long as it would have alone."""
    objectives = Objectives([Maximize("accuracy", at_least=0.75), Minimize("time", at_most=250, unit="s")])
    values = objectives.losses([[0.5, 275.0], [0.9, 249.0], [0.5, 300.0], [0.9, 20.0]])
    reasons = np.array(["timed_out", "timed_out", "", ""], object)
    given = {"reasons": reasons, "states": np.where(reasons == "", "", "failed"), "durations": np.full(4, 2500.0)}
    params = [{"x": x} for x in (0.1, 0.2, 0.3, 0.4)]
    (accuracy, time), _ = loss_targets(
        Trials(Space({"x": Float(0, 1)}), objectives, params, values, **given), REFERENCE
    )
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
def test_loss_in_other_unit_or_longer_than_the_trial_is_no_bound(unit, duration, is_bound):
    objectives = Objectives([Minimize("f"), Minimize("g", at_most=3000, unit=unit)])
    values, timed_out = np.array([[1.0, 3500.0], [2.0, 100.0]]), np.array(["timed_out", ""], object)
    given = {"reasons": timed_out, "states": np.array(["failed", ""], object), "durations": np.full(2, float(duration))}
    params = [{"x": x} for x in (0.1, 0.2)]
    (_, g), _ = loss_targets(
        Trials(Space({"x": Float(0, 1)}), objectives, params, values, **given), np.array([3.0, 3000.0])
    )
    assert g.is_bound.tolist() == [is_bound, False]


@pytest.mark.parametrize(
    "values", [[[3.0, 3.0]], [[3.0, 0.0]], [[1e308, 1e-308]] * 2, [[0.0, -1e300], [1e-300, 1e300]]]
)
@pytest.mark.parametrize("reference", [[4.0, 4.0], [1e308, -1e308]])
def test_few_or_extreme_losses_give_finite_targets(values, reference):
    targets, at_reference = loss_targets(table(np.array(values)), np.array(reference))
    for target in targets:
        assert np.isfinite(target.values).all()
        assert np.abs(target.values).max() <= 10
    assert (np.abs(at_reference) <= MAX_DEVIATIONS).all()


def test_reference_of_two_trials_is_at_most_two_units_away():
    (f, _), at_reference = loss_targets(table(np.array([[1.0, 1.0], [1.001, 1.0]])), np.array([3.0, 3.0]))
    assert at_reference[0] == pytest.approx(2.0)
    assert np.ptp(f.values) < 0.01


def test_extreme_constraint_values_are_clipped():
    far, near = (
        constraint_targets(table(VALUES, violations=np.array([[-1.0], [1.0], [-2.0], [v]])))[0] for v in (1e9, 7.5)
    )
    np.testing.assert_allclose(far.values, near.values)


def test_zero_is_inside_if_constraint_has_only_violations():
    (only,) = constraint_targets(table(VALUES, violations=np.array([[0.0], [0.0], [1.0], [3.0]])))
    assert (np.sign(only.values) == [-1, -1, 1, 1]).all()
    (is_feasible,) = constraint_targets(table(VALUES, violations=np.zeros((4, 1))))
    assert not is_feasible.values.any()


@given(st.floats(1e-9, 1e9))
def test_zero_of_constraint_stays_the_border_in_any_units(factor):
    violations = np.array([[-1.0], [0.0], [np.nan], [3.0]])
    (one,), (other,) = (constraint_targets(table(VALUES, violations=violations * size)) for size in (1.0, factor))
    assert one.rows.tolist() == [0, 1, 3]
    np.testing.assert_array_equal(np.sign(one.values), [-1, 0, 1])
    assert one.values.std() == pytest.approx(1)
    np.testing.assert_allclose(other.values, one.values)
    assert not one.noise.any()
    assert not one.is_bound.any()


def test_constant_constraint_keeps_its_sign():
    (only,) = constraint_targets(table(VALUES, violations=np.full((4, 1), -math.pi)))
    assert (only.values < 0).all()
    assert np.isfinite(only.values).all()
