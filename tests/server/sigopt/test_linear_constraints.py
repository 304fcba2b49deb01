"""Tests of SigOpt's linear constraints."""

import pytest

from paretune.errors import InvalidInputError
from paretune.server.sigopt.experiment import read_experiment
from paretune.server.sigopt.linear_constraints import make_constraints, read_linear_constraints
from paretune.space import LinearConstraint
from server.sigopt.requests_of_sigopt import EXPERIMENT, SMALL

PARAMETERS = read_experiment(EXPERIMENT).parameters


def constraint(*terms, kind="less_than", threshold=1.5):
    return {"type": kind, "threshold": threshold, "terms": [{"name": name, "weight": weight} for name, weight in terms]}


def test_thresholds_become_bounds_of_sums():
    given = [constraint(("lr", 1), ("width", 2)), constraint(("lr", 1), ("width", 0), kind="greater_than")]
    found = read_linear_constraints(given, PARAMETERS)
    assert make_constraints(found) == [
        LinearConstraint({"lr": 1, "width": 2}, at_most=1.5),
        LinearConstraint({"lr": 1}, at_least=1.5),
    ]
    assert read_linear_constraints(found, PARAMETERS) == found


def test_space_of_an_experiment_satisfies_them():
    experiment = read_experiment({**SMALL, "linear_constraints": [constraint(("x", 10), ("k", 1), threshold=6)]})
    assert experiment.space.contains({"x": 0.25, "k": 3})
    assert not experiment.space.contains({"x": 0.5, "k": 3})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (constraint(("lr", 1), kind="equal"), "linear_constraints[0].type must be one of"),
        (constraint(("lr", 1), ("lr", 2)), "linear_constraints[0].terms[1].name: 'lr' occurs twice"),
        (constraint(("lr", 0)), "linear_constraints[0].terms: a weight must not be 0"),
        (constraint(("activation", 1)), "linear_constraints[0].terms[0].name must be one of"),
        (constraint(("momentum", 1)), "linear_constraints[0].terms[0].name must be one of"),
        (constraint(("batch", 1)), "linear_constraints[0].terms[0].name must be one of"),
        ({"type": "less_than", "terms": []}, "linear_constraints[0].threshold is missing"),
    ],
)
def test_wrong_constraint_is_refused_by_its_field(given, message):
    with pytest.raises(InvalidInputError) as error:
        read_linear_constraints([given], PARAMETERS)
    assert str(error.value).startswith(message)


def test_constraints_that_nothing_satisfies_are_refused():
    with pytest.raises(InvalidInputError, match=r"^linear_constraints: "):
        read_experiment({**SMALL, "linear_constraints": [constraint(("x", 1), threshold=-1)]})
