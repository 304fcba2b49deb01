"""Tests of the translation of observations into outcomes of trials, and back."""

import pytest

from paretune.errors import InvalidInputError
from paretune.server.sigopt import observation
from paretune.server.sigopt.experiment import read_experiment
from paretune.server.sigopt.observation import change_observation, describe_observation, read_observation
from paretune.study.hosted_trials import TrialRecord
from server.sigopt.requests_of_sigopt import SMALL, values

EXPERIMENT = read_experiment(SMALL)
UNNAMED = read_experiment({**SMALL, "metrics": None})
RECORD = TrialRecord(
    4,
    "complete",
    {"x": 0.5, "k": 3},
    (0.8, 0.1),
    {"size": 21, "epochs": 3, "gain_se": 0.01},
    {"metadata": {"a": 1}},
    1,
    2,
)


def test_metrics_standard_errors_and_constraints_are_read():
    body = {"suggestion": "17", "values": values(size=21.5), "metadata": {"host": "w1"}}
    body["values"][0]["value_stddev"] = 0.004
    found = read_observation(body, EXPERIMENT)
    assert (found.suggestion, found.metadata) == (17, {"host": "w1"})
    assert found.outcome.values == (0.1, 0.8)  # by name, as the experiment's metrics
    assert found.outcome.metrics == {"gain_se": 0.004, "size": 21.5, "epochs": 3}
    assert found.outcome.violations == {"size": 1.5}


def test_failure_keeps_its_reason_and_metadata():
    found = read_observation({"suggestion": 1, "failed": True, "metadata": {"reason": "out_of_memory"}}, EXPERIMENT)
    assert (found.outcome.reason, found.outcome.message) == ("out_of_memory", '{"reason": "out_of_memory"}')
    found = read_observation({"suggestion": 1, "failed": True, "metadata": {"reason": "lost"}}, EXPERIMENT)
    assert found.outcome.reason == "crashed"


def test_old_form_of_one_metric_is_read():
    found = read_observation({"suggestion": 1, "value": 0.5, "value_stddev": 0.1}, UNNAMED)
    assert (found.outcome.values, found.outcome.metrics) == ((0.5,), {"value_se": 0.1})
    found = read_observation({"suggestion": 1, "values": [{"name": None, "value": 0.5}]}, UNNAMED)
    assert found.outcome.values == (0.5,)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"values": values()}, "give either suggestion or assignments"),
        ({"suggestion": 1, "assignments": {}, "values": values()}, "give either suggestion or assignments"),
        ({"suggestion": "x", "values": values()}, "suggestion must be an id"),
        ({"suggestion": 1}, "values: the metric 'cost' is missing"),
        ({"suggestion": 1, "values": values()[:3]}, "values: the metric 'epochs' is missing"),
        ({"suggestion": 1, "values": values() + values()[:1]}, "values[4].name: the metric 'gain' occurs twice"),
        ({"suggestion": 1, "values": [{"name": "fun", "value": 1}]}, "values[0].name: there is no metric 'fun'"),
        ({"suggestion": 1, "values": [{"name": "gain"}]}, "values[0].value is missing"),
        ({"suggestion": 1, "values": [{"name": "gain", "value": "1"}]}, "values[0].value must be a finite number"),
        (
            {"suggestion": 1, "values": [{"name": "gain", "value": 1, "value_stddev": -1}]},
            "values[0].value_stddev must be at least 0",
        ),
        ({"suggestion": 1, "failed": True, "values": values()}, "values must be left out"),
        ({"suggestion": 1, "value": 1, "values": values()}, "value: give either value or values"),
        ({"suggestion": 1, "value_stddev": 1}, "value_stddev: give it with the value"),
        ({"suggestion": 1, "failed": True, "task": {"name": "a"}}, "task: this service has no multitask"),
        ({"suggestion": 1, "failed": True, "colour": 1}, "colour: unknown field"),
    ],
)
def test_wrong_observation_is_refused_by_its_field(body, message):
    with pytest.raises(InvalidInputError) as error:
        read_observation(body, EXPERIMENT)
    assert str(error.value).startswith(message)


def test_trial_is_answered_as_observation():
    described = describe_observation(9, EXPERIMENT, RECORD)
    assert {k: described[k] for k in ("id", "experiment", "suggestion", "failed", "metadata", "created")} == {
        "id": "5", "experiment": "9", "suggestion": "5", "failed": False, "metadata": {"a": 1}, "created": 2,
    }  # fmt: skip
    assert [(v["name"], v["value"], v["value_stddev"]) for v in described["values"]] == [
        ("cost", 0.8, None), ("epochs", 3, None), ("gain", 0.1, 0.01), ("size", 21, None),
    ]  # fmt: skip


def test_change_keeps_what_it_does_not_name():
    same = change_observation({"metadata": {"b": 2}}, EXPERIMENT, RECORD)
    assert (same.outcome.values, same.outcome.violations, same.metadata) == ((0.8, 0.1), {"size": 1}, {"b": 2})
    assert same.suggestion == 5
    failed = change_observation({"failed": True}, EXPERIMENT, RECORD)
    assert (failed.outcome.reason, failed.metadata) == ("crashed", {"a": 1})
    own = change_observation({"assignments": {"x": 1, "k": 1}}, EXPERIMENT, RECORD)
    assert own.suggestion is None


def test_assignments_are_checked_against_the_space():
    assert observation.read_assignments({"k": 2, "x": 1}, EXPERIMENT) == {"k": 2, "x": 1.0}
    for wrong, message in (
        ({"x": 1}, "assignments: parameter k is missing"),
        ({"x": 2, "k": 2}, "assignments: x must be"),
        ({"x": 1, "k": 2, "z": 3}, "assignments: "),
        ([], "assignments must be an object"),
    ):
        with pytest.raises(InvalidInputError) as error:
            observation.read_assignments(wrong, EXPERIMENT)
        assert str(error.value).startswith(message)
