"""Tests of the conversion of Ray Tune's domains to spaces."""

import numpy as np
import pytest
from ray import tune

from paretune.adapters.ray_tune.domains import domains_to_space
from paretune.adapters.ray_tune.nested import NestedSpace
from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, Space

DOMAINS = {
    "uniform": (tune.uniform(-2, 3.5), Float(-2, 3.5)),
    "loguniform": (tune.loguniform(1e-4, 1e-1), Float(1e-4, 1e-1, log=True)),
    "quniform": (tune.quniform(0.3, 1.1, 0.1), Float(0.3, 1.1, step=0.1)),
    "quniform with a bound near a multiple": (tune.quniform(0.1 * 3, 1.2, 0.1), Float(0.3, 1.2, step=0.1)),
    "randint": (tune.randint(1, 5), Int(1, 4)),
    "lograndint": (tune.lograndint(1, 9), Int(1, 8, log=True)),
    "qrandint": (tune.qrandint(5, 20, 5), Int(5, 20, step=5)),
    "qrandint by 1": (tune.qrandint(1, 5, 1), Int(1, 4)),
    "choice": (tune.choice(["relu", "tanh"]), Categorical(["relu", "tanh"])),
    "choice of numbers": (tune.choice([64, 16, 32]), Categorical([64, 16, 32])),
    "choice of True and None": (tune.choice([True, None]), Categorical([True, None])),
}


@pytest.mark.parametrize("name", DOMAINS)
def test_domain_becomes_the_parameter_with_its_values(name):
    domain, parameter = DOMAINS[name]
    assert domains_to_space({"p": domain}).space["p"] == parameter


@pytest.mark.parametrize("name", DOMAINS)
def test_draws_of_ray_tune_are_in_the_space_and_cover_a_finite_one(name):
    domain, _ = DOMAINS[name]
    parameter = domains_to_space({"p": domain}).space["p"]
    drawn = domain.sample(size=400, random_state=np.random.default_rng(0))
    checked = {parameter.check("p", round(value, 12) if isinstance(value, float) else value) for value in drawn}
    if parameter.n_levels is not None:
        assert checked == {parameter.level(cell) for cell in range(parameter.n_levels)}


def test_nested_dicts_are_unchanged_by_conversion_and_back():
    nested = domains_to_space(
        {"net": {"depth": tune.randint(1, 4), "act": {"f": tune.choice(["a", "b"])}}, "epochs": 3}
    )
    assert list(nested.space) == ["net/depth", "net/act/f"]
    config = {"net": {"depth": 2, "act": {"f": "b"}}}
    assert nested.to_params(config) == {"net/depth": 2, "net/act/f": "b"}
    assert nested.to_config(nested.to_params(config)) == config


def test_choices_that_are_lists_or_other_objects_are_returned_unchanged():
    nested = domains_to_space({"layers": tune.choice([[64, 64], (128,), {"width": 8}, 7])})
    for value in ([64, 64], (128,), {"width": 8}, 7):
        params = nested.to_params({"layers": value})
        assert isinstance(params["layers"], str | int)
        assert nested.to_config(params) == {"layers": value}
    assert nested.space["layers"].is_nominal


def test_space_of_paretune_can_have_conditions():
    space = Space({"opt/name": Categorical(["sgd", "adam"]), "opt/momentum": Float(0, 1, when={"opt/name": "sgd"})})
    nested = NestedSpace(space)
    for config in ({"opt": {"name": "adam"}}, {"opt": {"name": "sgd", "momentum": 0.5}}):
        assert nested.to_config(nested.to_params(config)) == config


