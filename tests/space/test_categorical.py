"""Tests of categorical parameters."""

import math

import pytest

from paretune.errors import InvalidInputError
from paretune.space import Categorical


def test_choices_keep_their_order():
    assert Categorical([64, 16, 32]).choices == (64, 16, 32)
    assert Categorical([64, 16, 32]).encode([16, 32, 64]).tolist() == pytest.approx([1 / 6, 3 / 6, 5 / 6])


def test_true_and_one_are_different_choices():
    parameter = Categorical([1, True])
    assert [type(value) for value in parameter.decode(parameter.encode([True, 1]))] == [bool, int]
    with pytest.raises(InvalidInputError, match="occurs twice"):
        Categorical([1, 1.0])


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Categorical([]), "at least one value"),
        (lambda: Categorical("abc"), "choices must be a list"),
        (lambda: Categorical({"a", "b"}), "choices must be a list"),
        (lambda: Categorical([math.nan]), "a choice must be"),
        (lambda: Categorical([[1]]), "a choice must be"),
    ],
)
def test_wrong_definition_of_choices_is_refused(build, message):
    with pytest.raises(InvalidInputError, match=message):
        build()
