"""Tests of the activity of a study, as read from its storage."""

import datetime as dt
import time

import optuna
import pytest

from paretune import Float, Minimize, Study
from paretune.adapters.optuna.keys import DROPPED_KEY
from paretune.study import activity, request_stop
from paretune.study.activity import activity_of


@pytest.fixture
def study(database):
    return Study({"x": Float(0, 1)}, [Minimize("loss")], storage=database, searcher="random")


def fail_above(params):
    if params["x"] > 0.5:
        raise ValueError("too large")
    return {"loss": params["x"]}


def test_finished_run_has_an_end_and_a_speed(study, database):
    study.run(fail_above, 8)
    now = activity("study", database)
    failed = study.trials.numbers[study.trials.is_failed]

    assert (now.n_trials, now.n_counted, now.running, now.seconds_left) == (8, 8, (), None)
    assert now.ended == "8 trials"
    assert now.per_hour > 0
    assert [number for number, _, _ in now.failures] == sorted(failed, reverse=True)[:3]
    assert {(reason, message) for _, reason, message in now.failures} == {
        ("crashed", "ValueError: too large (test_activity.py, line 22)")
    }


def test_running_trials_are_listed_with_their_seconds(study):
    study.run(fail_above, 4)
    asked = study.ask()
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    now = activity_of(study._study, later)
    (running,) = now.running
    assert running.number == asked.number
    assert running.seconds == pytest.approx(3600, abs=60)
    assert not running.is_dead
    assert now.n_counted == 5


def test_active_run_is_shown_and_not_one_that_ended(study, database):
    seen = []

    def train(params):
        if not seen:
            other = Study(study.space, study.objectives, storage=database, searcher="random")
            other.run(lambda _: {"loss": 1.0}, 2)
            seen.append(study.activity)
        return {"loss": params["x"]}

    study.run(train, 3)
    assert (seen[0].n_trials, seen[0].ended, len(seen[0].running)) == (3, "", 1)


def test_lost_trial_is_counted_as_waiting_until_it_is_tried_again(study):
    asked = study.ask()
    study.tell(asked, reason="lost", message="the node is gone")
    assert study.activity.n_waiting == 1
    assert study.activity.failures == ()
    assert study.ask().params == asked.params
    assert study.activity.n_waiting == 0


@pytest.mark.end_to_end
def test_stop_request_ends_the_active_run_and_not_the_next(study, database):
    calls = []

    def train(params):
        calls.append(params)
        if len(calls) == 2:
            request_stop("study", database)
        time.sleep(1.2)
        return {"loss": params["x"]}

    study.run(train, 50)
    assert 2 <= len(calls) <= 5
    assert study.activity.ended == "paretune stop"
    n = len(calls)
    Study({"x": Float(0, 1)}, [Minimize("loss")], storage=database, searcher="random").run(train, n + 1)
    assert len(calls) == n + 1


@pytest.mark.usefixtures("quiet_optuna")
def test_study_of_plain_optuna_has_an_activity(database):
    study = optuna.create_study(study_name="plain", storage=f"sqlite:///{database}")
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    now = activity("plain", database)
    assert (now.n_trials, now.n_counted, now.per_hour, now.ended) == (None, 2, None, "")


def test_running_trial_shows_its_last_reported_step(study):
    asked = study.ask()
    assert study.activity.running[0].last_step == {}
    study.report(asked, 3, {"loss": 0.5})
    assert study.activity.running[0].last_step == {"step": 3, "loss": 0.5}


def test_dropped_trials_do_not_count(study):
    study.run(lambda params: {"loss": params["x"]}, 3)
    study._study.set_user_attr(f"{DROPPED_KEY}1", value=True)
    assert activity_of(study._study).n_counted == 2
