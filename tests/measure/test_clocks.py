"""Clocks of calls, against calls whose work is known."""

import threading
import time

import pytest

from paretune.measure.clocks import Duration, Stopwatch, ThreadUse, mean_duration, time_call


def compute():
    sum(range(50_000))


def compute_in_two_threads():
    other = threading.Thread(target=compute)
    other.start()
    compute()
    other.join()


def test_call_that_sleeps_takes_wall_time_and_no_cpu_time():
    found = time_call(lambda: time.sleep(0.05))
    assert found.wall >= 0.05
    assert found.cpu < 0.04


def test_waiting_for_the_device_belongs_to_the_call_but_not_before_it():
    log = []
    found = time_call(lambda: log.append("call"), lambda: log.append("wait") or time.sleep(0.02 * len(log)))
    assert log == ["wait", "call", "wait"]
    assert found.wall >= 0.06


def test_stopwatch_grows():
    watch = Stopwatch()
    compute()
    first = watch.read()
    compute()
    assert watch.read().wall > first.wall
    assert watch.read().cpu > first.cpu > 0


@pytest.mark.parametrize(
    ("call", "never_waits", "expected"),
    [
        (compute, True, True),
        (compute, False, False),
        (lambda: time.sleep(0.005), None, False),
        (compute_in_two_threads, None, False),
        (compute_in_two_threads, True, False),
    ],
)
def test_only_computation_in_this_thread_counts_as_one_computing_thread(call, never_waits, expected):
    use = ThreadUse()
    for _ in range(5):
        call()
    assert use.is_one_computing_thread(5, never_waits=never_waits) is expected


def test_mean_and_share_of_durations():
    assert mean_duration(Duration(1.0, 2.0), Duration(3.0, 6.0)) == Duration(2.0, 4.0)
    assert Duration(6.0, 3.0).per_round(3) == Duration(2.0, 1.0)
