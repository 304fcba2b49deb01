"""Tests of the fields of SigOpt's objects."""

import pytest

from paretune.errors import InvalidInputError
from paretune.server.sigopt import fields


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (lambda v: fields.read_object(v, "bounds", ["min"]), {"mn": 1}, "bounds.mn: unknown field"),
        (lambda v: fields.read_object(v, "", ["min"]), [1], "the body must be an object"),
        (lambda v: fields.require(v, "min", "bounds"), {}, "bounds.min is missing"),
        (lambda v: fields.read_text(v, "name"), "", "name must be a text"),
        (lambda v: fields.read_text(v, "name"), "x" * 101, "name must be a text"),
        (lambda v: fields.read_choice(v, "type", ("a", "b")), "c", "type must be one of a, b"),
        (lambda v: fields.read_number(v, "min"), True, "min must be a finite number"),
        (lambda v: fields.read_number(v, "min"), "1", "min must be a finite number"),
        (lambda v: fields.read_whole(v, "budget", 1), 1.5, "budget must be a whole number of at least 1"),
        (lambda v: fields.read_whole(v, "budget", 1), 0, "budget must be a whole number of at least 1"),
        (lambda v: fields.read_flag(v, "failed"), "yes", "failed must be true or false"),
        (lambda v: fields.read_list(v, "metrics"), {}, "metrics must be a list"),
        (fields.read_metadata, {"a": [1]}, "metadata.a must be a finite number"),
        (fields.read_metadata, {str(i): 1 for i in range(101)}, "metadata must be an object of at most 100 keys"),
        (fields.read_metadata, {"a": "x" * 501}, "metadata.a must be a text of 1 to 500"),
    ],
)
def test_wrong_value_is_refused_by_its_place(read, value, message):
    with pytest.raises(InvalidInputError) as error:
        read(value)
    assert str(error.value).startswith(message)


def test_right_values_are_read():
    assert fields.read_whole(8.0, "width") == 8
    assert [fields.read_flag(each, "failed") for each in (True, "True", "false", "0")] == [True, True, False, False]
    assert fields.read_metadata({"a": "", "b": 1.5, "c": None, "d": True}) == {"a": "", "b": 1.5, "d": True}
