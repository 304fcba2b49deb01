"""Tests of the name of a study as part of a file's name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.study.file_name import file_name


@pytest.mark.parametrize("name", ["mine", "bayes-1", "a.b_c", "café", "x" * 100])
def test_safe_name_is_unchanged(name):
    assert file_name(name) == name


@given(st.text() | st.sampled_from(["-rf", "--", ".-.", "-a b"]))
def test_file_name_is_one_short_visible_component(name):
    found = file_name(name)
    assert re.fullmatch(r"[\w.-]*", found)
    assert len(found) <= 109
    assert not found.startswith((".", "-")), "neither hidden, nor an option of a program"


@given(st.lists(st.text(alphabet="a/.\\ _-", max_size=6), unique=True, max_size=20))
def test_different_studies_have_different_file_names(names):
    assert len({file_name(name) for name in names}) == len(names)


def test_long_names_differ_by_their_checksum():
    assert file_name("x" * 101) != file_name("x" * 102)
    assert len(file_name("x" * 9999)) == 109


def test_file_with_a_name_can_be_created(tmp_path):
    for name in ("../../etc/passwd", "a\nb", "nul\0", "/", "..", "C:\\x", "?*<>|"):
        path = tmp_path / f"{file_name(name)}-report"
        path.mkdir()
        assert path.parent.resolve() == tmp_path.resolve()
