"""Who runs a trial, and does it still live?"""

import os
import signal
import subprocess
import sys

import pytest

from paretune.study import runner


def test_this_process_lives():
    assert not runner.has_died(runner.identity())


def test_a_process_that_ended_has_died_and_so_has_one_whose_id_was_given_to_another():
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    assert runner.has_died({**runner.identity(), "pid": child.pid})
    assert runner.has_died({**runner.identity(), "born": runner.identity()["born"] - 3600})


def test_of_another_host_nothing_is_known():
    assert not runner.has_died({"host": "elsewhere", "pid": 2**22, "born": 0.0})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_waits_until_the_block_is_done(number):
    done = []
    previous = signal.signal(number, lambda *_: done.append("signal"))
    try:
        with runner.uninterrupted():
            os.kill(os.getpid(), number)
            done.append("block")
    finally:
        signal.signal(number, previous)

    assert done == ["block", "signal"]
