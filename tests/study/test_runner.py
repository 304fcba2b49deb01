"""Tests of the identity of runners and of how dead ones are found."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from paretune.study import runner

PRINT_RUNNER = (
    "import json, time; from paretune.study import runner; print(json.dumps(runner.current_runner()), flush=True)"
)


def test_current_process_is_alive():
    assert not runner.has_died(runner.current_runner())


def test_ended_process_and_reused_process_id_count_as_dead():
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    assert runner.has_died({**runner.current_runner(), "pid": child.pid})
    assert runner.has_died({**runner.current_runner(), "born": runner.current_runner()["born"] - 3600})


def test_killed_process_that_was_not_reaped_counts_as_dead():
    """The first process of a container often does not reap its children."""
    child = subprocess.Popen(
        [sys.executable, "-c", f"{PRINT_RUNNER}; time.sleep(600)"], stdout=subprocess.PIPE, text=True
    )
    known = json.loads(child.stdout.readline())
    assert not runner.has_died(known)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert runner.has_died(known)
    child.communicate()


@pytest.mark.parametrize("shift", [-86_400, -1, 86_400])
def test_changed_clock_does_not_change_who_is_alive(shift, monkeypatch):
    before, now = runner.current_runner(), time.time
    monkeypatch.setattr("time.time", lambda: now() + shift)
    assert not runner.has_died(before)
    assert runner.current_runner()["born"] == before["born"]


def test_birth_is_the_start_time_of_the_process():
    expected = psutil.Process().create_time() - psutil.boot_time()
    assert runner.current_runner()["born"] == pytest.approx(expected, abs=2)


@pytest.mark.parametrize("other", [{"host": "elsewhere"}, {"space": "another container"}])
def test_same_process_id_in_another_host_or_container_is_another_runner(other):
    assert runner.is_same_host(runner.current_runner())
    assert not runner.is_same_host({**runner.current_runner(), **other})
    assert not runner.has_died({**runner.current_runner(), **other, "pid": 2**22})


def test_heartbeats_are_judged_by_the_clock_of_the_monitor():
    now = [1_000.0]
    monitor = runner.HeartbeatMonitor(lambda: now[0])
    monitor.record("a", 7)
    monitor.record("b", 3)
    assert not monitor.is_alive("a")  # it may have died long ago
    assert not monitor.is_dead("a")
    now[0] += 40
    monitor.record("a", 8)
    monitor.record("b", 3)
    assert monitor.is_alive("a")
    now[0] += 40
    monitor.record("a", 8)
    assert (monitor.is_dead("a"), monitor.is_alive("a"), monitor.is_dead("b")) == (False, True, True)
    now[0] += 6
    assert (monitor.is_dead("a"), monitor.is_alive("a")) == (True, False)
    monitor.record("b", 0)  # it started again
    assert monitor.is_alive("b")
    assert not monitor.is_dead("nobody")


def test_process_of_another_host_never_counts_as_dead():
    assert not runner.has_died({"host": "elsewhere", "pid": 2**22, "born": 0.0})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_is_delayed_until_the_block_ends(number):
    done = []
    previous = signal.signal(number, lambda *_: done.append("signal"))
    try:
        with runner.delay_interrupts():
            os.kill(os.getpid(), number)
            done.append("block")
    finally:
        signal.signal(number, previous)

    assert done == ["block", "signal"]


def test_third_signal_interrupts_the_block():
    def interrupt_three_times():
        with runner.delay_interrupts():
            for _ in range(3):
                os.kill(os.getpid(), signal.SIGINT)
            raise AssertionError("the block was not interrupted")

    with pytest.raises(KeyboardInterrupt):
        interrupt_three_times()
