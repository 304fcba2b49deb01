"""Tests of a study of a service: it behaves as `Study` does."""

import math

import numpy as np
import pytest

from paretune import Categorical, Float, Int, Maximize, Minimize, Objectives, Space, Study, TrialFailedError
from paretune.client import ServiceError
from paretune.errors import InvalidInputError, SpaceExhaustedError, StudyEndedError

SPACE = Space({"x": Float(0, 1), "act": Categorical(["relu", None]), "k": Int(1, 9, when={"act": "relu"})})
OBJECTIVES = Objectives([Maximize("gain"), Minimize("cost", at_most=0.9)])


def evaluate(params):
    return {"gain": np.float64(params["x"] * params.get("k", 1)), "cost": np.float32(params["x"]), "cost_se": 0.01}


@pytest.fixture
def study(client, request):
    return client.create_study(request.node.name, SPACE, OBJECTIVES, searcher="sobol", n_trials=4)


def test_run_makes_the_trials_that_a_study_of_the_library_makes(study, tmp_path):
    assert study.run(evaluate) == 4
    alone = Study(SPACE, OBJECTIVES, storage=tmp_path / "alone.db", searcher="sobol")
    alone.run(evaluate, n_trials=4)
    mine, theirs = study.trials, alone.trials
    assert mine.params == theirs.params
    assert np.array_equal(mine.losses, theirs.losses)
    assert np.array_equal(mine.losses_se, theirs.losses_se, equal_nan=True)
    assert study.front().numbers.tolist() == alone.front().numbers.tolist()
    assert (study.info["state"], study.info["ended"]) == ("ended", "4 trials")
    with pytest.raises(StudyEndedError):
        study.ask()


def test_failures_are_told_with_their_reasons(study):
    errors = iter([TrialFailedError("timed_out", "slow"), MemoryError("large"), ValueError("bad")])

    def fail(_params):
        raise next(errors)

    assert study.run(fail, n_trials=3) == 3
    assert list(study.trials.reasons) == ["timed_out", "out_of_memory", "crashed"]
    told = study.tell(study.ask(), {"gain": math.nan, "cost": 0.1})
    assert (told["reason"], told["error"]) == ("not_finite", "gain is nan")


def test_interrupted_trial_is_tried_again(study):
    def interrupt(_params):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study.run(interrupt)
    lost = study.trials.params[0]
    trial = study.ask()
    assert (trial.params, trial.source) == (lost, "queue")


def test_trials_are_told_once_and_with_all_metrics(study):
    trial = study.ask()
    with pytest.raises(InvalidInputError, match="either metrics or a reason"):
        study.tell(trial)
    with pytest.raises(InvalidInputError, match="'cost' is missing"):
        study.tell(trial, {"gain": 1.0})
    study.tell(trial, {"gain": 1.0, "cost": 0.1})
    with pytest.raises(ServiceError, match="ended already") as refused:
        study.tell(trial.number, {"gain": 1.0, "cost": 0.1})
    assert refused.value.status == 409


def test_steps_queue_stop_and_comparison(study, client):
    assert study.enqueue({"x": 0.5, "act": None})
    assert not study.enqueue({"x": 0.5, "act": None})
    trial = study.ask()
    assert trial.params == {"x": 0.5, "act": None}
    assert study.report(trial, 1, {"gain": 0.5, "cost": math.inf})
    study.tell(trial, {"gain": 0.5, "cost": 0.5, "epochs": 3})
    assert study.trials.metrics[0]["epochs"] == 3
    study.stop()
    with pytest.raises(StudyEndedError, match="paretune stop"):
        study.ask()
    study.go_on()
    study.run(evaluate)
    other = client.create_study("other", SPACE, OBJECTIVES, searcher="random", n_trials=4)
    other.run(evaluate)
    assert study.compare(other)["comparison"]["n_trials"] == 4
    assert study.confidence()["headline"].startswith("Of 4 trials")


def test_finite_space_is_exhausted(client):
    study = client.create_study("finite", {"k": Int(1, 2)}, OBJECTIVES, searcher="grid")
    with pytest.raises(SpaceExhaustedError):
        study.run(lambda params: {"gain": params["k"], "cost": 0.1})
    assert len(study.trials) == 2
