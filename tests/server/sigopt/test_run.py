"""Tests of what runs log."""

import pytest

from paretune.errors import InvalidInputError
from paretune.server.sigopt.experiment import read_experiment
from paretune.server.sigopt.run import describe_run, merge_run, new_run, read_checkpoint, read_run, run_outcome
from server.sigopt.requests_of_sigopt import SMALL

EXPERIMENT = read_experiment(SMALL)
METRICS = {name: {"value": value} for name, value in {"gain": 0.8, "cost": 0.1, "size": 30, "epochs": 3}.items()}


def run(**fields):
    return new_run(read_run(fields), "demo")


def test_logged_fields_are_merged_deeply_or_replaced():
    before = run(metadata={"a": 1, "b": "x"}, logs={"stdout": {"content": "one"}})
    merged = merge_run(before, read_run({"metadata": {"b": None, "c": 2}, "logs": {"stderr": {"content": "two"}}}))
    assert merged["metadata"] == {"a": 1, "c": 2}
    assert merged["logs"] == {"stdout": {"content": "one"}, "stderr": {"content": "two"}}
    assert merge_run(before, {"metadata": {"c": 2}}, replaces=True)["metadata"] == {"c": 2}


def test_completed_run_gives_all_metrics_and_a_run_without_one_fails():
    outcome = run_outcome(run(state="completed", values=METRICS), EXPERIMENT)
    assert (outcome.values, outcome.violations) == ((0.1, 0.8), {"size": 10})
    lacking = run(state="completed", values={"gain": {"value": 1}}, metadata={"host": "w1"})
    outcome = run_outcome(lacking, EXPERIMENT)
    assert (outcome.reason, outcome.message) == ("crashed", '{"host": "w1", "missing_metric": "cost"}')
    assert run_outcome(run(state="failed", values=METRICS), EXPERIMENT).reason == "crashed"


def test_run_is_answered_with_its_values():
    described = describe_run(3, run(values={"gain": {"value": 1}}), (1, 2), {"experiment": "1"})
    assert (described["id"], described["finished"], described["project"]) == ("3", False, "demo")
    assert described["values"]["gain"] == {
        "object": "metric_evaluation", "name": "gain", "value": 1, "value_stddev": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("read", "body", "message"),
    [
        (read_run, {"state": "paused"}, "state must be one of"),
        (read_run, {"colour": 1}, "colour: unknown field"),
        (read_run, {"values": {"gain": {}}}, "values.gain.value is missing"),
        (read_run, {"values": {"gain": {"value": 1, "value_stddev": -1}}}, "values.gain.value_stddev must be"),
        (read_run, {"values": []}, "values must be an object"),
        (read_checkpoint, {"values": [{"value": 1}]}, "values[0].name is missing"),
        (read_checkpoint, {}, "values is missing"),
    ],
)
def test_wrong_field_is_refused_by_name(read, body, message):
    with pytest.raises(InvalidInputError) as error:
        read(body)
    assert str(error.value).startswith(message)
