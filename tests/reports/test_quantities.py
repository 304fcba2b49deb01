"""Measured numbers as people write them."""

import pytest

from paretune.reports.quantities import measured_text


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (378.2, 4.31, "378 ± 4"),
        (378.2, 1.26, "378.2 ± 1.3"),
        (0.8412, 0.0131, "0.841 ± 0.013"),
        (0.8412, 0.0096, "0.841 ± 0.010"),
        (51234.0, 1267.0, "51200 ± 1300"),
        (0.5, None, "0.5"),
        (0.5, 0.0, "0.5"),
        (0.5, float("nan"), "0.5"),
        (1e9, 2e8, "1e+09 ± 2e+08"),
        (0.0, 0.2, "0.0 ± 0.2"),
    ],
)
def test_error_has_one_or_two_digits_and_value_ends_at_the_same_place(value, error, text):
    assert measured_text(value, error) == text
