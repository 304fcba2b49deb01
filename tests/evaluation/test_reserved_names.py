"""Metrics with a reserved name or an invalid standard error are described."""

import math

import pytest

from paretune.evaluation.reserved_names import describe_invalid_metric


@pytest.mark.parametrize("error", [0, 0.5, math.inf, math.nan])
def test_standard_error_of_at_least_zero_or_nan_is_allowed(error):
    assert describe_invalid_metric({"cost": 1.0, "cost_se": error}, ["cost"]) == ""


@pytest.mark.parametrize("error", [-1, -math.inf, True, "small", None])
def test_other_standard_error_is_described(error):
    expected = f"cost_se={error}; a standard error must be a number >= 0: leave it out if it is not known"
    assert describe_invalid_metric({"cost": 1.0, "cost_se": error}, ["cost"]) == expected


def test_standard_error_of_other_metric_may_be_anything():
    assert describe_invalid_metric({"cost": 1.0, "size_se": -1}, ["cost"]) == ""


def test_reserved_name_is_described():
    expected = "'paretune:runner'; names that begin with 'paretune:' are reserved: rename the metric"
    assert describe_invalid_metric({"cost": 1.0, "paretune:runner": 3}, ["cost"]) == expected
