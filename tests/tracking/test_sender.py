"""Is a run safe from its trackers, and is nothing told twice or forgotten?"""

import threading
import time

from paretune.tracking import Sender, Tracked

TRIALS = [Tracked("s", number, {}, started=float(number)) for number in range(5)]


class Kept:
    """A tracker that keeps what it is told; it fails so many times first."""

    name, where = "kept", "here"

    def __init__(self, failures=(), known=()):
        self.numbers, self._known, self._failures = [], list(known), list(failures)

    def known(self):
        return self._known

    def write(self, trial):
        if self._failures:
            raise self._failures.pop()
        self.numbers.append(trial.number)


def test_every_tracker_is_told_of_every_trial_in_order_and_once():
    one, two = Kept(), Kept(known=[TRIALS[1].key])
    with Sender([one, two]) as sender:
        sender.send(TRIALS[:3])
        sender.send(TRIALS)
    assert one.numbers == [0, 1, 2, 3, 4]
    assert two.numbers == [0, 2, 3, 4]


def test_what_a_tracker_failed_at_is_tried_again_and_told_in_one_line(caplog):
    tracker, other = Kept([OSError("No space left\non device")] * 3), Kept()
    with Sender([tracker, other]) as sender:
        for trial in TRIALS:
            sender.send([trial])
    assert sorted(tracker.numbers) == other.numbers == [0, 1, 2, 3, 4]
    (record,) = caplog.records
    assert record.getMessage() == (
        "kept failed (OSError: No space left on device): the run goes on, and the next with --log kept adds what is "
        "missing"
    )


def test_a_tracker_that_never_works_ends_nothing(caplog):
    class Broken(Kept):
        def known(self):
            raise ConnectionError("server away")

    with Sender([Broken()]) as sender:
        sender.send(TRIALS)
    assert len(caplog.records) == 1


def test_a_tracker_that_does_not_answer_holds_up_neither_the_run_nor_for_long_its_end(caplog):
    answer = threading.Event()

    class Deaf(Kept):
        def write(self, _trial):
            answer.wait(60)

    other = Kept()
    started = time.monotonic()
    with Sender([Deaf(), other], patience=0.2) as sender:
        sender.send(TRIALS)
    assert time.monotonic() - started < 30  # not the 60 s that the tracker takes
    answer.set()
    assert other.numbers == [0, 1, 2, 3, 4]
    assert "kept has not answered for 0.2 s" in caplog.text


def test_without_trackers_nothing_happens():
    before = threading.active_count()
    with Sender([]) as sender:
        sender.send(TRIALS)
        assert threading.active_count() == before
