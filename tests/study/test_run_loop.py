"""Tests of the loop of a run: busy slots, shared budgets, interrupts, and the end of a run."""

import datetime as dt
import itertools
import logging
import os
import signal
import subprocess
import sys
import time
from collections import deque

import numpy as np
import optuna
import pytest
from optuna.storages import InMemoryStorage
from optuna.trial import TrialState

from paretune import Float, Maximize, Minimize, Study, TrialFailedError
from paretune.errors import TooManyFailuresError
from paretune.execution import Finished, Outcome
from paretune.study import Stop, record, run_loop, runner
from paretune.study.prefetch import PrefetchTimer
from process_checks import wait_until

pytestmark = pytest.mark.usefixtures("quiet_optuna")
OBJECTIVES = [Maximize("gain", at_least=0.0), Minimize("cost")]
CLAIM = """
import socket, sys, time
from paretune import Float, Maximize, Minimize, Study
from paretune.study import ledger, record, runner
if len(sys.argv) > 2:  # pretend to be on another host
    socket.gethostname = lambda: sys.argv[2]
    runner.HEARTBEAT_SECONDS = 0.1
study = Study({"x": Float(0, 1)}, [Maximize("gain", at_least=0.0), Minimize("cost")], storage=sys.argv[1],
              searcher="random")
own = study._ledger
with runner.heartbeat(lambda n: record.write_heartbeat(study._study, own.runner["run"], n)):
    study.ask()
    print("claimed", flush=True)
    time.sleep(600)
"""


def train(params):
    return {"gain": params["x"] ** 0.5, "cost": params["x"]}


@pytest.fixture
def where(database):
    """A storage for several processes or connections."""
    return database


@pytest.fixture
def study(request):
    return open_study(request.getfixturevalue("where") if "where" in request.fixturenames else InMemoryStorage())


