"""Tests of the text of an estimate and its interval."""

import pytest

from paretune.confidence import Estimate
from paretune.confidence.interval_text import interval_text


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(0.12345, 0.1, 0.2), "0.12 [0.10, 0.20]"),
        (Estimate(1234.5, 1000.0, 2000.0), "1200 [1000, 2000]"),
        (Estimate(-0.2, -5.0, 6.0), "0 [-5, 6]"),
        (Estimate(0.5, None, None), "0.5"),
        (Estimate(None, None, None), "-"),
        (Estimate(3.0, 3.0, 3.0), "3 [3, 3]"),
    ],
)
def test_numbers_have_the_digits_that_their_interval_justifies(estimate, text):
    assert interval_text(estimate) == text


def test_share_is_in_percent():
    assert interval_text(Estimate(0.857, 0.8, 0.9), percent=True) == "86 % [80, 90]"
