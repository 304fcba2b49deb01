"""Tests of SigOpt's experiments."""

import json

import pytest

from paretune.errors import InvalidInputError
from paretune.server.sigopt.experiment import (
    Experiment,
    change_experiment,
    describe_experiment,
    read_experiment,
)
from server.sigopt.requests_of_sigopt import EXPERIMENT, SMALL

AI = {"name": "ai", "budget": 6, "parameters": SMALL["parameters"], "metrics": SMALL["metrics"]}


def test_experiment_is_read_stored_and_answered():
    experiment = read_experiment(EXPERIMENT)
    stored = Experiment.from_dict(json.loads(json.dumps(experiment.to_dict())))
    described = describe_experiment(7, stored, (1.5, 2.5), {"object": "progress"})
    assert described["id"] == "7"
    assert (described["observation_budget"], described["parallel_bandwidth"], described["project"]) == (60, 2, "demo")
    assert described["metadata"] == {"dataset": "cifar", "version": 3}
    assert [metric["name"] for metric in described["metrics"]] == ["accuracy", "epochs", "latency", "size_mb"]
    assert stored.space.to_dict() == experiment.space.to_dict()
    assert stored.searcher == "bayes"


def test_ai_experiment_has_a_budget_of_its_own():
    experiment = read_experiment(AI, "demo", is_ai=True)
    described = describe_experiment(7, experiment, (0, 0), {})
    assert (described["object"], described["budget"], described["project"]) == ("aiexperiment", 6, "demo")


def test_grid_search_has_the_budget_of_its_grid():
    grid = {"name": "x", "type": "double", "grid": [0.1, 0.2, 0.3]}
    assert read_experiment({**SMALL, "type": "grid", "parameters": [grid]}).budget == 3
    with pytest.raises(InvalidInputError, match=r"parameters: 'x' needs a grid"):
        read_experiment({**SMALL, "type": "grid"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tasks": [{"name": "a", "cost": 1}]}, "tasks: this service has no multitask"),
        ({"num_solutions": 2}, "num_solutions must be 1"),
        ({"development": True}, "development: this service has no"),
        ({"budget": 3}, "budget: unknown field"),
        ({"observation_budget": 0}, "observation_budget must be a whole number"),
        ({"type": "magic"}, "type must be one of offline, random, grid"),
        ({"parameters": None}, "parameters is missing"),
        ({"metadata": {"a": {}}}, "metadata.a must be"),
    ],
)
def test_unsupported_or_wrong_field_is_refused_by_name(change, message):
    with pytest.raises(InvalidInputError) as error:
        read_experiment({**SMALL, **change})
    assert str(error.value).startswith(message)


def test_changes_are_read():
    before = read_experiment(SMALL)
    body = {"name": "new", "state": "deleted", "observation_budget": 9, "metadata": None, "parallel_bandwidth": None}
    changed = change_experiment(before, {**body, "parameters": list(before.parameters)})
    assert (changed.name, changed.state, changed.budget, changed.metadata) == ("new", "deleted", 9, {})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"type": "grid"}, "type: unknown field"),
        ({"parameters": SMALL["parameters"][:1]}, "parameters: 'k' cannot be removed"),
        (
            {"parameters": [{"name": "x", "type": "double", "bounds": {"min": 0, "max": 2}}]},
            "parameters: 'x' cannot be",
        ),
    ],
)
def test_what_cannot_change_is_refused(body, message):
    with pytest.raises(InvalidInputError) as error:
        change_experiment(read_experiment(SMALL), body)
    assert str(error.value).startswith(message)
