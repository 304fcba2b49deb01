"""Latency and its standard error, with a simulated clock."""

import gc
import time
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from paretune.errors import InvalidInputError
from paretune.measure import (
    Latency,
    TrainingTimer,
    Yardstick,
    batch_means_error,
    clocks,
    cpu_yardstick,
    exclusive_device,
    latency,
)
from paretune.measure.file_lock import FileLock


class Clock:
    """A clock that advances only in calls, and logs all events."""

    def __init__(self, durations):
        self.now = 100.0
        self.durations = iter(durations)
        self.log = []

    def perf_counter(self):
        self.log.append("clock")
        return self.now

    def call(self):
        self.log.append("call")
        self.now += next(self.durations)

    def synchronize(self):
        self.log.append("synchronize")


@pytest.fixture
def measured(monkeypatch):
    def measure(durations, make_yardstick=None, **arguments):
        clock = Clock(durations)
        arguments["yardstick"] = make_yardstick and make_yardstick(clock)
        monkeypatch.setattr(clocks, "time", SimpleNamespace(**vars(time) | {"perf_counter": clock.perf_counter}))
        return latency(clock.call, synchronize=clock.synchronize, **arguments), clock

    return measure


def test_latency_is_median_of_calls_after_warm_up(measured):
    durations = [9.0, 5.0, 5.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    found, clock = measured(durations, warm_up=3, max_repeats=7, time_limit=1e9)
    assert isinstance(found, Latency)
    assert found.first_call == 9
    np.testing.assert_allclose(found.samples, [1, 2, 3, 4, 5, 6, 7])
    assert found.median == pytest.approx(4)
    assert found.standard_error == pytest.approx(batch_means_error([1, 2, 3, 4, 5, 6, 7]))
    assert next(clock.durations, None) is None


def test_device_has_finished_whenever_clock_is_read(measured):
    _, clock = measured([1.0] * 8, warm_up=1)
    assert clock.log == ["synchronize", "clock", "call", "synchronize", "clock"] * 8


def test_measurement_stops_once_median_is_precise_at_a_doubling_of_calls(measured):
    noise = np.random.default_rng(0).normal(1.0, 0.1, 300)
    found, _ = measured(noise, warm_up=1, relative_error=0.02, time_limit=1e9)
    n = len(found.samples)
    assert n in (14, 28, 56, 112)
    assert found.standard_error == batch_means_error(found.samples) <= 0.02 * found.median
    assert all(
        batch_means_error(found.samples[:k]) > 0.02 * np.median(found.samples[:k]) for k in (7, 14, 28, 56) if k < n
    )
    rough, _ = measured(noise, warm_up=1, relative_error=0.2, time_limit=1e9)
    assert len(rough.samples) < n


def test_quick_call_is_repeated_for_a_while_although_samples_agree(measured):
    assert len(measured([0.0101] * 300)[0].samples) == 20
    assert len(measured([1e-5] * 300)[0].samples) == 200
    assert len(measured([1.0] * 300)[0].samples) == 7


@pytest.mark.parametrize(
    ("durations", "truth"),
    [
        ([0.02] * 10 + [0.002] * 300, 0.002),
        ([0.001 + 0.02 * 0.8**k for k in range(300)], 0.001),
    ],
    ids=["a step", "a decay"],
)
def test_warm_up_longer_than_expected_gives_large_error_or_right_median(measured, durations, truth):
    found, _ = measured(durations)
    assert found.median == pytest.approx(truth, rel=0.01)
    assert measured(durations, max_repeats=15)[0].standard_error > 0.1 * truth


def test_call_with_two_durations_rarely_has_a_small_error(measured):
    rng = np.random.default_rng(0)
    found = [measured(rng.choice([0.002, 0.02], 300))[0] for _ in range(200)]
    assert np.mean([timed.standard_error < 0.02 * timed.median for timed in found]) < 0.15


@pytest.mark.parametrize(
    ("arguments", "n"),
    [
        ({"max_repeats": 20, "time_limit": 1e9}, 20),
        ({"time_limit": 30.0}, 11),
        ({"time_limit": 1.0}, 7),
        ({"time_limit": 1.0, "min_repeats": 3}, 3),
    ],
)
def test_limits_on_repeats_and_time_are_respected(measured, arguments, n):
    noise = np.tile([1.0, 5.0], 200)
    found, _ = measured(noise, warm_up=2, **{"relative_error": 1e-9, **arguments})
    assert len(found.samples) == n


@pytest.mark.parametrize(
    "arguments",
    [
        {"warm_up": 0},
        {"min_repeats": 1},
        {"min_repeats": 10, "max_repeats": 9},
        {"relative_error": 0.0},
        {"relative_error": float("nan")},
        {"time_limit": -1.0},
    ],
)
def test_invalid_limits_are_rejected_before_the_first_call(arguments):
    with pytest.raises(
        InvalidInputError, match="(warm_up|min_repeats|max_repeats|relative_error|time_limit) must be|latency needs"
    ):
        latency(lambda: pytest.fail("called"), **arguments)


def test_garbage_collection_is_off_during_a_call_and_restored_afterwards():
    seen = []
    latency(lambda: seen.append(gc.isenabled()), warm_up=1, max_repeats=7)
    assert seen == [False] * 8
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        latency(lambda: 1 / 0)
    assert gc.isenabled()


def test_device_is_locked_from_first_to_last_call(lock_folder):
    with exclusive_device():  # makes the file
        pass
    room, seen = FileLock(lock_folder / "paretune-cpu.room"), []
    found = latency(lambda: seen.append(room.is_held_exclusively()), device="cpu", max_repeats=7)
    assert seen == [True] * 10
    assert found.is_exclusive
    assert not room.is_held_exclusively()


def test_latency_without_device_locks_nothing_and_says_so(lock_folder):
    assert not latency(lambda: None, max_repeats=7).is_exclusive
    assert not list(lock_folder.iterdir())


def test_unknown_device_is_rejected_before_the_first_call():
    with pytest.raises(InvalidInputError, match="device must be cpu"):
        latency(lambda: pytest.fail("called"), device="tpu")


@pytest.mark.parametrize("device", ["cuda", "cuda:1", "cuda:GPU-8e6f1f9a-1c2b-4d3e-9f00-0123456789ab"])
def test_gpu_without_synchronize_is_rejected_before_the_first_call(device):
    for measure in (lambda: latency(lambda: pytest.fail("called"), device=device), lambda: TrainingTimer(device)):
        with pytest.raises(InvalidInputError, match=f"on {device} a call returns before .* synchronize=torch"):
            measure()


def test_gpu_with_synchronize_is_measured(lock_folder):
    gpu, waits = "cuda:GPU-8e6f1f9a-1c2b-4d3e-9f00-0123456789ab", []
    found = latency(lambda: None, device=gpu, synchronize=lambda: waits.append(1), max_repeats=7)
    assert (found.is_exclusive, len(waits) >= 2 * 7) == (True, True)
    assert len(list(lock_folder.iterdir())) == 2


def test_real_clock_works_without_a_device():
    found = latency(lambda: sum(range(100)), max_repeats=9)
    assert found.median > 0
    assert 7 <= len(found.samples) <= 9


def test_time_at_reference_speed_is_the_same_while_the_processor_is_slow(measured):
    slowness = [1.0] * 6 + [3.0] * 5
    yardsticks = iter([1.0, *slowness, 1.0])  # the first run warms up

    def make_yardstick(clock):
        return Yardstick(lambda: setattr(clock, "now", clock.now + 0.001 * next(yardsticks)), 0.002)

    durations = [0.03] + [0.03 * (a + b) / 2 for a, b in pairwise(slowness)]
    found, _ = measured(durations, warm_up=1, max_repeats=10, make_yardstick=make_yardstick, never_waits=False)
    assert found.reference.seconds == pytest.approx(0.06)
    assert found.reference.error_within == pytest.approx(0, abs=1e-9)
    assert found.standard_error > 0.01


def test_call_that_waits_is_timed_by_the_wall_clock():
    found = latency(lambda: time.sleep(0.02), max_repeats=7).reference
    assert found.clock == "wall"
    assert found.seconds > 0


def test_computation_in_this_thread_is_timed_by_its_cpu_time():
    found = latency(lambda: sum(range(20_000)), max_repeats=30, never_waits=True).reference
    assert found.clock == "cpu"
    assert found.standard_error >= 0.05 * found.seconds


@pytest.mark.usefixtures("lock_folder")
def test_gpu_has_no_yardstick_unless_one_is_given():
    gpu = {"device": "cuda:GPU-8e6f1f9a-1c2b-4d3e-9f00-0123456789ab", "synchronize": lambda: None, "max_repeats": 7}
    assert latency(lambda: None, **gpu).reference is None
    assert latency(lambda: None, **gpu, yardstick=cpu_yardstick()).reference is not None
