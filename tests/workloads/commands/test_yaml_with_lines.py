"""Values of a YAML file with their lines. `test_study_file.py` tests the messages for whole files."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.errors import InvalidInputError
from paretune.workloads.commands.yaml_with_lines import did_you_mean, read_yaml


@pytest.fixture
def read(tmp_path):
    def call(text):
        (tmp_path / "a.yaml").write_text(text)
        return read_yaml(tmp_path / "a.yaml")

    return call


def test_value_of_key_has_line_of_key(read):
    top = read("a: 1\nb:\n  - 2\n  - c:\n      3\n")
    assert top.to_plain() == {"a": 1, "b": [2, {"c": 3}]}
    assert [entry.line for entry in top.value.values()] == [1, 2]
    first, second = top.value["b"].value
    assert (first.line, second.value["c"].line) == (3, 4)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-4", 1e-4),
        ("on", "on"),
        ("no", "no"),
        ("true", True),
        ("~", None),
        ("'1'", "1"),
        ("017", 17),
        ("0o17", 15),
        ("0xfF", 255),
        ("0o18", "0o18"),
        ("-0o17", "-0o17"),
        ("'0o17'", "0o17"),
        (".inf", math.inf),
    ],
)
def test_words_are_read_as_in_yaml_1_2(read, text, value):
    assert read(f"a: {text}").to_plain() == {"a": value}
    assert type(read(f"a: {text}").to_plain()["a"]) is type(value)


def test_error_names_file_and_line(read):
    error = read("a: 1\nb: 2\n").value["b"].error("b must be text")
    assert isinstance(error, InvalidInputError)
    assert str(error).endswith("a.yaml, line 2: b must be text")


@given(st.lists(st.text(), max_size=3))
def test_hint_is_empty_or_names_known_word(known):
    hint = did_you_mean("command", known)
    assert not hint or any(repr(word) in hint for word in known)
