"""Tests of reading CSV files and of their error messages."""

import gzip
import math

import pytest

from paretune.errors import InvalidInputError
from paretune.trials.csv_file import read_csv


def write_file(folder, content):
    path = folder / "trials.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_cells_are_read_by_column_with_line_numbers(tmp_path):
    text = 'a, "b, c" ,when\r\n1,"x\ny",2026-01-31 12:00:00.25+00:00\r\n\r\n,2.5,2026-01-31T13:00+01:00\r\n'
    file = read_csv(write_file(tmp_path, b"\xef\xbb\xbf" + text.replace(', "b, c" ', ',"b, c"').encode()))
    assert dict(file.columns) == {
        "a": ("1", ""),
        "b, c": ("x\ny", "2.5"),
        "when": ("2026-01-31 12:00:00.25+00:00", "2026-01-31T13:00+01:00"),
    }
    assert file.lines == (3, 5)
    assert file.numbers("a")[0] == 1
    assert math.isnan(file.numbers("a")[1])
    assert file.times("when") == [1769860800.25, 1769860800]
    assert [math.isnan(x) for x in file.numbers("absent")] == [True, True]


def test_index_column_of_pandas_is_dropped(tmp_path):
    file = read_csv(write_file(tmp_path, ",a,b\n0,1,2\n17,3,4\n"))
    assert dict(file.columns) == {"a": ("1", "3"), "b": ("2", "4")}
    assert file.lines == (2, 3)


def test_gzip_file_is_decompressed(tmp_path):
    packed = gzip.compress(b"a,b\n1,2\n")
    assert dict(read_csv(write_file(tmp_path, packed)).columns) == {"a": ("1",), "b": ("2",)}
    for damaged in (packed[:-9], packed[:12] + b"\xff" * 20):
        with pytest.raises(InvalidInputError, match=r"trials\.csv cannot be unpacked \(.+\): fetch it again"):
            read_csv(write_file(tmp_path, damaged))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "trials.csv is empty: its first line must name the columns"),
        ("\n\n", "trials.csv is empty"),
        ("a,b\n", "trials.csv has no rows: it needs one line for each trial"),
        ("a,b,a\n1,2,3\n", "has two columns 'a': rename one"),
        ("a,,b\n1,2,3\n", "column 2 has no name"),
        (",a\n1,2\nx,3\n", "column 1 has no name"),
        ("a;b\n1;2\n", "is separated by semicolons: separate its cells by commas"),
        ("a\tb\n1\t2\n", "is separated by tabs"),
        ("a,b\n1,2\n3\n", "line 3: there are 1 cells for 2 columns"),
        ("a,b\n1,2\n3,4,5\n", "line 3: there are 3 cells for 2 columns"),
        ('a,b\n1,"2\n', "line 2: unexpected end of data"),
        ("a\ngrün\n".encode("latin-1"), r"is not UTF-8 \(byte 4\): save it as UTF-8"),
    ],
)
def test_invalid_file_is_refused_with_one_line(tmp_path, content, complaint):
    with pytest.raises(InvalidInputError, match=complaint) as caught:
        read_csv(write_file(tmp_path, content))
    assert "\n" not in str(caught.value)


def test_missing_file_or_folder_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match="there is no file .*nowhere.csv"):
        read_csv(tmp_path / "nowhere.csv")
    with pytest.raises(InvalidInputError, match="cannot be read: Is a directory"):
        read_csv(tmp_path)
