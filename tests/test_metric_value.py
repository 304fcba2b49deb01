"""Tests of the conversion of metrics to floats."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch

from paretune.metric_value import metric_as_float


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3.0),
        (0.5, 0.5),
        (-math.inf, -math.inf),
        (Fraction(1, 4), 0.25),
        (Decimal("0.5"), 0.5),
        (np.float32(0.5), 0.5),
        (np.int64(7), 7.0),
        (np.array(0.25), 0.25),
        (torch.tensor(0.75), 0.75),
        (torch.tensor([[1.5]]), 1.5),
    ],
)
def test_number_of_any_library_becomes_a_float(value, number):
    found = metric_as_float(value)
    assert (type(found), found) == (float, number)


def test_nan_stays_nan():
    assert math.isnan(metric_as_float(np.float64("nan")))


@pytest.mark.parametrize(
    "value",
    [True, "3", b"3", None, [1.0], {}, 1j, np.complex128(1), np.array([1.0, 2.0]), torch.ones(2), 10**400, object()],
    ids=lambda value: type(value).__name__,
)
def test_other_values_are_no_number(value):
    assert metric_as_float(value) is None
