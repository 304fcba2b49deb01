"""Tests of how runners that died are found, and their trials released."""

import optuna
import pytest
from optuna.trial import TrialState

from paretune import Float, Minimize, Objectives, Space
from paretune.adapters.optuna.keys import RUNNER_KEY
from paretune.study import record, runner
from paretune.study.ledger import Ledger
from paretune.study.runner_watch import RunnerWatch
from paretune.study.trial_status import GRACE_SECONDS

pytestmark = pytest.mark.usefixtures("quiet_optuna")
ELSEWHERE = {"run": "other", "host": "elsewhere", "pid": 1, "born": 0.0}


class Watched:
    """A study with one pending trial, a watch, and a clock that the test moves."""

    def __init__(self):
        self.now = 0.0
        study = optuna.create_study()
        self.ledger = Ledger(study, Space({"x": Float(0, 1)}), Objectives([Minimize("loss")]))
        self.watch = RunnerWatch(self.ledger, lambda: self.now)
        self.n_heartbeats = 0

    def claim_by(self, description):
        trial = self.ledger.study.ask()
        trial.suggest_float("x", 0, 1)
        trial.set_user_attr(RUNNER_KEY, description)

    def pass_time(self, seconds, *, with_heartbeat=False):
        self.now += seconds
        if with_heartbeat:
            self.n_heartbeats += 1
            record.write_heartbeat(self.ledger.study, "other", self.n_heartbeats)
        self.watch.release_trials()

    @property
    def state(self):
        return self.ledger.study.trials[0].state


@pytest.fixture
def watched():
    return Watched()


def test_trial_of_a_live_process_is_not_released(watched):
    watched.claim_by(runner.current_runner())
    watched.pass_time(1e6)
    assert watched.state == TrialState.RUNNING
    assert not watched.watch.has_trials_of_doubtful_runners()


def test_trial_of_a_dead_process_is_released_at_once(watched):
    alive = runner.current_runner()
    watched.claim_by({**alive, "born": alive["born"] - 3600})
    assert watched.watch.has_trials_of_doubtful_runners()
    watched.pass_time(0)
    assert watched.state == TrialState.FAIL
    assert not watched.watch.has_trials_of_doubtful_runners()


def test_runner_on_another_host_is_dead_after_45_seconds_without_a_heartbeat(watched):
    watched.claim_by(ELSEWHERE)
    for _ in range(20):
        watched.pass_time(10, with_heartbeat=True)
    assert not watched.watch.has_trials_of_doubtful_runners()
    watched.pass_time(runner.SILENCE_SECONDS - 1)
    assert watched.state == TrialState.RUNNING
    watched.pass_time(2)
    assert watched.state == TrialState.FAIL


def test_runner_on_another_host_is_doubtful_until_its_second_heartbeat(watched):
    watched.claim_by(ELSEWHERE)
    watched.pass_time(0, with_heartbeat=True)
    assert watched.watch.has_trials_of_doubtful_runners()
    watched.pass_time(10, with_heartbeat=True)
    assert not watched.watch.has_trials_of_doubtful_runners()


def test_runner_without_heartbeats_is_neither_doubtful_nor_dead(watched):
    """Plain Optuna on another host writes none, and so its trials are never released."""
    watched.claim_by(ELSEWHERE)
    watched.pass_time(1e6)
    assert watched.state == TrialState.RUNNING
    assert not watched.watch.has_trials_of_doubtful_runners()


def test_unclaimed_trial_is_released_after_its_silence_by_the_clock_of_the_watch(watched):
    watched.ledger.study.ask()
    assert GRACE_SECONDS > 10  # so the time of this test does not count
    watched.pass_time(0)
    assert watched.watch.has_trials_of_doubtful_runners()
    watched.pass_time(runner.SILENCE_SECONDS + 1)
    assert watched.state == TrialState.FAIL
