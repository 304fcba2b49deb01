"""Tests of the check of arguments: right values pass, and a wrong one is named with what it must be."""

import math
import os
from pathlib import Path

import numpy as np
import pytest

from paretune.argument_checks import (
    COUNT,
    EMPTY,
    FINITE,
    FLAG,
    FLAGS,
    MAPPING,
    NAME,
    NAMES,
    NOT_NEGATIVE,
    NUMBER,
    NUMBERS,
    PATH,
    PATHS,
    POSITIVE,
    SHARE,
    TEXT,
    WHOLE,
    WHOLES,
    check_arguments,
    check_regular_file,
    list_of,
    mapping_to,
)
from paretune.errors import InvalidInputError


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (COUNT, [1, np.int64(3)], [0, -1, 1.0, True, "1"]),
        (WHOLE, [0, 10**400], [-1, 0.5, False]),
        (FINITE, [0, -1.5, np.float32(2)], [math.nan, math.inf, 10**400, True, "1"]),
        (NUMBER, [math.nan, 1], [True, "1", None]),
        (POSITIVE, [1e-9], [0, -1, math.nan]),
        (NOT_NEGATIVE, [0], [-1e-9, math.inf]),
        (SHARE, [0.5], [0, 1, math.nan, "0.5"]),
        (NUMBERS, [[], [1, 2], [[1.0], [2]], np.zeros((2, 0))], [1, "12", [1, [2]], ["a"], {"a": 1}, [None]]),
        (FLAG, [True, np.bool_(False)], [0, 1, None]),
        (FLAGS, [[True, False]], [[], [1], True]),
        (TEXT, ["", "a"], [b"a", None]),
        (NAME, ["a"], ["", " ", 1]),
        (NAMES, [[], ("a",), {"a"}, {"a": 1}.keys()], ["a", [1], {"a": 1}, None]),
        (WHOLES, [[], {1, 2}, np.array([1])], ["1", [1.5], [True], 1]),
        (PATH, ["a", Path("a")], ["", "a\0b", 1, b"a", None]),
        (PATHS, [[], ["a", Path("b")]], ["a", [1], Path("a")]),
        (MAPPING, [{}], [[], "a", None]),
        (EMPTY, [[], ()], ["", {}, [1]]),
        (list_of(int), [[1], (1, 2)], [[], ["a"], 1, "a", {1: 2}]),
        (mapping_to(list_of(int)), [{}, {"a": [1]}], [{"a": 1}, {1: [1]}, []]),
    ],
)
def test_kind_accepts_its_values_only(kind, right, wrong):
    for value in right:
        check_arguments(value=(value, kind))
    for value in wrong:
        with pytest.raises(InvalidInputError, match="^value must be "):
            check_arguments(value=(value, kind))


def test_message_names_argument_alternatives_and_value():
    check_arguments(a=(None, COUNT, None), b=(3, str, int))
    with pytest.raises(InvalidInputError, match="^b must be str or None, but is 3$"):
        check_arguments(a=(1, COUNT), b=(3, str, None))


def test_long_value_is_abbreviated():
    with pytest.raises(InvalidInputError) as raised:
        check_arguments(a=("x" * 10_000, COUNT))
    assert len(str(raised.value)) < 120


def test_file_that_has_no_end_is_refused(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for special in (pipe, Path("/dev/zero")):
        with pytest.raises(InvalidInputError, match="is a device or a pipe and no file"):
            check_regular_file(special)
    check_regular_file(tmp_path)
    check_regular_file(tmp_path / "missing")
