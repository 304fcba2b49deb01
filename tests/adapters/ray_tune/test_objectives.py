"""Tests of objectives from Ray Tune's metrics and modes."""

import pytest

from paretune.adapters.ray_tune.objectives import parse_objectives
from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objectives


@pytest.mark.parametrize(
    ("metric", "mode", "limits", "expected"),
    [
        ("loss", "min", {}, [Minimize("loss")]),
        (["loss"], ["min"], {"loss": 2}, [Minimize("loss", at_most=2.0)]),
        (("b", "a"), ("max", "min"), {"b": 0.5}, [Maximize("b", at_least=0.5), Minimize("a")]),
    ],
)
def test_objectives_have_the_order_modes_and_limits_of_the_metrics(metric, mode, limits, expected):
    assert parse_objectives(metric, mode, limits) == Objectives(expected)


@pytest.mark.parametrize(
    ("metric", "mode", "limits", "message"),
    [
        (["a", "b"], "min", {}, "each metric needs a mode, min or max, but the metrics are ['a', 'b'] and the modes"),
        ("a", "minimize", {}, "each metric needs a mode, min or max, but the metrics are ['a'] and the modes ['minim"),
        ("a", None, {}, "each metric needs a mode, min or max"),
        ("a", "min", {"b": 1}, "limits names 'b', but the metrics are a"),
        ("a", "min", {"a": "low"}, "the limit of a must be a number, but is 'low'"),
        ("a", "min", {"a": float("inf")}, "the limit of a must be finite, but is inf"),
    ],
)
def test_invalid_metrics_modes_and_limits_are_refused(metric, mode, limits, message):
    with pytest.raises(InvalidInputError) as raised:
        parse_objectives(metric, mode, limits)
    assert str(raised.value).startswith(message)
