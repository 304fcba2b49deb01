"""The curves of running trials: written at most once a second, and completely at the end."""

import pytest

from paretune.evaluation.outcome import Outcome
from paretune.study.curve_writer import CurveWriter


class Storage:
    """Keeps what is written, with a clock that writing moves on."""

    def __init__(self, seconds=0.0):
        self.now, self.seconds, self.writes, self.failures = 100.0, seconds, [], 0

    def write(self, number, steps):
        self.now += self.seconds
        if self.failures:
            self.failures -= 1
            raise ConnectionError("away")
        self.writes.append((number, [step["step"] for step in steps]))

    def clock(self):
        return self.now


@pytest.fixture
def storage():
    return Storage()


@pytest.fixture
def curves(storage):
    return CurveWriter(storage.write, clock=storage.clock)


def test_first_step_is_written_at_once_and_later_ones_once_a_second(curves, storage):
    for step in range(30):
        curves.add(0, step, {"loss": 0.5})
        storage.now += 0.125
    assert [number for number, _ in storage.writes] == [0, 0, 0, 0]
    assert [steps[-1] for _, steps in storage.writes] == [0, 8, 16, 24]
    assert storage.writes[-1][1] == list(range(25))  # the whole curve


def test_step_that_was_not_due_is_written_soon(curves, storage):
    curves.add(0, 1, {})
    curves.add(0, 2, {})
    curves.write_due()
    assert len(storage.writes) == 1
    storage.now += 1.0
    curves.write_due()
    curves.write_due()
    assert storage.writes[1:] == [(0, [1, 2])]


def test_slow_storage_gets_a_tenth_of_the_time():
    storage = Storage(seconds=0.5)
    curves = CurveWriter(storage.write, clock=storage.clock)
    start = storage.now
    while storage.now < start + 100:
        for number in range(20):
            curves.add(number, round(storage.now), {})
        storage.now += 0.25
    assert 0.5 * len(storage.writes) <= 0.1 * (storage.now - start) + 1
    assert len(storage.writes) > 15
    assert len({number for number, _ in storage.writes}) > 10  # every trial has its turn


def test_failed_write_is_repeated(curves, storage):
    storage.failures = 1
    curves.add(0, 1, {})
    assert storage.writes == []
    storage.now += 1.0
    curves.write_due()
    assert storage.writes == [(0, [1])]


def test_new_steps_are_passed_on_once(storage):
    seen = []
    curves = CurveWriter(storage.write, lambda number, steps: seen.append((number, steps)), storage.clock)
    for step in (1, 2, 3):
        curves.add(4, step, {"loss": 1.0})
        storage.now += 0.6
    storage.now += 1.0
    curves.write_due()
    assert [step["step"] for _, steps in seen for step in steps] == [1, 2, 3]
    assert {number for number, _ in seen} == {4}


def test_outcome_without_steps_gets_the_reported_curve(curves):
    curves.add(0, 1, {"loss": 0.5})
    outcome = curves.end(0, Outcome.from_reason("crashed", "killed"))
    assert outcome.steps == ({"step": 1, "loss": 0.5},)
    assert 0 not in curves
    assert curves.end(0, outcome) is outcome


def test_complete_curve_of_an_outcome_stays(curves):
    curves.add(0, 2, {"loss": 0.5})
    complete = Outcome((1.0,), steps=({"step": 1, "loss": 0.75}, {"step": 2, "loss": 0.5}))
    assert curves.end(0, complete) is complete


def test_stored_steps_are_continued(curves, storage):
    curves.begin(0, [{"step": 1, "loss": 0.5}])
    curves.add(0, 2, {"loss": 0.25})
    assert storage.writes == [(0, [1, 2])]


def test_curve_of_a_continued_trial_keeps_its_earlier_steps(curves):
    """A training that goes on reports its first step again, so that its own curve only seems to be whole."""
    curves.begin(0, [{"step": 0, "time": 1.0}, {"step": 1, "loss": 0.5}])
    curves.add(0, 0, {"time": 1.0})
    curves.add(0, 2, {"loss": 0.25})
    ended = curves.end(0, Outcome((1.0,), steps=({"step": 0, "time": 1.0}, {"step": 2, "loss": 0.25})))
    assert [step["step"] for step in ended.steps] == [0, 1, 2]
