"""Are reviews cut into words as Kim did, and is a damaged file named with its line?"""

import pytest

from paretune.errors import DataError
from paretune.workloads.builtin.rotten_tomatoes.sentences import read, words


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "rt-polarity.pos"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A film, a play!", "a film , a play !"),
        ("(really?)", "( really ? )"),
        ("it's he'd we've they're you'll", "it 's he 'd we 've they 're you 'll"),
        ("can't isn't", "ca n't is n't"),
        ("o'clock rock 'n' roll", "o'clock rock 'n' roll"),
        ("top-notch \u2014 a caf\u00e9.", "top notch a caf"),
        ("`tis 50% of $3", "`tis 50 of 3"),
        ('"quoted" \x85 \t spaced', "quoted spaced"),
        ("ISN'T", "isn't"),  # endings are found in lower case alone, as all reviews are
    ],
)
def test_a_text_is_cut_into_words(text, expected):
    assert words(text) == tuple(expected.split())


def test_only_a_line_feed_ends_a_review(write):
    path = write(b"one\x85still one\x0bstill\r\ntwo \x97 really\n")
    assert read(path) == (("one", "still", "one", "still"), ("two", "really"))


def test_a_last_line_needs_no_end(write):
    assert read(write(b"one\ntwo")) == (("one",), ("two",))


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n \n"])
def test_an_empty_file_is_refused(write, content):
    with pytest.raises(DataError, match=r"rt-polarity\.pos is empty; expected one review a line"):
        read(write(content))


def test_a_line_without_words_is_named(write):
    with pytest.raises(DataError, match=r"rt-polarity\.pos, line 2: expected a review, found no words"):
        read(write(b"good\n -- \ngood\n"))


def test_a_byte_of_another_encoding_is_named_with_its_line(write):
    with pytest.raises(DataError, match=r"line 2: expected text in Windows-1252, found the byte 0x9d"):
        read(write(b"good\nso \xe2\x80\x9d\n"))


def test_a_folder_in_place_of_a_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read(tmp_path)
