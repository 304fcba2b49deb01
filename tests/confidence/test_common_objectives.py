"""Tests of the objectives that several studies have in common."""

import itertools

import pytest

from paretune import Maximize, Minimize, Objectives
from paretune.confidence.common_objectives import common_objectives
from paretune.errors import InvalidInputError

FIRST = Objectives([Maximize("accuracy", at_least=0.5), Minimize("latency", unit="s")])


def test_units_are_filled_in_whatever_the_order_of_studies():
    expected = Objectives([Maximize("accuracy", at_least=0.5, unit="%"), Minimize("latency", unit="s")])
    second = Objectives([Maximize("accuracy", at_least=0.5, unit="%"), Minimize("latency")])
    third = Objectives([Maximize("accuracy", at_least=0.5), Minimize("latency")])
    for studies in itertools.permutations([("a", FIRST), ("b", second), ("c", third)]):
        assert common_objectives(studies) == expected


def test_single_study_has_its_own_objectives():
    assert common_objectives([("a", FIRST)]) == FIRST


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (
            [Minimize("latency"), Maximize("accuracy")],
            "different objectives cannot be compared: a is to maximize accuracy, minimize latency, b to minimize lat",
        ),
        (
            [Maximize("accuracy", at_least=0.25), Minimize("latency")],
            "a has accuracy at least 0.5, b accuracy at least 0.25: give both the same limit, such as --at-least acc",
        ),
        (
            [Maximize("accuracy", at_least=0.5), Minimize("latency", at_most=0.1)],
            "a has no limit of latency, b latency at most 0.1: give both the same limit, such as --at-most latency=0.1",
        ),
        (
            [Maximize("accuracy", at_least=0.5), Minimize("latency", unit="ms")],
            "different units cannot be compared: latency is in s in a, in ms in b: convert one of them",
        ),
    ],
)
def test_different_objectives_are_refused_with_a_remedy(other, message):
    with pytest.raises(InvalidInputError) as raised:
        common_objectives([("a", FIRST), ("b", Objectives(other))])
    assert message in str(raised.value)


def test_limits_that_differ_in_a_late_digit_are_shown_with_it():
    limits = (0.30000000001, 0.3)
    studies = [(name, Objectives([Minimize("f", at_most=limit)])) for name, limit in zip("ab", limits, strict=True)]
    with pytest.raises(InvalidInputError, match=r"a has f at most 0\.30000000001, b f at most 0\.3:"):
        common_objectives(studies)
