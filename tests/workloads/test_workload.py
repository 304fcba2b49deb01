"""The contract of a workload: settings, and trials that end before the costly part."""

import pickle

import optuna
import pytest

from paretune import Int, Maximize, Minimize, Study, TrialFailedError
from paretune.app.resume import resume_settings
from paretune.errors import InvalidInputError
from paretune.evaluation.contract import call_evaluate, ignore_report
from paretune.objectives import Objectives
from paretune.space import Space
from paretune.workloads import Option, PreparedWorkload, Workload, fix_seed, seed_option

SPACE, WANTED = Space({"width": Int(1, 9)}), Objectives([Maximize("accuracy"), Minimize("latency", at_most=0.5)])
trained = []


def evaluate(params, objectives=WANTED):
    known = {"latency": params["width"] / 10, "latency_se": 0.01, "note": "measured first"}
    objectives.require_within(known)
    trained.append(params["width"])
    return {"accuracy": 0.5, **known}


def workload(**options):
    return Workload("w", "", SPACE, WANTED, lambda *_: PreparedWorkload(evaluate), options=options)


def test_default_function_is_called_only_if_option_is_not_set():
    found = workload(a=Option(lambda: 3, Int(1, 9), ""), b=Option(4, Int(1, 9), ""))
    assert found.parse_settings({}) == ({"a": 3, "b": 4}, {}, {})
    asked = workload(a=Option(lambda: pytest.fail("asked"), Int(1, 9), ""))
    assert asked.parse_settings({"a": 5, "width": 2}) == ({"a": 5}, {"width": 2}, {})
    with pytest.raises(InvalidInputError, match="a must be"):
        asked.parse_settings({"a": 10})


def test_trials_have_seeds_of_their_own_unless_the_user_or_an_older_study_fixes_one():
    def train(_params, seed):
        return seed

    found = workload(seed=seed_option("of the weights"))
    for given, seeds in (({}, [7, 8]), ({"seed": "trial"}, [7, 8]), ({"seed": 0}, [0, 0])):
        evaluate_with = fix_seed(train, found.parse_settings(given).options["seed"])
        assert [call_evaluate(evaluate_with, {}, ignore_report, seed=seed) for seed in (7, 8)] == seeds
    older = {"options": {"seed": 0}, "fixed": {}}
    assert found.parse_settings(resume_settings(older, {}, "s", "leave it out")).options == {"seed": 0}
    with pytest.raises(InvalidInputError, match="seed must be"):
        found.parse_settings({"seed": "trail"})


def test_trial_outside_limit_ends_early_and_keeps_its_metrics():
    trained.clear()
    study = Study(SPACE, WANTED, storage=optuna.storages.InMemoryStorage(), searcher="grid")
    study.run(PreparedWorkload(evaluate).evaluate_for(study.objectives), n_trials=9)
    trials = study.trials
    assert sorted(trained) == [1, 2, 3, 4, 5]
    for params, reason, losses, metrics in zip(
        trials.params, trials.reasons, trials.losses, trials.metrics, strict=True
    ):
        assert reason == ("" if params["width"] <= 5 else "outside_limits")
        assert losses[1] == params["width"] / 10
        assert metrics["note"] == "measured first"
    assert len(study.front()) == 1


def test_make_evaluate_gets_limits_of_study():
    prepared = PreparedWorkload(evaluate, make_evaluate=lambda objectives: lambda params: evaluate(params, objectives))
    strict = prepared.evaluate_for(Objectives([Maximize("accuracy"), Minimize("latency", at_most=0.15)]))
    with pytest.raises(TrialFailedError, match=r"^latency is 0\.2, its limit 0\.15$") as failure:
        strict({"width": 2})
    assert failure.value.reason == "outside_limits"
    assert prepared.evaluate_for(Objectives([Minimize("latency")]))({"width": 9})["latency"] == 0.9


@pytest.mark.parametrize(
    ("known", "is_outside"),
    [({"a": 1.0, "b": 2.0}, False), ({"a": 0.99}, True), ({"b": 2.01}, True), ({"c": 9.0}, False), ({}, False)],
)
def test_limits_are_inclusive_and_unknown_metrics_violate_none(known, is_outside):
    objectives = Objectives([Maximize("a", at_least=1.0), Minimize("b", at_most=2.0), Minimize("c")])
    if is_outside:
        with pytest.raises(TrialFailedError):
            objectives.require_within(known)
    else:
        objectives.require_within(known)
    with pytest.raises(TrialFailedError):
        objectives.require_within({"a": float("nan")})


def test_trial_failed_error_survives_pickling():
    failure = pickle.loads(pickle.dumps(TrialFailedError("timed_out", "late", {"a": 1})))  # noqa: S301 (our own)
    assert (failure.reason, str(failure), failure.metrics) == ("timed_out", "late", {"a": 1})
