"""Reviews split into words as in Kim (2014), and messages on damaged lines."""

import pytest

from paretune.errors import DataError
from paretune.workloads.builtin.rotten_tomatoes.sentences import read_sentences, split_words


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
def test_text_is_split_into_words(text, expected):
    assert split_words(text) == tuple(expected.split())


def test_only_line_feed_ends_a_review(write):
    path = write(b"one\x85still one\x0bstill\r\ntwo \x97 really\n")
    assert read_sentences(path) == (("one", "still", "one", "still"), ("two", "really"))


def test_last_line_needs_no_line_feed(write):
    assert read_sentences(write(b"one\ntwo")) == (("one",), ("two",))


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n \n"])
def test_empty_file_is_refused(write, content):
    with pytest.raises(DataError, match=r"rt-polarity\.pos is empty; expected one review per line"):
        read_sentences(write(content))


def test_line_without_words_is_named(write):
    with pytest.raises(DataError, match=r"rt-polarity\.pos, line 2: expected a review, found no words"):
        read_sentences(write(b"good\n -- \ngood\n"))


def test_byte_of_other_encoding_is_named_with_its_line(write):
    with pytest.raises(DataError, match=r"line 2: expected text in Windows-1252, found the byte 0x9d"):
        read_sentences(write(b"good\nso \xe2\x80\x9d\n"))


def test_folder_instead_of_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_sentences(tmp_path)
