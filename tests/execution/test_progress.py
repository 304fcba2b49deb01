"""Reports of running trials, and requests to stop them, in this process and in workers."""

import threading
import time
from multiprocessing import Pipe

import pytest

import trainings
from paretune.evaluation.reporter import Reporter
from paretune.execution import Inline, Pool, Progress, make_slots
from paretune.execution.progress_channel import ProgressChannel, ProgressMessage, StopRequest
from process_checks import assert_gone, wait_for_numbers


@pytest.fixture
def pool(tmp_path):
    """A pool of one worker that evaluates what ``prepare`` returns."""
    opened = []

    def call(prepare=trainings.prepare_reporting, n_workers=1, **settings):
        made = Pool(prepare, trainings.OBJECTIVES, make_slots(n_workers), tmp_path / "logs", grace=1.0, **settings)
        opened.append(made)
        return made

    yield call
    for made in opened:
        made.__exit__()


def finish(executor, on_progress):
    """Wait for the one trial that runs."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        for finished in executor.wait(1.0, on_progress):
            return finished.outcome
    raise AssertionError("the trial has not ended")


def test_inline_passes_on_each_report_from_inside_the_evaluation():
    seen = []
    with Inline(trainings.report_steps, trainings.OBJECTIVES) as executor:
        executor.submit(7, {"n": 3})
        (finished,) = executor.wait(0.0, lambda progress: seen.append(progress) or True)
    assert seen == [Progress(7, step, {"loss": 1 / step}) for step in (1, 2, 3)]
    assert [step["step"] for step in finished.outcome.steps] == [1, 2, 3]


def test_inline_stops_a_trial_that_may_not_go_on():
    with Inline(trainings.report_steps, trainings.OBJECTIVES) as executor:
        executor.submit(0, {"n": 9})
        (finished,) = executor.wait(0.0, lambda progress: progress.step < 2)
    assert finished.outcome.metrics["n_done"] == 2


def test_outcome_of_a_failed_trial_has_its_curve():
    def evaluate(_params, report):
        report(1, {"loss": 0.5})
        raise ValueError("wrong shape")

    with Inline(evaluate, trainings.OBJECTIVES) as executor:
        executor.submit(0, {})
        (finished,) = executor.wait(0.0)
    assert (finished.outcome.reason, finished.outcome.steps) == ("crashed", ({"step": 1, "loss": 0.5},))


def test_bad_report_fails_the_trial_in_one_line():
    def evaluate(_params, report):
        report(1, {"loss": 0.5})
        report(1.5, {"loss": 0.5})

    with Inline(evaluate, trainings.OBJECTIVES) as executor:
        executor.submit(0, {})
        (finished,) = executor.wait(0.0)
    assert "InvalidInputError: a step must be a whole number >= 0, but is 1.5" in finished.outcome.message
    assert len(finished.outcome.steps) == 1


def test_worker_reports_while_its_trial_runs(pool):
    executor, seen = pool(), []
    executor.submit(0, {"n": 4, "seconds": 0.5})
    outcome = finish(executor, lambda progress: seen.append((time.monotonic(), progress)) or True)
    assert [progress for _, progress in seen] == [Progress(0, step, {"loss": 1 / step}) for step in (1, 2, 3, 4)]
    assert seen[-1][0] - seen[0][0] > 0.3  # they came one after another, and not with the end
    assert [step["step"] for step in outcome.steps] == [1, 2, 3, 4]


def test_worker_goes_on_with_other_trials_after_a_stop(pool):
    executor = pool()
    executor.submit(0, {"n": 1, "waits": 60.0})
    outcome = finish(executor, lambda _progress: False)
    assert (outcome.values, outcome.metrics["n_done"]) == ((0.5, 2.0), 1)
    executor.submit(1, {"n": 3})
    executor.request_stop(7)  # nothing runs under this number
    assert finish(executor, lambda _progress: True).metrics["n_done"] == 3


def test_late_request_to_stop_does_not_stop_the_next_trial(pool):
    executor = pool()
    executor.submit(0, {"n": 1})
    process = executor._states[0].process
    process.send(StopRequest(0))  # as if sent at the moment of its end
    assert finish(executor, None).values
    process.send(StopRequest(0))
    executor.submit(1, {"n": 2})
    assert finish(executor, None).metrics["n_done"] == 2


def test_reports_of_a_killed_worker_have_arrived(pool):
    executor, seen = pool(), []
    executor.submit(0, {"n": 30, "kills": True})
    outcome = finish(executor, lambda progress: seen.append(progress.step) or True)
    assert (outcome.reason, outcome.steps) == ("lost", ())
    assert (seen[0], seen[-1]) == (1, 30)


def test_training_goes_on_while_nobody_reads_its_reports(pool):
    executor = pool()
    executor.submit(0, {"n": 20_000})
    time.sleep(3.0)  # as while a suggestion is computed
    seen = []
    outcome = finish(executor, lambda progress: seen.append(progress.step) or True)
    assert seen[-1] == outcome.steps[-1]["step"] == 20_000
    assert seen == sorted(seen)


def test_refused_report_of_a_command_ends_all_its_processes(pool, tmp_path):
    executor, ready = pool(trainings.prepare_command), tmp_path / "ready"
    executor.submit(0, {"ready": str(ready)})

    def refuse(_progress):
        wait_for_numbers(ready, 2)
        return False

    outcome = finish(executor, refuse)
    assert (outcome.reason, outcome.steps) == ("timed_out", ({"step": 1, "loss": 0.5},))
    assert "was stopped before it printed its metrics" in outcome.message
    assert_gone(wait_for_numbers(ready, 2))


@pytest.mark.end_to_end
def test_million_reports_do_not_slow_a_training_twofold(pool):
    executor, seen = pool(trainings.prepare_reporting_much), []
    executor.submit(0, {"n": 1_000_000})
    outcome = finish_slowly(executor, seen)
    assert outcome.metrics["reporting"] < 2.5 * outcome.metrics["silent"]
    steps = [step["step"] for step in outcome.steps]
    assert len(steps) <= 200
    assert (steps[0], steps[-1], seen[-1]) == (0, 999_999, 999_999)


def finish_slowly(executor, seen):
    while True:
        for finished in executor.wait(1.0, lambda progress: seen.append(progress.step) or True):
            return finished.outcome


def test_channel_without_reports_starts_no_thread():
    ours, theirs = Pipe()
    before = threading.active_count()
    channel = ProgressChannel(theirs, 0, lambda: None)
    assert threading.active_count() == before
    channel.close()
    assert not ours.poll()


def test_channel_sends_at_most_twenty_messages_a_second_and_the_last_report():
    ours, theirs = Pipe()
    report = Reporter()
    channel = ProgressChannel(theirs, 3, report.stop)
    report.on_report = channel.put
    start = time.monotonic()
    while (seconds := time.monotonic() - start) < 0.5:
        report(round(1e6 * seconds), {"loss": seconds})
    channel.close()
    messages = []
    while ours.poll():
        messages.append(ours.recv())
    assert 1 <= len(messages) <= 12 + 20 * (time.monotonic() - start - 0.5)
    assert all(isinstance(message, ProgressMessage) and message.number == 3 for message in messages)
    assert all(len(message.points) <= 20 for message in messages)
    assert messages[-1].points[-1] == report.curve.points[-1]


def test_channel_stops_its_own_trial_only():
    ours, theirs = Pipe()
    report = Reporter()
    channel = ProgressChannel(theirs, 3, report.stop)
    report.on_report = channel.put
    ours.send(StopRequest(2))
    report(1, {})
    time.sleep(0.2)
    assert not report.is_stopped
    ours.send(StopRequest(3))
    deadline = time.monotonic() + 60
    while not report.is_stopped and time.monotonic() < deadline:
        time.sleep(0.01)
    assert report.is_stopped
    channel.close()


def test_channel_survives_the_end_of_the_other_process():
    ours, theirs = Pipe()
    report = Reporter()
    channel = ProgressChannel(theirs, 3, report.stop)
    report.on_report = channel.put
    report(1, {})
    ours.close()
    for step in range(100):
        assert report(step, {})
        time.sleep(0.001)
    channel.close()
