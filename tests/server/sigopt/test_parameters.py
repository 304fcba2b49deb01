"""Tests of SigOpt's parameters and the space that they describe."""

import pytest

from paretune import Categorical, Float, Int
from paretune.errors import InvalidInputError
from paretune.server.sigopt.parameters import make_space, read_conditionals, read_parameters
from paretune.space import Beta, Normal
from server.sigopt.requests_of_sigopt import EXPERIMENT

X = {"name": "x", "type": "double", "bounds": {"min": 0, "max": 1}}


def test_all_kinds_of_parameters_become_a_space():
    conditionals = read_conditionals(EXPERIMENT["conditionals"])
    space = make_space(read_parameters(EXPERIMENT["parameters"], conditionals), conditionals)
    assert dict(space) == {
        "optimizer": Categorical(["sgd", "adam"]),
        "activation": Categorical(["relu", "gelu"]),
        "batch": Categorical([16, 32, 64], ordered=True),
        "lr": Float(1e-4, 1.0, log=True),
        "momentum": Float(0, 0.99, when={"optimizer": ["sgd"]}),
        "width": Int(8, 256),
    }


def test_own_answer_is_read_again():
    conditionals = read_conditionals(EXPERIMENT["conditionals"])
    parameters = read_parameters(EXPERIMENT["parameters"], conditionals)
    assert read_conditionals(conditionals) == conditionals
    assert read_parameters(parameters, conditionals) == parameters
    assert parameters[1]["bounds"] == {"object": "bounds", "min": 16, "max": 64}


def test_priors_are_those_of_the_space():
    normal = {"name": "normal", "mean": 0.3, "scale": 0.1, "shape_a": None}
    beta = {"object": "prior", "name": "beta", "shape_a": 2, "shape_b": 5}
    parameters = read_parameters([{**X, "prior": normal}, {**X, "name": "y", "prior": beta}], [])
    assert [p.prior for p in make_space(parameters, []).values()] == [Normal(0.3, 0.1), Beta(2, 5)]
    assert read_parameters(parameters, []) == parameters


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "red"}, "parameters[0].colour: unknown field"),
        ({"type": "float"}, "parameters[0].type must be one of double, int, categorical"),
        ({"bounds": None}, "parameters[0].bounds is missing"),
        ({"bounds": {"min": 1, "max": 1}}, "parameters[0].bounds: max must be larger than min"),
        ({"bounds": {"min": 0, "max": 1, "step": 1}}, "parameters[0].bounds.step: unknown field"),
        ({"type": "int", "bounds": {"min": 0.5, "max": 2}}, "parameters[0].bounds.min must be a whole number"),
        ({"transformation": "log"}, "parameters[0].transformation: log needs a min above 0"),
        ({"type": "int", "transformation": "log"}, "parameters[0].transformation: log is for doubles only"),
        ({"grid": [1, 1]}, "parameters[0].grid must be at least two different numbers"),
        ({"categorical_values": ["a", "b"]}, "parameters[0].categorical_values: the parameter is no categorical one"),
        ({"type": "categorical"}, "parameters[0].bounds: a categorical parameter has categorical_values"),
        ({"default_value": 2}, "parameters[0].default_value must be between 0 and 1"),
        ({"conditions": {"optimizer": "sgd"}}, "a key of parameters[0].conditions must be one of"),
        ({"prior": {"name": "normal", "mean": 2, "scale": 1}}, "parameters[0].prior: "),
        ({"prior": {"name": "beta", "shape_a": 0, "shape_b": 1}}, "parameters[0].prior: "),
        ({"prior": {"name": "beta", "mean": 0, "shape_a": 1, "shape_b": 1}}, "parameters[0].prior.mean: unknown field"),
        ({"prior": {"name": "cauchy"}}, "parameters[0].prior.name must be one of normal, beta"),
        ({"prior": {"name": "normal", "mean": 0}}, "parameters[0].prior.scale is missing"),
        ({"type": "int", "prior": {"name": "normal"}}, "parameters[0].prior: only doubles have priors"),
        ({"conditions": 1}, "parameters[0].conditions must be an object"),
    ],
)
def test_wrong_parameter_is_refused_by_its_field(change, message):
    with pytest.raises(InvalidInputError) as error:
        read_parameters([{**X, **change}], [])
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("parameters", "conditionals", "message"),
    [
        ([], [], "parameters must not be empty"),
        ([X, X], [], "parameters: the name 'x' occurs twice"),
        ([X], [{"name": "x", "values": ["a", "b"]}], "parameters: the name 'x' occurs twice"),
        ([X], [{"name": "o", "values": ["a"]}], "conditionals[0].values must be at least two"),
        (
            [{**X, "conditions": {"o": []}}],
            [{"name": "o", "values": ["a", "b"]}],
            "parameters[0].conditions.o must not",
        ),
        (
            [{**X, "conditions": {"o": "c"}}],
            [{"name": "o", "values": ["a", "b"]}],
            "parameters[0].conditions.o must be",
        ),
    ],
)
def test_wrong_set_of_parameters_is_refused(parameters, conditionals, message):
    with pytest.raises(InvalidInputError) as error:
        read_parameters(parameters, read_conditionals(conditionals))
    assert str(error.value).startswith(message)
