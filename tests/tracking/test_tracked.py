"""Is all that is known of a trial told, and told apart from other trials'?"""

import math

import optuna
import pytest

from paretune import Float, Minimize, Study
from paretune.tracking import Tracked, tracked


def test_a_trial_is_told_with_all_that_is_known_of_it(study, trials):
    first, record = trials[0], study.stored(0).records[0]
    assert (first.study, first.number, first.state, first.reason) == ("nets", 0, "complete", "")
    assert first.params == study.trials.params[0]
    assert first.metrics == {"accuracy": 0.1, "latency": 0.9, "latency_se": 0.01}
    assert first.steps == [(10, {"accuracy": 0.1}), (20, {"accuracy": 0.2}), (30, {"accuracy": pytest.approx(0.3)})]
    assert first.durations == record["durations"]
    assert {"suggest", "evaluate"} <= set(first.durations)
    assert first.about["searcher"] == "random"
    assert first.about["seed"] == "3"
    assert first.about["device"] == "tiny"
    assert first.about["host"] == record["host"]
    assert first.started == study.trials.started[0]
    assert first.seconds == study.trials.durations[0]


def test_failed_trials_are_told_with_their_reason_words_and_what_is_known(trials):
    assert [trial.reason for trial in trials] == ["", "crashed", "not_finite", "out_of_memory", ""]
    assert [trial.state for trial in trials] == ["complete", "failed", "failed", "failed", "complete"]
    assert trials[1].error == "ValueError: wrong | shape\nin two lines (conftest.py, line 29)"
    assert trials[2].metrics == {"latency": 0.5}
    assert trials[3].metrics == {"latency": 0.25}


def test_one_trial_is_told_as_it_is_among_all(study, trials):
    for number in range(5):
        stored = study.stored(number)
        assert tracked(stored.name, stored.trials, stored.records, stored.origin) == [trials[number]]


def test_pending_trials_and_those_lost_before_they_began_are_left_out():
    study = Study({"x": Float(0, 1)}, [Minimize("loss")], storage=optuna.storages.InMemoryStorage())
    pending, begun = study.ask(), study.ask()
    study.tell(begun, reason="lost")
    withdrawn = study._ledger.ask()
    study._ledger.lose(withdrawn.number, "not begun: the run was over")
    stored = study.stored()
    told = tracked(stored.name, stored.trials, stored.records, stored.origin)
    assert [(trial.number, trial.reason) for trial in told] == [(begun.number, "lost")]
    assert pending.number not in [trial.number for trial in told]


def test_each_trial_belongs_to_the_run_that_made_it():
    storage = optuna.storages.InMemoryStorage()
    for seed in (1, 2):
        study = Study({"x": Float(0, 1)}, [Minimize("loss")], storage=storage, searcher="random", seed=seed)
        study.run(lambda params: {"loss": params["x"]}, 2 * seed)
    stored = study.stored()
    told = tracked(stored.name, stored.trials, stored.records, stored.origin)
    assert [trial.about["seed"] for trial in told] == ["1", "1", "2", "2"]


def test_keys_differ_between_trials_and_between_studies_of_one_name():
    keys = {Tracked("s", number, {}, started=started).key for number in (1, 2) for started in (5.0, 5.5, math.nan)}
    assert len(keys) == 6
