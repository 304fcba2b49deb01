"""Utilities against Python's own arithmetic, and texts that are no arithmetic."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from paretune.errors import InvalidInputError
from paretune.objectives.utility import Utility

METRICS = {"accuracy": 0.8, "latency": 0.2, "size": 3}


def expressions():
    leaves = st.one_of(st.sampled_from(list(METRICS)), st.floats(0.5, 4).map(lambda x: f"{x:.3f}"))

    def extend(inner):
        binary = st.builds(
            lambda a, op, b: f"({a} {op} {b})", inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner
        )
        unary = st.builds(lambda name, a: f"{name}({a})", st.sampled_from(["abs", "exp", "-"]), inner)
        return st.one_of(binary, unary, st.builds(lambda a, b: f"max({a}, {b}, min({b}, 1))", inner, inner))

    return st.recursive(leaves, extend, max_leaves=6)


@given(expressions())
def test_value_is_that_of_python(text):
    assume(any(name in text for name in METRICS) and len(text) < 200)
    utility = Utility(text)
    try:
        expected = eval(text, {"exp": math.exp}, METRICS)  # noqa: S307 (the test's own text)
    except (ArithmeticError, ValueError):
        expected = math.nan
    if isinstance(expected, complex) or not math.isfinite(expected):
        assert math.isnan(utility.value(METRICS))
    else:
        assert utility.value(METRICS) == pytest.approx(expected)


def test_utility_of_mnasnet():
    utility = Utility("accuracy * (latency / 0.1) ** -0.07")
    assert utility.names == ("accuracy", "latency")
    assert utility.value(METRICS) == pytest.approx(0.8 * 2**-0.07)


@pytest.mark.parametrize(
    "metrics", [{"accuracy": 0.8}, {"accuracy": 0.8, "latency": "slow"}, {"accuracy": 1, "latency": 0}]
)
def test_utility_that_cannot_be_computed_is_unknown(metrics):
    assert math.isnan(Utility("accuracy / latency").value(metrics))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("__import__('os').system('true')", "which is not allowed: write numbers, metrics, + - * / **, brackets"),
        ("accuracy.real", "has 'accuracy.real', which is not allowed"),
        ("accuracy if latency else size", "which is not allowed"),
        ("[accuracy for accuracy in size]", "which is not allowed"),
        ("accuracy * 'a'", "which is not allowed"),
        ("accuracy[0]", "which is not allowed"),
        ("log(accuracy, 2)", "has 'log(accuracy, 2)', which is not allowed"),
        ("max(accuracy)", "has 'max(accuracy)', which is not allowed"),
        ("open(accuracy)", "has 'open(accuracy)', which is not allowed"),
        ("accuracy latency", "is no expression"),
        ("1 + 2", "names no metric"),
        ("", "a utility must be non-empty text"),
        ("a+" * 300 + "a", "a utility has at most 500 characters, but this one has 601"),
        ("a+" * 100 + "a", "is too long"),
        (3, "a utility must be non-empty text, but is 3"),
    ],
)
def test_text_that_is_no_arithmetic_is_refused(text, message):
    with pytest.raises(InvalidInputError) as error:
        Utility(text)
    assert message in str(error.value)


def test_unknown_metric_is_refused_with_the_similar_one():
    with pytest.raises(InvalidInputError, match=r"names 'latence', which is no metric \(did you mean 'latency'\?\)"):
        Utility("accuracy - latence").check_names(METRICS)
