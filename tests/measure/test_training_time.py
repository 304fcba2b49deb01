"""Training time, alone and on a shared device, with a simulated clock and device."""

import math
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from itertools import count, takewhile
from types import SimpleNamespace

import pytest

from paretune.measure import TrainingTimer, Yardstick, clocks, exclusive_device, shared_device, training_time


class Device:
    """A device that queues work, as a GPU does; only waiting for it lets time pass."""

    def __init__(self):
        self.now, self.queue, self.n_synchronized = 100.0, 0.0, 0

    def launch(self, seconds):
        self.queue += seconds

    def synchronize(self):
        self.now += self.queue
        self.queue, self.n_synchronized = 0.0, self.n_synchronized + 1

    def timer(self, **settings):
        """A timer with a yardstick of 1 ms; at reference speed it takes 2 ms."""
        yardstick = Yardstick(lambda: setattr(self, "now", self.now + 0.001), 0.002)
        return TrainingTimer("cpu", self.synchronize, yardstick=yardstick, never_waits=False, **settings)


@pytest.fixture
def device(monkeypatch):
    device = Device()
    simulated = SimpleNamespace(**vars(time) | {"perf_counter": lambda: device.now})
    monkeypatch.setattr(training_time, "time", simulated)
    monkeypatch.setattr(clocks, "time", simulated)
    return device


def train(device, steps, evaluations, first=0.0, **settings):
    """Time epochs of 20 steps and one evaluation."""
    with device.timer(**settings) as timer:
        for epoch, seconds in enumerate(evaluations):
            for step in timer.each(range(20)):
                device.launch(steps + first * (epoch == step == 0))
            for _ in timer.each([0], "evaluation"):
                device.launch(seconds + first * (epoch == 0))
    return timer.time


def test_both_ways_give_sum_of_rounds_without_compilation(device):
    found = train(device, steps=0.03, evaluations=[0.5] * 30, first=7.0)
    expected = 30 * (20 * 0.03 + 0.5)
    assert found.whole == pytest.approx(expected)
    assert found.from_steps == pytest.approx(expected)
    assert found.compilation == pytest.approx(14.0)
    assert found.from_steps_se == pytest.approx(0, abs=1e-6)
    assert (found.source, found.seconds) == ("whole", found.whole)


def test_training_time_at_reference_speed_compares_rounds_with_yardstick(device):
    found = train(device, steps=0.03, evaluations=[0.5] * 30, first=7.0)
    assert found.reference.clock == "wall"  # the device is simulated: this thread computes nothing
    assert found.reference.seconds == pytest.approx(2 * found.from_steps)  # the yardstick takes half its time
    assert found.reference.speed == pytest.approx(2)
    assert train(device, steps=0.03, evaluations=[0.5]).reference is None  # one evaluation only


def test_undisturbed_training_uses_whole_time_although_rounds_differ(device):
    evaluations = [0.1 + 0.01 * epoch for epoch in range(40)]
    found = train(device, 0.01, evaluations)
    assert found.seconds == found.whole == pytest.approx(40 * 20 * 0.01 + sum(evaluations))
    assert found.from_steps_se > 0


def share_device_with_others(device, monkeypatch, wait):
    """Make each exclusive lock wait for others while time passes."""
    enter = training_time.exclusive_device

    @contextmanager
    def wait_first(name):
        device.now += wait
        with enter(name) as use:
            use.seconds_waited += wait
            yield use

    monkeypatch.setattr(training_time, "exclusive_device", wait_first)


def test_waiting_does_not_count_and_shows_that_device_was_shared(device, monkeypatch):
    share_device_with_others(device, monkeypatch, wait=3.0)
    found = train(device, 0.03, [0.5] * 30)
    assert found.source == "from_steps"
    assert found.seconds == found.from_steps == pytest.approx(30 * (20 * 0.03 + 0.5))
    assert found.whole == pytest.approx(found.from_steps)


def test_device_is_locked_for_a_small_share_of_the_time(device, monkeypatch):
    blocks, enter = [], training_time.exclusive_device
    monkeypatch.setattr(training_time, "exclusive_device", lambda name: blocks.append(device.now) or enter(name))
    found = train(device, 0.001, [0.0] * 2000, share=0.01, block=0.02)
    assert found.whole == pytest.approx(2000 * 20 * 0.001)
    n_unconditional = math.log(2000 * 20, 1.5)
    assert 10 < len(blocks) < n_unconditional + 1 + 0.01 * 2000 * 20 * 0.001 / 0.02
    assert device.n_synchronized < 0.1 * 2000 * 20