@pytest.fixture
def claimed(where):
    """Start a process that claims a trial of the study and never ends it."""
    started = []

    def call(*host):
        words = [sys.executable, "-c", CLAIM, str(where), *host]
        started.append(subprocess.Popen(words, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout.readline() == "claimed\n"
        return started[-1]

    yield call
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def fast_heartbeats(monkeypatch):
    """Shorten heartbeats by 100, and the silence of a dead runner by 20: a busy machine delays heartbeats."""
    monkeypatch.setattr(runner, "HEARTBEAT_SECONDS", runner.HEARTBEAT_SECONDS / 100)
    monkeypatch.setattr(runner, "SILENCE_SECONDS", runner.SILENCE_SECONDS / 20)
    monkeypatch.setattr(run_loop, "_POLL_SECONDS", 0.02)


def open_study(where, **changes):
    return Study({"x": Float(0, 1)}, OBJECTIVES, storage=where, **{"searcher": "random", **changes})


def states(study):
    return [trial.state for trial in study._study.get_trials(deepcopy=False)]


class Slots:
    """An executor that ends the oldest trial at each wait, after one of the given calls."""

    is_out_of_process = True
    seconds = 0.01  # of a training

    def __init__(self, n_slots, *before):
        self.n_slots, self._trials, self._before = n_slots, deque(), deque(before)
        self.left = False

    @property
    def n_free(self):
        return self.n_slots - len(self._trials)

    def submit(self, number, params, _part=None):
        self._trials.append((number, params))
        return {"worker": number % self.n_slots}

    def wait(self, _seconds, _on_progress=None):
        if self._before:
            self._before.popleft()()
        if not self._trials:
            return []
        number, params = self._trials.popleft()
        metrics = train(params)
        return [Finished(number, Outcome((metrics["gain"], metrics["cost"]), seconds=self.seconds))]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.left = True


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("n_slots", [1, 3])
@pytest.mark.parametrize(
    ("seconds", "overlap", "n_ahead"),
    [(0.1, True, 1), (0.1, False, 0), (3600.0, True, 0), (1e-9, True, 0), (None, True, 0)],
)
def test_one_more_trial_is_prefetched_where_it_pays(study, monkeypatch, n_slots, seconds, overlap, n_ahead):
    record_suggestion = PrefetchTimer.record_suggestion
    monkeypatch.setattr(PrefetchTimer, "record_suggestion", lambda timer, _seconds: record_suggestion(timer, 0.01))
    seen = []

    def look():
        seen.append(states(study).count(TrialState.RUNNING))

    slots = Slots(n_slots, *[look] * 9)
    slots.seconds = seconds
    study.run(slots, n_trials=9, overlap=overlap)
    most = [n_slots, *[n_slots + n_ahead] * 8]  # the time of a training is unknown before the first has ended
    assert seen == [min(most[n_done], 9 - n_done) for n_done in range(9)]
    assert states(study) == [TrialState.COMPLETE] * 9


def test_interrupt_finishes_running_trials_and_releases_the_prefetched_one(study, caplog):
    slots = Slots(3, lambda: None, interrupt)
    with pytest.raises(KeyboardInterrupt):
        study.run(slots, n_trials=20)

    assert slots.left
    assert "finishing 3 running trials; press Ctrl-C again to stop now" in caplog.text
    assert states(study).count(TrialState.COMPLETE) == 4
    assert states(study).count(TrialState.RUNNING) == 0
    assert states(study).count(TrialState.WAITING) == 1
    assert study.origin["runs"][0]["ended"] == "interrupted"

    study.run(train, n_trials=20)
    assert len({params["x"] for params in study.trials[study.trials.is_complete].params}) == 20


def test_second_interrupt_releases_running_trials_for_a_retry(study):
    def twice():
        interrupt()
        interrupt()

    slots = Slots(3, lambda: None, twice)
    with pytest.raises(KeyboardInterrupt):
        study.run(slots, n_trials=20)
    assert slots.left
    assert states(study).count(TrialState.RUNNING) == 0
    assert states(study).count(TrialState.WAITING) == 4
    assert study.n_counted() == 1

    before = [params["x"] for params in study.trials.params]
    study.run(train, n_trials=20)
    complete = study.trials[study.trials.is_complete]
    assert set(before) <= {params["x"] for params in complete.params}
    assert len(complete) == 20


def test_prefetched_trial_runs_after_all_others_end_at_once(study):
    class AllAtOnce(Slots):
        def wait(self, seconds, _on_progress=None):
            return [finished for _ in range(len(self._trials)) for finished in Slots.wait(self, seconds)]

    study.run(AllAtOnce(2), n_trials=5)
    assert states(study) == [TrialState.COMPLETE] * 5


def test_interrupt_handler_is_restored_after_a_run(study):
    before = signal.getsignal(signal.SIGINT)
    study.run(Slots(2), n_trials=3)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.usefixtures("fast_heartbeats")
def test_stop_request_finishes_running_trials(study, where):
    slots = Slots(2, lambda: None, lambda: record.request_stop(open_study(where)._study))
    study.run(slots, n_trials=8)
    assert study.n_counted() < 8
    assert set(states(study)) <= {TrialState.COMPLETE, TrialState.FAIL, TrialState.WAITING}
    assert study.origin["runs"][0]["ended"] == "paretune stop"

    study.run(train, n_trials=8)  # an old stop request does not end a new run
    assert study.n_counted() == 8


def test_stopping_rule_is_stored_as_the_end_of_its_run(where):
    rules = {
        "met the target cost<=2": Stop(target="cost<=2"),
        "1e-09 s were over": Stop(seconds=1e-9),
        "grew by no more than 1e+09 % in the last 2 trials": Stop(stagnation=(1e9, 2)),
    }
    for i, (why, stop) in enumerate(rules.items()):
        stopped = open_study(where, name=str(i))
        stopped.run(train, n_trials=20, stop=stop)
        assert stopped.n_counted() < 20
        assert why in stopped.origin["runs"][0]["ended"]


@pytest.mark.parametrize("stop", [Stop(target="cost<=2"), Stop(stagnation=(1e9, 2))])
def test_run_trains_nothing_if_its_stopping_rule_holds_already(study, stop):
    study.run(train, n_trials=20, stop=stop)
    n = study.n_counted()
    study.run(train, n_trials=20, stop=stop)
    assert study.n_counted() == n < 20


def test_run_that_only_repeats_a_lost_trial_is_stored(study, claimed):
    other = claimed()
    other.kill()
    other.wait()
    study.run(train, n_trials=1)
    assert study.trials.is_complete.sum() == 1
    assert [run["n_trials"] for run in study.origin["runs"]] == [1]
    assert study.activity.ended == "1 trials"


def test_two_runs_of_one_study_are_both_stored(study):
    study.run(train, n_trials=2)
    Study(study.space, OBJECTIVES, storage=study._study._storage, searcher="random").run(train, n_trials=5)
    assert [run["from_trial"] for run in study.origin["runs"]] == [0, 2]
    assert [run["ended"] for run in study.origin["runs"]] == ["2 trials", "5 trials"]


def crash():
    raise ValueError("no data")


def mark_lost():
    raise TrialFailedError("lost", "the node is gone")


def outside():
    return {"gain": -1.0, "cost": 0.0}


@pytest.mark.parametrize(
    ("actions", "n_reported", "advice"),
    [
        ([crash, crash], 2, "start a new study$"),
        ([crash, mark_lost, crash], 3, "start a new study$"),  # lost trials do not count
        (
            [crash, outside, crash, crash],
            4,
            "Fix the cause and run again to go on$",
        ),  # the trial outside the limits has run
    ],
)
def test_failures_in_a_row_stop_a_run_and_lost_trials_do_not_count(study, actions, n_reported, advice):
    reported = []
    following = iter(actions)
    with pytest.raises(TooManyFailuresError, match=f"2 trials in a row have failed; the last, .* no data.*{advice}"):
        study.run(lambda _: next(following)(), 20, max_failures=2, on_trial=lambda *trial: reported.append(trial))
    assert len(reported) == n_reported
    assert study.origin["runs"][0]["ended"] == "2 trials in a row have failed"


def test_trial_that_cannot_be_started_is_released(study):
    class Broken(Slots):
        def submit(self, *_):
            raise OSError("no more processes")

    with pytest.raises(OSError, match="no more processes"):
        study.run(Broken(2), n_trials=5)
    assert states(study) == [TrialState.FAIL, TrialState.WAITING]
    assert study.trials.failures() == {"lost": 1}


@pytest.mark.end_to_end
def test_run_waits_at_its_budget_for_the_trial_of_a_dead_runner(study, claimed):
    other = claimed()
    calls = []

    def kill_at_the_end(params):
        calls.append(params["x"])
        if len(calls) == 2:
            other.kill()
        return train(params)

    study.run(kill_at_the_end, n_trials=3)
    assert len(calls) == 3
    assert study.trials.failures() == {"lost": 1}
    assert study.trials.is_complete.sum() == 3
    assert study.trials[study.trials.is_lost].params[0]["x"] == calls[2]


def test_trial_of_a_live_runner_is_not_released(study, claimed):
    claimed()
    study.run(train, n_trials=3)
    assert study.trials.is_complete.sum() == 2
    assert study.trials.is_pending.sum() == 1


@pytest.mark.usefixtures("fast_heartbeats")
@pytest.mark.end_to_end
def test_dead_runner_on_another_host_is_found_by_its_missing_heartbeats(study, claimed):
    other = claimed("elsewhere")
    other.kill()
    study.run(train, n_trials=2)
    assert study.trials.is_complete.sum() == 2
    assert study.trials.failures() == {"lost": 1}
    assert "sent no heartbeat" in study._study.trials[0].user_attrs["paretune:error"]


@pytest.mark.usefixtures("fast_heartbeats")
def test_trial_of_a_live_runner_on_another_host_is_not_released(study, claimed):
    claimed("elsewhere")
    study.run(train, n_trials=2)
    assert study.trials.is_complete.sum() == 1
    assert study.trials.is_pending.sum() == 1


def test_missing_heartbeats_are_noticed_within_a_minute():
    n_beats = runner.SILENCE_SECONDS // runner.HEARTBEAT_SECONDS + 1  # of this run, without one of the other
    assert n_beats * runner.HEARTBEAT_SECONDS + 2 * run_loop._POLL_SECONDS < 60


@pytest.mark.usefixtures("fast_heartbeats")
def test_unclaimed_trial_is_released_whatever_the_clock_says(study, where, monkeypatch):
    optuna.load_study(study_name="study", storage=f"sqlite:///{where}").ask()
    now = run_loop.time.time
    monkeypatch.setattr("time.time", lambda: now() - 86_400)
    study.run(train, n_trials=2)
    assert states(study).count(TrialState.COMPLETE) == 2
    assert states(study)[0] == TrialState.FAIL


def test_only_started_trials_count_as_losses_of_a_configuration(study):
    """A prefetched trial of a killed runner was never started, so its configuration is not to blame."""
    asked = study._ledger.ask()
    for _ in range(3):
        assert study._ledger.release_trials(lambda _trial: True, "its runner died", is_suspect=True) == 1
        assert study._ledger.ask().params == asked.params
    study._ledger.record_start(study._ledger.pending_trials()[0].number, {})
    study._ledger.release_trials(lambda _trial: True, "its runner died", is_suspect=True)
    again = study._ledger.ask()
    assert again.params == asked.params
    study._ledger.record_start(again.number, {})
    study._ledger.release_trials(lambda _trial: True, "its runner died", is_suspect=True)
    assert study.trials.reasons[-1] == "crashed"
    assert "lost twice" in study._study.trials[-1].user_attrs["paretune:error"]


def test_interrupt_does_not_wait_for_an_unreachable_storage(server):
    study = open_study(server.create("is_gone"))

    def stop(_params):
        server.stop()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study.run(stop, n_trials=3)
    server.start()


@pytest.mark.usefixtures("fast_heartbeats")
def test_heartbeat_clock_stops_while_the_storage_is_unreachable():
    made, is_away = [], [False]

    def beat(n):
        if is_away[0]:
            made.append("refused")
            raise ConnectionError
        made.append(n)

    with runner.heartbeat(beat) as clock:
        assert made[0] == 0
        wait_until(lambda: clock() >= 2 * runner.HEARTBEAT_SECONDS, "two beats")
        is_away[0] = True
        wait_until(lambda: made[-1] == "refused", "a beat is refused")
        stands = clock()
        wait_until(lambda: made.count("refused") >= 4, "more beats are refused")
        assert clock() == stands
        is_away[0] = False
        wait_until(lambda: clock() > stands, "the clock goes on")
    assert [n for n in made if n != "refused"] == list(range(len([n for n in made if n != "refused"])))


def test_run_in_another_thread_does_not_change_signal_handlers(study):
    import threading

    thread = threading.Thread(target=study.run, args=(Slots(2), 4))
    thread.start()
    thread.join()
    assert study.n_counted() == 4


def test_clock_that_runs_backwards_loses_and_repeats_no_trial(study, where, monkeypatch):
    n_calls = itertools.count()
    start = time.time()

    class Backwards(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(start - 3600 * next(n_calls), tz)

    monkeypatch.setattr("optuna.storages._rdb.storage.datetime", Backwards)
    monkeypatch.setattr("time.time", lambda: start - 3600 * next(n_calls))
    study.run(Slots(2), n_trials=4, stop=Stop(seconds=3600))
    assert study.release_abandoned_trials() == 0
    open_study(where).run(Slots(3), n_trials=9)
    assert states(study) == [TrialState.COMPLETE] * 9
    assert len({params["x"] for params in study.trials.params}) == 9
    assert (np.diff(study.trials.started) < 0).all()
    assert [run["ended"] for run in study.origin["runs"]] == ["4 trials", "9 trials"]


def test_on_trial_is_called_after_a_trial_is_stored(study):
    numbers = []

    def check_stored(asked, outcome):
        assert study._study.trials[asked.number].values == list(outcome.values)
        numbers.append(asked.number)

    study.run(Slots(2), 6, on_trial=check_stored)
    assert sorted(numbers) == list(range(6))


def test_trial_released_by_another_runner_is_skipped_with_a_warning(study, where, caplog):
    caplog.set_level(logging.WARNING, "paretune")
    released = []

    def release_trials():
        other = open_study(where)
        released.append(other._ledger.release_trials(lambda trial: trial.number == 0, "no heartbeat"))

    study.run(Slots(2, release_trials), n_trials=4)
    assert released == [1]
    assert "trial 0 was released by another runner" in caplog.text
    complete = study.trials[study.trials.is_complete]
    assert len(complete) == 4
    assert len({params["x"] for params in complete.params}) == 4