@pytest.mark.parametrize(
    ("domain", "values"),
    [
        (tune.qloguniform(0.1, 0.8, 0.1), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]),
        (tune.qloguniform(1, 4, 1), [1.0, 2.0, 3.0, 4.0]),
        (tune.qlograndint(2, 8, 2), [2, 4, 6, 8]),
        (tune.qlograndint(1, 4, 1), [1, 2, 3]),
    ],
)
def test_quantized_logarithmic_domain_has_the_values_that_ray_tune_draws(domain, values):
    nested = domains_to_space({"p": domain})
    configs = [nested.to_config(params)["p"] for params in nested.space.configurations()]
    assert configs == values
    assert {type(config) for config in configs} == {type(values[0])}
    drawn = domain.sample(size=400, random_state=np.random.default_rng(0))
    assert {round(value, 12) for value in drawn} <= set(values)
    assert [nested.to_config(nested.to_params({"p": value}))["p"] for value in values] == values
    assert nested.space["p"].log


def test_domain_inside_of_a_choice_exists_with_that_choice():
    optimizers = [
        {"name": "sgd", "momentum": tune.uniform(0, 1)},
        {"name": "adam"},
        tune.choice(["a", tune.randint(1, 3)]),
    ]
    nested = domains_to_space({"opt": tune.choice(optimizers), "rate": tune.uniform(0, 1)})
    assert list(nested.space) == ["opt", "opt/0/momentum", "opt/2", "opt/2/1", "rate"]
    configs = [nested.to_config(params) for params in nested.space.decode(np.random.default_rng(0).random((40, 5)))]
    kinds = {str(c["opt"]["name"] if isinstance(c["opt"], dict) else c["opt"]) for c in configs}
    assert kinds == {"sgd", "adam", "a", "1", "2"}
    for config in configs:
        assert not isinstance(config["opt"], dict) or config["opt"].keys() in ({"name", "momentum"}, {"name"})
        assert nested.to_config(nested.to_params(config)) == config
    with pytest.raises(InvalidInputError, match="opt must be one of"):
        nested.to_params({"opt": {"name": "sgd", "momentum": 2.0}, "rate": 0.5})


def test_domain_inside_of_lists_and_nested_dicts_of_a_choice():
    nested = domains_to_space(
        {"layers": tune.choice([[tune.randint(1, 3), (7, tune.uniform(0, 1))], {"a": {"b": tune.uniform(2, 3)}}])}
    )
    for params in nested.space.decode([[0.1, 0.1, 0.5, 0.5], [0.9, 0.1, 0.5, 0.5]]):
        config = nested.to_config(params)
        assert config["layers"] in ([1, (7, 0.5)], {"a": {"b": 2.5}})
        assert nested.to_params(config) == params


@pytest.mark.parametrize(
    ("param_space", "message"),
    [
        ({"a": tune.randn()}, "a is a normal float domain"),
        ({"a": {"b": tune.qrandn(0, 1, 0.1)}}, "a/b is a quantized normal float domain"),
        ({"a": tune.choice([1, {"b": tune.randn()}])}, "a/1/b is a normal float domain"),
        ({"a": tune.choice([1, tune.sample_from(lambda spec: spec)])}, "a/1 is a callsampler function domain"),
        ({"a": tune.choice([1, {"b": tune.uniform(2, 1)}])}, "a/1/b: low must not exceed high"),
        ({"a": tune.sample_from(lambda spec: spec)}, "a is a callsampler function domain"),
        ({"a": tune.grid_search([1, 2]), "b": tune.uniform(0, 1)}, "a is a grid_search"),
        ({"a": [tune.uniform(0, 1)]}, "a/0 in param_space cannot be searched"),
        ({"a/b": tune.uniform(0, 1)}, "a/b in param_space cannot be searched"),
        ({"a": tune.uniform(2, 1)}, "a: low must not exceed high"),
        ({"a": tune.choice([1, 1])}, "a: choices must differ, but 1 occurs twice"),
        ({"a": tune.choice([])}, "a: choices must have at least one value"),
        ({"epochs": 3}, "param_space has no domain to search"),
    ],
)
def test_unsupported_domain_is_refused_in_one_line_with_its_name(param_space, message):
    with pytest.raises(InvalidInputError) as raised:
        domains_to_space(param_space)
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)
