"""Times at reference speed, against durations that are made with a known speed."""

import math

import numpy as np
import pytest

from paretune.errors import InvalidInputError
from paretune.measure import Yardstick, batch_means_error, cpu_yardstick
from paretune.measure.clocks import Duration, time_call
from paretune.measure.yardstick import (
    ERROR_BETWEEN_MEASUREMENTS,
    ReferenceTime,
    at_reference_speed,
    default_yardstick,
    sum_of_rounds,
)


def test_processor_of_any_speed_gives_the_same_reference_time():
    slowness = np.exp(np.random.default_rng(0).normal(0, 0.5, 50))
    yardstick = Yardstick(lambda: None, 0.002)
    found = at_reference_speed(
        [Duration(10 * slow, 0.3 * slow) for slow in slowness],
        [Duration(7.0, 0.001 * slow) for slow in slowness],
        yardstick,
        "cpu",
    )
    assert found.seconds == pytest.approx(0.3 * 0.002 / 0.001)
    assert found.error_within == pytest.approx(0, abs=1e-12)
    assert found.standard_error == pytest.approx(ERROR_BETWEEN_MEASUREMENTS * found.seconds)
    assert found.speed == pytest.approx(2 / np.median(slowness))


def test_error_within_is_that_of_the_median_of_ratios():
    calls = np.random.default_rng(1).uniform(1, 2, 30)
    found = at_reference_speed(
        [Duration(call, 0) for call in calls], [Duration(0.5, 0)] * 30, Yardstick(lambda: None, 1.0), "wall"
    )
    assert found.seconds == pytest.approx(2 * np.median(calls))
    assert found.error_within == pytest.approx(batch_means_error(2 * calls))
    assert found.clock == "wall"


def test_rounds_add_up_and_share_the_error_between_measurements():
    total = sum_of_rounds([(3, ReferenceTime(1.0, 0.1, 1.0, "cpu")), (2, ReferenceTime(2.0, 0.2, 1.0, "cpu"))])
    assert total.seconds == pytest.approx(7)
    assert total.error_within == pytest.approx(0.5)
    assert total.standard_error == pytest.approx(math.hypot(0.5, ERROR_BETWEEN_MEASUREMENTS * 7))


def test_cpu_yardstick_does_the_same_finite_work_each_time():
    yardstick = cpu_yardstick()
    assert yardstick is cpu_yardstick()
    with np.errstate(all="raise"):
        yardstick.compute()
    _, first, second = yardstick.compute.args
    before = first.copy()
    yardstick.compute()
    assert np.array_equal(first, before)
    assert np.isfinite(first).all()
    assert np.abs(second).max() > 1e-3  # no vanishing numbers, which would take another time
    assert time_call(yardstick.compute).cpu > 0


@pytest.mark.parametrize("seconds", [0.0, -1.0, math.inf, math.nan])
def test_yardstick_needs_positive_seconds(seconds):
    with pytest.raises(InvalidInputError, match="(compute|seconds) must be"):
        Yardstick(lambda: None, seconds)


def test_default_yardstick_is_that_of_the_cpu_only():
    assert default_yardstick("cpu", None) is default_yardstick("cpu", print) is default_yardstick(None, None)
    assert default_yardstick(None, print) is None
    assert default_yardstick("cuda:0", print) is None
