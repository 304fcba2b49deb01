"""Who runs a trial, and does it still live?"""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from paretune.study import runner

SIGN = "import json, time; from paretune.study import runner; print(json.dumps(runner.current_runner()), flush=True)"


def test_this_process_lives():
    assert not runner.has_died(runner.current_runner())


def test_a_process_that_ended_has_died_and_so_has_one_whose_id_was_given_to_another():
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    assert runner.has_died({**runner.current_runner(), "pid": child.pid})
    assert runner.has_died({**runner.current_runner(), "born": runner.current_runner()["born"] - 3600})


def test_a_process_that_was_killed_and_not_collected_has_died():
    """As a container's first process often leaves them."""
    child = subprocess.Popen([sys.executable, "-c", f"{SIGN}; time.sleep(600)"], stdout=subprocess.PIPE, text=True)
    known = json.loads(child.stdout.readline())
    assert not runner.has_died(known)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert runner.has_died(known)
    child.communicate()


@pytest.mark.parametrize("shift", [-86_400, -1, 86_400])
def test_a_clock_that_is_set_changes_nothing(shift, monkeypatch):
    before, now = runner.current_runner(), time.time
    monkeypatch.setattr("time.time", lambda: now() + shift)
    assert not runner.has_died(before)
    assert runner.current_runner()["born"] == before["born"]


def test_birth_is_what_the_system_says_of_it():
    by_the_clock = psutil.Process().create_time() - psutil.boot_time()
    assert runner.current_runner()["born"] == pytest.approx(by_the_clock, abs=2)


@pytest.mark.parametrize("other", [{"host": "elsewhere"}, {"space": "another container"}])
def test_the_same_number_on_another_host_or_in_another_container_is_somebody_else(other):
    assert runner.is_same_host(runner.current_runner())
    assert not runner.is_same_host({**runner.current_runner(), **other})
    assert not runner.has_died({**runner.current_runner(), **other, "pid": 2**22})


def test_silence_is_told_by_the_listeners_clock():
    now = [1_000.0]
    silence = runner.HeartbeatMonitor(lambda: now[0])
    silence.record("a", 7)
    silence.record("b", 3)
    assert not silence.is_alive("a")  # it may have been dead for long
    assert not silence.is_dead("a")
    now[0] += 40
    silence.record("a", 8)
    silence.record("b", 3)
    assert silence.is_alive("a")
    now[0] += 40
    silence.record("a", 8)
    assert (silence.is_dead("a"), silence.is_alive("a"), silence.is_dead("b")) == (False, True, True)
    now[0] += 6
    assert (silence.is_dead("a"), silence.is_alive("a")) == (True, False)
    silence.record("b", 0)  # begun anew
    assert silence.is_alive("b")
    assert not silence.is_dead("nobody")


def test_of_another_host_nothing_is_known():
    assert not runner.has_died({"host": "elsewhere", "pid": 2**22, "born": 0.0})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_waits_until_the_block_is_done(number):
    done = []
    previous = signal.signal(number, lambda *_: done.append("signal"))
    try:
        with runner.delay_interrupts():
            os.kill(os.getpid(), number)
            done.append("block")
    finally:
        signal.signal(number, previous)

    assert done == ["block", "signal"]


def test_who_insists_is_heard_before_the_block_is_done():
    def insist():
        with runner.delay_interrupts():
            for _ in range(3):
                os.kill(os.getpid(), signal.SIGINT)
            raise AssertionError("not heard")

    with pytest.raises(KeyboardInterrupt):
        insist()
