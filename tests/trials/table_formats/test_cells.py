"""Tests of reading durations, dates and numbers that tools write as text."""

import pytest

from paretune.trials.table_formats.cells import date, is_missing, number_in, plain_numbers, seconds


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("0 days 00:00:00.000771", "0.000771"),
        ("0 days", "0.0"),
        ("2 days 01:00:00", "176400.0"),
        ("-1 days +23:59:59.999", ""),
        ("-1 days", ""),
        ("1:02:03", "3723.0"),
        ("00:05", "5.0"),
        ("-0:00:05", ""),
        ("P0DT0H1M2.5S", "62.5"),
        ("1h 2m 3s", "3723.0"),
        ("2.3min", "138.0"),
        ("12 ms", "0.012"),
        ("5", "5"),
        ("-5", "-5"),
        ("", ""),
        ("soon", "soon"),
    ],
)
def test_duration_of_any_form_is_in_seconds(cell, expected):
    assert seconds(cell) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "2026-01-31T12:00:00Z",
        "2026-01-31 12:00:00",
        "2026-01-31 12:00:00 UTC",
        "2026-01-31T13:00:00.000+01:00",
        "2026-01-31 17:30:00+0530",
        "1769860800",
        "1769860800000",
    ],
)
def test_date_of_any_form_and_time_zone_is_the_same_moment(cell):
    assert date(cell) == "2026-01-31T12:00:00+00:00" or date(cell).endswith(("13:00:00+01:00", "17:30:00+05:30"))


@pytest.mark.parametrize("cell", ["", "yesterday", "1e300", "nan"])
def test_text_without_a_date_has_none(cell):
    assert date(cell) == ""


def test_word_without_a_number_is_missing_and_nan_stays():
    assert all(is_missing(cell) for cell in ("", "N/A", "None", "-", "null", "<NA>", "—"))
    assert not any(is_missing(cell) for cell in ("nan", "0", "adam"))
    assert plain_numbers(["nan", "1", "None"]) == ("nan", "1", "")


def test_percent_is_a_share_only_among_shares():
    assert plain_numbers(["0.5", "97%"]) == ("0.5", "0.97")
    assert plain_numbers(["50", "97 %"]) == ("50", "97")
    assert number_in("high") is None
