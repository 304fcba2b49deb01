"""The report of one trial, as a training calls it."""

import threading

import pytest

from paretune.errors import InvalidInputError
from paretune.evaluation.reporter import Reporter


def test_each_report_is_recorded_and_passed_on():
    seen = []
    report = Reporter(lambda step, metrics: seen.append((step, metrics)))
    assert report(1, {"loss": 0.5, "phase": "warm-up"})
    assert report(2, {"loss": 0.25})
    assert seen == [(1, {"loss": 0.5}), (2, {"loss": 0.25})]
    assert report.curve.points == seen


def test_report_returns_false_after_a_stop_and_is_still_recorded():
    report = Reporter()
    report.stop()
    assert report(1, {}) is False
    assert len(report.curve) == 1


def test_bad_report_raises_in_the_training_and_changes_nothing():
    report = Reporter()
    with pytest.raises(InvalidInputError, match="a step must be a whole number >= 0, but is -1"):
        report(-1, {"loss": 0.5})
    assert len(report.curve) == 0


def test_reports_after_the_end_are_ignored():
    report = Reporter()
    report.close()
    assert report(1, {"loss": 0.5}) is False
    assert len(report.curve) == 0


def test_threads_of_a_training_may_report():
    report = Reporter()

    def run(first):
        for step in range(first, 2_000, 4):
            report(step, {"loss": 0.5})

    threads = [threading.Thread(target=run, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    steps = [step for step, _ in report.curve.points]
    assert (steps[0], steps[-1]) == (0, 1_999)


def test_training_has_stopped_if_it_reports_no_further_step_after_it_knows():
    report = Reporter()
    report(1, {"loss": 0.5})
    report.stop()
    assert not report.has_stopped
    assert report(2, {"loss": 0.4}) is False
    assert report.has_stopped
    report(2, {"loss": 0.3})
    assert report.has_stopped
    report(3, {"loss": 0.2})
    assert not report.has_stopped
