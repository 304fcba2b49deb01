"""Words of the command line."""

import pytest

from paretune import Maximize, Minimize, Objectives
from paretune.cli.parse import (
    check_encoding,
    command_line,
    parse_limits,
    parse_numbers,
    parse_objectives,
    parse_settings,
)
from paretune.errors import InvalidInputError


def test_word_in_another_encoding_is_refused():
    check_encoding(["caf\u00e9", ""])
    with pytest.raises(InvalidInputError, match=r"'caf\\udce9' is not UTF-8 text"):
        check_encoding(["run", "caf\udce9"])


def test_settings_are_numbers_booleans_null_or_text():
    words = ["a=1", "b=1e-3", "c=true", "d=null", "e=[1]", "f=x=y", "a=1", "g="]
    assert parse_settings(words) == {"a": 1, "b": 1e-3, "c": True, "d": None, "e": "[1]", "f": "x=y", "g": ""}
    assert parse_settings(None) == {}


def test_numbers_may_share_a_word():
    assert parse_numbers("--reference", ["a=1,b=-2.5", "c=1e3"]) == {"a": 1.0, "b": -2.5, "c": 1000.0}
    assert parse_limits(["a=1"], None) == ({"a": 1.0}, {})


def test_name_may_contain_commas():
    assert parse_numbers("--at-least", ["recall,5%=0.5"]) == {"recall,5%": 0.5}
    words = ["a=1,recall,5%=0.5,f(k=1,l=2)=3,b=4"]
    assert parse_numbers("--at-least", words) == {"a": 1.0, "recall,5%": 0.5, "f(k=1,l=2)": 3.0, "b": 4.0}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a=1,b"], "but got 'b'"),
        (["a"], "--at-least takes name=number, such as accuracy=0.75, but got 'a'"),
        (["latency=fast"], "takes name=number, such as latency=0.75, but got 'latency=fast'"),
        (["=1"], "but got '=1'"),
        (["a=inf"], "but got 'a=inf'"),
        (["a=1,a=1"], "--at-least gives a twice"),
    ],
)
def test_wrong_number_is_refused(words, message):
    with pytest.raises(InvalidInputError, match=message):
        parse_numbers("--at-least", words)


@pytest.mark.parametrize("words", [["seconds"], ["=1"], ["a=1", "a=2"]])
def test_wrong_setting_is_refused(words):
    with pytest.raises(InvalidInputError, match="--set"):
        parse_settings(words)


def test_objectives_have_their_units():
    expected = Objectives([Maximize("acc"), Minimize("lat", unit="s")])
    assert parse_objectives(["acc"], ["lat"], ["lat=s"]) == expected
    assert parse_objectives(None, None, None) is None
    with pytest.raises(InvalidInputError, match="--unit takes name=unit of an objective of a CSV, such as latency=s"):
        parse_objectives(["acc"], None, ["size=MB"])


def test_command_line_is_quoted(monkeypatch):
    monkeypatch.setattr("sys.argv", ["/usr/bin/paretune", "run", "a b"])
    assert command_line() == "paretune run 'a b'"
