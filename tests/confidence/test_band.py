"""Tests of the pointwise intervals and the simultaneous band of a front."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

import strategies
from paretune.confidence import front_band
from paretune.errors import InvalidInputError
from paretune.objectives import Minimize, Objectives
from paretune.space import Int, Space
from paretune.trials import Trials

SPACE = Space({"k": Int(0, 9999)})
LIMITED = Objectives([Minimize("f"), Minimize("g", at_most=3)])


def table(losses, objectives=None, **columns):
    losses = np.array(losses, float)
    goals = objectives or Objectives([Minimize(f"f{j}") for j in range(losses.shape[1])])
    return Trials(SPACE, goals, tuple({"k": k} for k in range(len(losses))), losses=losses, **columns)


@st.composite
def drawn(draw):
    n, s = draw(st.integers(1, 4)), draw(st.integers(1, 8))
    return np.stack([draw(strategies.losses(m=2, min_size=n, max_size=n)) for _ in range(s)])


def attained(front, place):
    """The best second loss, by looking at every point."""
    return min((g for f, g in front if f <= place), default=math.inf)


@given(drawn(), st.sampled_from([0.5, 0.8, 0.9]))
def test_interval_ends_are_order_statistics_of_the_attained_losses(draws, level):
    places = np.arange(-3, 4)
    band = front_band(table(draws[0]), draws, places, level=level)
    s = len(draws)
    for k, place in enumerate(places):
        ordered = sorted(attained(front, place) for front in draws)
        for share, bound in (((1 - level) / 2, band.low), (0.5, band.median), ((1 + level) / 2, band.high)):
            assert bound[k] == ordered[max(math.ceil(share * s - 1e-9), 1) - 1]


@given(drawn(), st.sampled_from([0.5, 0.8, 0.9]))
def test_simultaneous_band_is_the_narrowest_that_contains_the_share_of_whole_fronts(draws, level):
    places = np.arange(-3, 4)
    band = front_band(table(draws[0]), draws, places, level=level)
    curves = np.array([[attained(front, place) for place in places] for front in draws])
    ordered, s = np.sort(curves, axis=0), len(draws)

    def held(rank):
        return ((ordered[rank] <= curves) & (curves <= ordered[s - 1 - rank])).all(axis=1).mean()

    ranks = [rank for rank in range((s + 1) // 2) if held(rank) >= level - 1e-9]
    np.testing.assert_array_equal(band.simultaneous_low, ordered[max(ranks)])
    np.testing.assert_array_equal(band.simultaneous_high, ordered[s - 1 - max(ranks)])
    inner = max(math.ceil((1 - level) / 2 * s - 1e-9), 1) - 1
    if max(ranks) <= inner:
        assert (band.simultaneous_low <= band.low).all()


def test_interval_of_one_configuration_is_the_closed_form():
    draws = np.zeros((20_000, 1, 2))
    draws[..., 1] = 2 + 0.5 * np.random.default_rng(0).normal(size=(20_000, 1))
    band = front_band(table([[0.0, 2.0]]), draws, [0.0])
    for bounds in ((band.low, band.high), (band.simultaneous_low, band.simultaneous_high)):  # one place: the same
        np.testing.assert_allclose(np.ravel(bounds), 2 + 0.5 * norm.ppf([0.05, 0.95]), atol=0.02)


def test_draw_outside_the_limits_attains_nothing():
    trials = table([[0.0, 1.0], [1.0, 0.0]], LIMITED)
    band = front_band(trials, [[[0.0, 4.0], [1.0, 0.0]]], [0.5, 1.0])
    assert band.median.tolist() == [math.inf, 0.0]
    assert json.loads(json.dumps(band.to_dict()))["median"] == [None, 0.0]


def test_default_places_span_the_front():
    rng = np.random.default_rng(1)
    trials = table(rng.random((30, 2)), losses_se=np.full((30, 2), 0.05))
    band = front_band(trials, n_draws=50)
    assert len(band.places) == len(band.low) == 20
    assert band.level == 0.9
    assert (np.diff(band.places) > 0).all()
    assert (np.diff(band.median) <= 0).all()
    assert (band.simultaneous_low <= band.low).all()
    assert (band.simultaneous_high >= band.high).all()


@pytest.mark.parametrize(
    ("trials", "arguments", "message"),
    [
        (table([[1.0, 2.0, 3.0]]), {}, "2 objectives, but there are 3"),
        (table(np.empty((0, 2))), {}, "no trial is complete"),
        (table([[1.0, 2.0]]), {"level": 1.0}, "level must be between 0 and 1"),
        (table([[1.0, 2.0]]), {"places": [1.0, 0.0]}, "places must be finite, ascending first losses"),
        (table([[1.0, 2.0]]), {"places": []}, "places must be finite, ascending first losses"),
    ],
)
def test_invalid_input_is_refused(trials, arguments, message):
    with pytest.raises(InvalidInputError, match=message):
        front_band(trials, **arguments)
