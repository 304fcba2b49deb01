"""Priors of parameters, as arguments and as descriptions."""

import pytest

from paretune.errors import InvalidInputError
from paretune.space import Beta, Categorical, Float, Int, LogNormal, Normal, Space, Weights

PRIORS = [
    Float(0, 1, prior=Normal(0.3, 0.1)),
    Float(1e-4, 1, log=True, prior=LogNormal(1e-2, 1)),
    Int(1, 9, prior=Beta(2, 5)),
    Categorical(["a", "b"], prior=Weights([3, 1])),
]


@pytest.mark.parametrize("parameter", PRIORS, ids=lambda parameter: parameter.prior.type)
def test_prior_survives_its_description(parameter):
    again = Space.from_dict(Space({"x": parameter}).to_dict())["x"]
    assert again.prior == parameter.prior


def test_space_without_priors_has_the_description_of_earlier_versions():
    assert Float(0, 1).to_dict() == {"type": "float", "low": 0.0, "high": 1.0, "log": False, "step": None, "when": {}}


def test_list_of_weights_is_a_prior_of_choices():
    assert Categorical(["a", "b"], prior=[3, 1]).prior == Weights((3.0, 1.0))


def test_parameters_with_other_priors_have_the_same_values():
    assert Float(0, 1, prior=Normal(0.3, 0.1)) == Float(0, 1)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Normal(0.3, 0), "sd of a prior must be more than 0, but is 0"),
        (lambda: Normal("a", 1), "mean must be a number, but is 'a'"),
        (lambda: LogNormal(-1, 1), "median of a prior must be more than 0, but is -1"),
        (lambda: Beta(1, -2), "b of a prior must be more than 0, but is -2"),
        (lambda: Weights([0, 0]), "weights must be at least 0, and one more than 0, but are [0.0, 0.0]"),
        (lambda: Weights("ab"), "weights must be a list of numbers, but is 'ab'"),
        (lambda: Float(0, 1, prior=Normal(2, 1)), "mean of the prior must be between 0 and 1, but is 2"),
        (lambda: Int(1, 9, prior=LogNormal(20, 1)), "median of the prior must be between 1 and 9, but is 20"),
        (lambda: Float(0, 1, prior=[1, 2]), "prior must be a Normal, LogNormal or Beta, but is [1, 2]"),
        (lambda: Categorical(["a", "b"], prior=[1]), "prior must have one weight for each of the 2 choices, but has 1"),
        (lambda: Categorical(["a"], prior=Normal(0, 1)), "prior must be Weights, or a list of one weight"),
        (
            lambda: Float(0, 1, prior={"type": "norma", "mean": 0, "sd": 1}),
            "prior: type must be one of normal, lognormal, beta, but is 'norma' (did you mean 'normal'?)",
        ),
        (lambda: Float(0, 1, prior={"type": "beta", "a": 1}), "prior: beta has a and b, but a given"),
    ],
)
def test_wrong_prior_is_refused(build, message):
    with pytest.raises(InvalidInputError) as error:
        build()
    assert message in str(error.value)
