"""Sender: trackers get every trial once and never disturb the run."""

import threading
import time

from paretune.tracking import LoggedTrial, Sender

TRIALS = [LoggedTrial("s", number, {}, started=float(number)) for number in range(5)]


class MemoryTracker:
    """A tracker that remembers trial numbers, after it has raised the given errors."""

    name, location = "kept", "here"

    def __init__(self, failures=(), known=()):
        self.numbers, self._known, self._failures = [], list(known), list(failures)

    def known_keys(self):
        return self._known

    def write(self, trial):
        if self._failures:
            raise self._failures.pop()
        self.numbers.append(trial.number)


def test_every_tracker_gets_every_trial_once_and_in_order():
    one, two = MemoryTracker(), MemoryTracker(known=[TRIALS[1].key])
    with Sender([one, two]) as sender:
        sender.send(TRIALS[:3])
        sender.send(TRIALS)
    assert one.numbers == [0, 1, 2, 3, 4]
    assert two.numbers == [0, 2, 3, 4]


def test_failed_trial_is_sent_again_with_one_warning(caplog):
    tracker, other = MemoryTracker([OSError("No space left\non device")] * 3), MemoryTracker()
    with Sender([tracker, other]) as sender:
        for trial in TRIALS:
            sender.send([trial])
    assert sorted(tracker.numbers) == other.numbers == [0, 1, 2, 3, 4]
    (record,) = caplog.records
    assert record.getMessage() == (
        "kept failed (OSError: No space left on device): the run goes on; the next run with --log kept adds the "
        "missing trials"
    )


def test_broken_tracker_does_not_end_the_run(caplog):
    class Broken(MemoryTracker):
        def known_keys(self):
            raise ConnectionError("server away")

    with Sender([Broken()]) as sender:
        sender.send(TRIALS)
    assert len(caplog.records) == 1


def test_silent_tracker_delays_only_the_end_and_only_briefly(caplog):
    answer = threading.Event()

    class Silent(MemoryTracker):
        def write(self, _trial):
            answer.wait(60)

    other = MemoryTracker()
    started = time.monotonic()
    with Sender([Silent(), other], final_wait=0.2) as sender:
        sender.send(TRIALS)
    assert time.monotonic() - started < 30  # not the 60 s that the tracker takes
    answer.set()
    assert other.numbers == [0, 1, 2, 3, 4]
    assert "kept has not answered for 0.2 s" in caplog.text


def test_sender_without_trackers_does_nothing():
    before = threading.active_count()
    with Sender([]) as sender:
        sender.send(TRIALS)
        assert threading.active_count() == before


class SteppingTracker(MemoryTracker):
    """It remembers steps, too."""

    def __init__(self, *failures):
        super().__init__()
        self.steps, self._step_failures = [], list(failures)

    def write_steps(self, trial):
        if self._step_failures:
            raise self._step_failures.pop()
        self.steps += [(trial.number, step) for step, _ in trial.steps]


def running(number, *steps):
    return LoggedTrial("s", number, {}, steps=[(step, {"loss": 0.5}) for step in steps], state="pending", started=1.0)


def test_steps_are_sent_while_a_trial_runs_and_before_its_end():
    tracker = SteppingTracker()
    with Sender([tracker]) as sender:
        sender.send_steps(running(0, 1, 2))
        sender.send(TRIALS[:1])
        sender.send_steps(running(1, 1))
    assert tracker.steps == [(0, 1), (0, 2), (1, 1)]
    assert tracker.numbers == [0]


def test_failing_steps_cause_one_warning_and_no_lost_trial(caplog):
    tracker = SteppingTracker(OSError("full"), OSError("full"))
    with Sender([tracker]) as sender:
        for step in range(3):
            sender.send_steps(running(0, step))
        sender.send(TRIALS)
    assert tracker.steps == [(0, 2)]
    assert tracker.numbers == [0, 1, 2, 3, 4]
    assert len(caplog.records) == 1


def test_slow_tracker_does_not_collect_steps_without_end():
    tracker, is_open = SteppingTracker(), threading.Event()
    tracker.known_keys = lambda: is_open.wait() and []
    with Sender([tracker]) as sender:
        sender.send(TRIALS[:1])
        for step in range(1_000):
            sender.send_steps(running(1, step))
        is_open.set()
    assert len(tracker.steps) <= 101
    assert tracker.numbers == [0]
