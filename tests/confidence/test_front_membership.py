"""Tests of the probability to be on the true front, and of the front's optimism."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

import oracles
import strategies
from paretune.confidence import front_membership
from paretune.errors import InvalidInputError
from paretune.objectives import Minimize, Objectives
from paretune.space import Int, Space
from paretune.trials import Trials

SPACE = Space({"k": Int(0, 9999)})


def objectives(m, **limits):
    return Objectives([Minimize(f"f{j}", at_most=limits.get(f"f{j}")) for j in range(m)])


def table(losses, errors=None, numbers=None, goals=None, **columns):
    losses = np.array(losses, float)
    numbers = range(len(losses)) if numbers is None else numbers
    errors = np.empty((0, 0)) if errors is None else np.broadcast_to(errors, losses.shape)
    goals = objectives(losses.shape[1]) if goals is None else goals
    return Trials(SPACE, goals, tuple({"k": int(k)} for k in numbers), losses=losses, losses_se=errors, **columns)


def test_probability_of_two_configurations_with_normal_noise_is_the_closed_form():
    """One is sure to be faster; the other is efficient where it is more accurate: where a difference is below 0."""
    means, errors = np.array([[0.0, 1.0], [5.0, 0.7]]), np.array([[0.0, 0.3], [0.0, 0.4]])
    draws = means + errors * np.random.default_rng(0).normal(size=(10_000, 2, 2))
    found = front_membership(table(means), draws)
    assert found.probability[0] == 1
    assert found.probability[1] == pytest.approx(norm.cdf(0.3 / math.hypot(0.3, 0.4)), abs=0.015)


@given(st.data(), st.integers(2, 4))
def test_probability_is_the_share_of_draws_without_a_dominating_configuration(data, m):
    draws = np.stack([data.draw(strategies.losses(m=m, min_size=5, max_size=5)) for _ in range(4)])
    found = front_membership(table(draws[0]), draws)
    np.testing.assert_allclose(found.probability, np.mean([oracles.is_nondominated(draw) for draw in draws], axis=0))
    np.testing.assert_allclose(found.corrected, draws.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(found.errors, draws.std(axis=0), atol=1e-12)


def test_optimism_is_that_of_the_measured_front_and_of_its_hypervolume():
    measured = np.array([[0.0, 2.0], [2.0, 0.0], [3.0, 3.0]])
    draws = np.stack([measured + shift for shift in (0.5, 1.0, 1.5)])
    found = front_membership(table(measured), draws, reference=[4, 4])
    for shift in found.optimism:
        assert (shift.value, shift.low, shift.high) == pytest.approx((1.0, 0.525, 1.475))
    volumes = [oracles.hypervolume_by_inclusion_exclusion(points[:2], [4, 4]) for points in (measured, *draws)]
    assert found.hypervolume == pytest.approx(volumes[0])
    assert found.hypervolume_optimism.value == pytest.approx(volumes[0] - np.mean(volumes[1:]))


def test_optimism_of_noisy_measurements_is_estimated_correctly():
    rng = np.random.default_rng(1)
    truth = rng.normal(size=(300, 2))
    measured = truth + 0.4 * rng.normal(size=truth.shape)
    on_front = np.array(oracles.is_nondominated(measured))
    for j, shift in enumerate(front_membership(table(measured, errors=0.4), n_draws=400).optimism):
        curse = (truth - measured)[on_front, j].mean()
        assert curse > 0.05
        assert shift.low <= curse <= shift.high
        assert shift.value > 0.05


def test_trials_of_one_configuration_share_a_true_value():
    losses = [[0.0, 2.0], [1.0, 1.0], [0.0, 4.0], [2.0, 0.0]]
    trials = table(losses, errors=[[0.1, 0.3], [0.1, 0.1], [0.1, 0.4], [0.1, 0.1]], numbers=[7, 5, 7, 6])
    draws = np.array(losses)[None].repeat(2, axis=0)
    draws[:, 2] = draws[:, 0]
    found = front_membership(trials, draws)
    assert found.numbers == ((0, 2), (1,), (3,))
    assert found.probability.tolist() == [1, 1, 1]
    excess = (2.0 - 0.5 * (0.3**2 + 0.4**2)) / 1  # what the repeats of one objective scatter beyond the errors
    weights = 1 / (np.array([0.3, 0.4]) ** 2 + excess)
    assert found.measured[0, 1] == pytest.approx((weights @ [2.0, 4.0]) / weights.sum())


def test_measured_front_is_certain_if_no_noise_is_known():
    losses = [[0.0, 2.0], [1.0, 1.0], [2.0, 2.0]]
    found = front_membership(table(losses))
    assert found.probability.tolist() == [1, 1, 0]
    assert found.taken_as_exact == ("f0", "f1")
    assert [shift.value for shift in found.optimism] == [0, 0]
    half = front_membership(table(losses, errors=[[0.5, math.nan]] * 3))
    assert half.taken_as_exact == ("f1",)
    assert half.errors[:, 0].min() > 0
    assert half.errors[:, 1].max() == 0
    assert front_membership(table(losses), [losses]).taken_as_exact == ()


def test_draw_outside_the_limits_is_not_on_the_front_and_dominates_nothing():
    trials = table([[1.0, 1.0], [2.0, 2.0]], goals=objectives(2, f0=3.0))
    draws = [[[1.0, 1.0], [2.0, 2.0]], [[3.5, 1.0], [2.0, 2.0]]]
    assert front_membership(trials, draws).probability.tolist() == [0.5, 0.5]


def test_measurements_outside_the_limits_count_for_a_configuration():
    goals = objectives(2, f0=3.0)
    trials = table([[2.8, 1.0], [3.6, 1.0], [0.0, 5.0]], errors=1e-6, numbers=[4, 4, 5], goals=goals)
    found = front_membership(trials)
    assert found.numbers == ((0,), (2,))
    assert found.measured[0, 0] == pytest.approx(3.2)


def test_failed_pending_and_lost_trials_are_ignored():
    reasons = np.array(["", "crashed", "", "lost", ""], object)
    states = np.array(["complete", "failed", "pending", "failed", "complete"], object)
    losses = [[1.0, 2.0], [0.0, 0.0], [math.nan] * 2, [0.0, 0.0], [2.0, 1.0]]
    found = front_membership(table(losses, states=states, reasons=reasons, errors=0.1))
    assert found.numbers == ((0,), (4,))


def test_single_trial_is_the_front():
    found = front_membership(table([[1.0, 2.0]], errors=0.1))
    assert found.probability.tolist() == [1]
    assert found.errors == pytest.approx(np.full((1, 2), 0.1), rel=0.1)


def test_constant_objective_does_not_change_probabilities():
    found = front_membership(table([[1.0, 2.0], [1.0, 1.0], [1.0, 9.0]], errors=[[0.0, 0.01]] * 3))
    assert found.probability.tolist() == [0, 1, 0]


def test_result_converts_to_plain_numbers_for_json():
    found = front_membership(table([[1.0, 2.0], [2.0, 1.0]], errors=0.1), n_draws=10)
    plain = json.loads(json.dumps(found.to_dict()))
    assert plain["probability"] == found.probability.tolist()
    assert plain["numbers"] == [[0], [1]]
    assert plain["looks_better"][1]["value"] == found.optimism[1].value


@pytest.mark.parametrize(
    ("trials", "arguments", "message"),
    [
        (table(np.empty((0, 2))), {}, "no trial is complete"),
        (table([[1.0]]), {}, "2 to 4 objectives, but there are 1"),
        (table([[1.0] * 5]), {}, "2 to 4 objectives, but there are 5"),
        (
            table([[1.0, 2.0]]),
            {"draws": np.zeros((3, 2, 2))},
            "draws must be s x 1 x 2, a column for each complete trial",
        ),
        (table([[1.0, 2.0]]), {"draws": np.zeros((0, 1, 2))}, "draws must be s x 1 x 2"),
        (table([[1.0, 2.0]]), {"draws": [[[math.nan, 0.0]]]}, "draws must be finite numbers"),
        (table([[1.0, 2.0]]), {"reference": [1.0]}, "reference must be 2 finite losses"),
        (table([[1.0, 2.0]]), {"n_draws": 0}, "n_draws must be a whole number of at least 1, but is 0"),
    ],
)
def test_invalid_input_is_refused(trials, arguments, message):
    with pytest.raises(InvalidInputError, match=message):
        front_membership(trials, **arguments)