@pytest.mark.parametrize("n", range(7))
def test_few_rounds_are_enough_for_a_time(device, n):
    with device.timer() as timer:
        for _ in timer.each(range(n)):
            device.launch(2.0)
    assert timer.time.whole == pytest.approx(2.0 * n)
    assert timer.time.from_steps == pytest.approx(2.0 * n)
    assert math.isnan(timer.time.from_steps_se) == (1 <= n <= 5)


def test_first_round_of_a_block_with_cold_caches_is_not_timed(device, monkeypatch):
    enter, is_cold = training_time.exclusive_device, []
    monkeypatch.setattr(training_time, "exclusive_device", lambda name: is_cold.append(True) or enter(name))
    with device.timer() as timer:
        for _ in timer.each(range(100)):
            device.launch(1.5 if is_cold else 1.0)
            is_cold.clear()
    assert timer.time.from_steps == pytest.approx(100)


def test_all_items_come_in_order(device):
    timer, seen = device.timer(), []
    with timer:
        for item in timer.each(iter(range(1000))):
            seen.append(item)
            device.launch(0.001)
    assert seen == list(range(1000))


def train_until(device, failing):
    with device.timer() as timer:
        for step in timer.each(range(10)):
            device.launch(1 / (step - failing))


def test_error_in_a_step_leaves_nothing_locked(device):
    for failing in range(8):  # in the first round, in timed blocks, between them
        with pytest.raises(ZeroDivisionError):
            train_until(device, failing)
        with exclusive_device() as use:
            assert use.seconds_waited == 0


def test_training_lets_measurement_run_and_notices_it():
    """This test uses the real lock and the real clock."""
    is_training, is_over, found = threading.Event(), threading.Event(), []

    def run():
        with TrainingTimer() as timer:
            for _ in timer.each(takewhile(lambda _: not is_over.is_set(), count())):
                is_training.set()
                is_over.wait(0.001)
        found.append(timer.time)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert is_training.wait(60)
    with exclusive_device():
        time.sleep(0.2)
    is_over.set()
    thread.join(60)
    assert found[0].source == "from_steps"


def test_running_timer_gives_time_so_far_and_limit_is_exceeded_at_a_tenth_more(device):
    so_far, exceeds = [], []
    with device.timer() as timer:
        for _ in range(30):
            for _ in timer.each(range(20)):
                device.launch(0.03)
            device.synchronize()
            so_far.append(timer.time)
            exceeds.append(timer.time.clearly_exceeds(10.0))
    expected = [0.6 * (epoch + 1) for epoch in range(30)]
    assert [found.whole for found in so_far] == pytest.approx(expected)
    assert [found.from_steps for found in so_far] == pytest.approx(expected)
    assert exceeds == [seconds > 11.0 for seconds in expected]
    assert timer.time.whole == pytest.approx(expected[-1])


def test_compilation_alone_never_exceeds_a_limit(device):
    with device.timer() as timer:
        for step in timer.each(range(10)):
            device.launch(0.1 + 300 * (step == 0))
    assert timer.time.compilation == pytest.approx(300)
    assert not timer.time.clearly_exceeds(250)


def test_metrics_have_source_of_time_and_error_of_time_from_steps(device, monkeypatch):
    alone = train(device, 0.03, [0.5, 0.6] * 15, first=7.0).metrics
    assert alone == {
        "training_time": pytest.approx(30 * (20 * 0.03 + 0.55), abs=0.2),
        "training_time_from": "whole",
        "training_compilation": pytest.approx(14.0, abs=0.2),
        "measured": "exclusive",
    }
    share_device_with_others(device, monkeypatch, wait=3.0)
    shared = train(device, 0.03, [0.5, 0.6] * 15)
    assert shared.metrics["training_time_from"] == "from_steps"
    assert shared.metrics["training_time_se"] == shared.from_steps_se > 0
    assert "training_time_se" not in train(device, 0.03, [0.5]).metrics  # one evaluation: its error is not known


def test_program_with_numpy_alone_can_measure():
    code = """if True:
        import sys
        for name in sys.argv[1:]:
            sys.modules[name] = None  # importing it fails
        import paretune.measure"""
    others = ["psutil", "scipy", "pandas", "moocore", "torch", "optuna"]
    subprocess.run([sys.executable, "-c", code, *others], check=True)


def test_outer_shared_hold_survives_the_training(device):
    with shared_device() as use:
        assert train(device, 1.0, [1.0]).source == "whole"
        use.give_way()


def test_paused_block_is_left_out_of_the_time():
    with TrainingTimer() as timer:
        for _ in timer.each(range(3)):
            time.sleep(0.01)
        with timer.paused():
            time.sleep(0.5)
        for _ in timer.each(range(3)):
            time.sleep(0.01)
    assert 0.04 < timer.time.whole < 0.5
    assert timer.time.source == "whole"
