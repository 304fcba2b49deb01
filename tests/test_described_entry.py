"""Tests of the entries of plain descriptions."""

import pytest

from paretune.described_entry import read_described
from paretune.errors import InvalidInputError


def test_entry_is_read_as_its_kind_and_its_details():
    assert read_described("x", {"type": "float", "low": 0}, "type", ["float"]) == ("float", {"low": 0})


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (3, "x must be described by a mapping with a type, but is 3"),
        ({"low": 0}, "x: type must be one of float, int, but is None"),
        ({"type": "flaot"}, "x: type must be one of float, int, but is 'flaot'"),
    ],
)
def test_wrong_entry_is_refused_with_its_name(entry, message):
    with pytest.raises(InvalidInputError, match=message):
        read_described("x", entry, "type", ["float", "int"])
